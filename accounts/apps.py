from django.apps import AppConfig
from django.utils.formats import get_format
from django.utils.translation import gettext

from connectors import words


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People, workspaces and channels"

    def ready(self) -> None:
        """The connectors' sentences are said in the reader's language, their numbers as the reader writes them."""
        words.speak(gettext, lambda: str(get_format("DECIMAL_SEPARATOR")))
