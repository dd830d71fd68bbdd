"""The web server's entry: uvicorn smo.asgi:application."""

import os
from importlib import import_module

import django
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponseBase

from smo import memory


class OneThread(ASGIHandler):
    """A request goes through all middleware and its view in one thread: none of them is asynchronous, and Django's own handler
    would change threads twice for each. Streams are sent by the event loop all the same."""

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smo.settings")
django.setup(set_prefix=False)
application = OneThread()
import_module(settings.ROOT_URLCONF)  # all views at once, not with the first request
memory.settle()
