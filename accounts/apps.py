from django.apps import AppConfig
from django.utils.translation import gettext

from connectors import words


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People, workspaces and channels"

    def ready(self) -> None:
        """The connectors' sentences are said in the reader's language."""
        words.speak(gettext)
