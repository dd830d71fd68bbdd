"""The web server's entry: uvicorn smo.asgi:application."""

import os
from importlib import import_module

from django.conf import settings
from django.core.asgi import get_asgi_application

from smo import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smo.settings")
application = get_asgi_application()
import_module(settings.ROOT_URLCONF)  # all views at once, not with the first request
memory.settle()
