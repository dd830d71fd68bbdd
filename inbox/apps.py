from importlib import import_module

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "inbox"
    verbose_name = "Inbox"

    def ready(self) -> None:
        import_module("inbox.enclosing")  # it hears of rows that go
