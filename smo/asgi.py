"""The web server's entry: uvicorn smo.asgi:application."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smo.settings")
application = get_asgi_application()
