"""The entry for a WSGI server (no live updates)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smo.settings")
application = get_wsgi_application()
