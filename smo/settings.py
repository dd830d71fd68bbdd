"""All settings of SMO, from the environment. `.env.example` lists every variable; what is wrong stops the start.

Times are kept in UTC; each workspace has its own zone.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").is_file():
    environ.Env.read_env(BASE_DIR / ".env")

DEMO = env.bool("SMO_DEMO", default=False)  # one machine, generated secrets, practice networks, shown log-ins
DEBUG = env.bool("SMO_DEBUG", default=False)
VAR = Path(env.str("SMO_VAR", default=str(BASE_DIR / "var"))).resolve()

SECRET_KEY = env.str("SMO_SECRET_KEY", default="")
FIELD_KEYS = env.list("SMO_FIELD_KEYS", default=[])  # Fernet keys for tokens at rest: the first encrypts, all decrypt
BASE_URL = env.str("SMO_BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("SMO_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SANDBOX_URL = env.str("SMO_SANDBOX_URL", default="").rstrip("/")  # empty: no practice networks

# -- what runs -------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "csp",
    "smo",
    "accounts",
    "scheduler",
    "inbox",
    "analytics",
    "sandbox",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "smo.compressing.Compressing",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.WorkspaceMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "accounts.middleware.ProblemMiddleware",
]
ROOT_URLCONF = "smo.urls"
ASGI_APPLICATION = "smo.asgi.application"
WSGI_APPLICATION = "smo.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.shell",
                "smo.steps.first_steps",
            ]
        },
    }
]

FORM_RENDERER = "django.forms.renderers.Jinja2"  # the composer has a hundred fields: Django's own takes a fifth of its time

# -- data ------------------------------------------------------------------------------------------------------------

SESSION = {
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "60s",
    "plan_cache_mode": "force_generic_plan",  # what is prepared (scheduler.machine.prepared) is planned once, not five times
}
# One bounded pool per process for web and workers alike (psycopg2 has none in Django): a post costs no new connection.
DATABASES = {
    "default": {
        **env.db_url("DATABASE_URL", default="postgres://postgres@127.0.0.1:5432/smo"),
        "ENGINE": "dj_db_conn_pool.backends.postgresql",
        "OPTIONS": {"connect_timeout": 5, "options": " ".join(f"-c {name}={value}" for name, value in SESSION.items())},
        "POOL_OPTIONS": {
            "POOL_SIZE": env.int("SMO_DATABASE_POOL", default=34),  # per process; more than its threads
            "MAX_OVERFLOW": 0,
            "TIMEOUT": 20,
            "PRE_PING": False,  # a dead connection is dropped when it fails; asking before each use would cost a round trip
            "RECYCLE": 3600,
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # not in Redis: it may be emptied at any moment

# -- people ----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("SMO_MAIL_FROM", default="SMO <smo@localhost>")

# -- language and files ------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("pl", _("Polish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", ("vendor", BASE_DIR / "build" / "assets")]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder"
]  # ours alone: packages bring files that nobody asks for
S3 = {
    "bucket_name": env.str("SMO_MEDIA_BUCKET", default=""),
    "endpoint_url": env.str("SMO_MEDIA_ENDPOINT", default="") or None,
    "region_name": env.str("SMO_MEDIA_REGION", default="") or None,
    "access_key": env.str("SMO_MEDIA_KEY", default="") or None,
    "secret_key": env.str("SMO_MEDIA_SECRET", default="") or None,
    "signature_version": "s3v4",
    "file_overwrite": True,  # names come from the content: the same name is the same file
}
STORAGES = {
    "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": S3}
    if S3["bucket_name"]
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or env.bool("SMO_PLAIN_STATIC", default=False)
        else "smo.static.HashedStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_USE_FINDERS = env.bool("SMO_PLAIN_STATIC", default=False)
MEDIA_ROOT = VAR / "media"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
MAX_UPLOAD_BYTES = env.int("SMO_MAX_UPLOAD_BYTES", default=1_000_000_000)

# -- security ----------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
HTTPS = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("SMO_BEHIND_PROXY", default=False) else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = env.str("SMO_COOKIE", default="smo_session")
X_FRAME_OPTIONS = "DENY"

# -- the workers -------------------------------------------------------------------------------------------------------

# The chain of limits: one HTTP call < one task < the lease on a row. smo.checks proves it at start.
TASK_SECONDS = env.int("SMO_TASK_SECONDS", default=90)
LEASE_SECONDS = env.int("SMO_LEASE_SECONDS", default=180)
RING_SECONDS = env.float("SMO_RING_SECONDS", default=0.25)  # how often the bell looks for due rows
RING_ROWS = env.int("SMO_RING_ROWS", default=256)  # how many rows one ring leases at the most
PUBLISH_THREADS = env.int("SMO_PUBLISH_THREADS", default=32)  # per publishing worker process

# -- the networks ------------------------------------------------------------------------------------------------------

# An operator's registration with each network is SMO_<NETWORK>_CLIENT_ID and _CLIENT_SECRET; SMO_<NETWORK>_URL points the
# connector at another server that speaks the same API. accounts.apps_of_networks reads them for the registered networks.
NETWORK_ENV = env
PRIVATE_SERVERS = env.bool("SMO_PRIVATE_SERVERS", default=False)  # users may name servers that are not on the public internet

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s level=%(levelname)s logger=%(name)s %(message)s"}},
    "handlers": {"err": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "smo": {"handlers": ["err"], "level": env.str("SMO_LOG_LEVEL", default="INFO"), "propagate": False},
        "django": {"handlers": ["err"], "level": "WARNING", "propagate": False},
        "smo.http": {"level": env.str("SMO_HTTP_LOG_LEVEL", default="WARNING")},
    },
}
