"""Settings of the console, read from the environment.

Two modes: `production` (the default; refuses to start half-configured) and `local` (what `make run` uses: keys are
made once under var/, plain HTTP on loopback is fine, static files come straight from their sources).
Every variable is described in README.md; console/core/checks.py says at start what is missing.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from console.core.local_keys import local_keys
from console.core.logs import logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

MODE = env.str("CONSOLE_MODE", default="production")
LOCAL = MODE == "local"
DEBUG = LOCAL and env.bool("DEBUG", default=False)
VAR_DIR = Path(env.str("CONSOLE_VAR_DIR", default=str(BASE_DIR / "var")))

# --- keys
# Local mode makes its own once. Production must bring them; an empty value is reported by the system checks.
_keys = local_keys(VAR_DIR) if LOCAL else {}
SECRET_KEY = env.str("SECRET_KEY", default=_keys.get("SECRET_KEY", ""))
SEALING_KEYS = env.list("SEALING_KEYS", default=[key for key in [_keys.get("SEALING_KEYS", "")] if key])
AUDIT_SIGNING_KEY = env.str("AUDIT_SIGNING_KEY", default=_keys.get("AUDIT_SIGNING_KEY", ""))
AUDIT_TRUSTED_KEYS = env.list(
    "AUDIT_TRUSTED_KEYS", default=[]
)  # public keys of before, after a change of key

# --- who may ask, and how
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if LOCAL else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
HTTPS = env.bool("HTTPS", default=not LOCAL)
SECURE_SSL_REDIRECT = env.bool("HTTPS_REDIRECT", default=HTTPS)
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# A removal names everybody who was selected in a room: as many as are listed of one (rooms.services.participants).
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2500
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 3600
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=60)
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
CSRF_FAILURE_VIEW = "console.core.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
# Hosts on private networks are refused as endpoints unless an operator allows them (the sandbox is one of them).
ALLOW_PRIVATE_ENDPOINTS = env.bool("ALLOW_PRIVATE_ENDPOINTS", default=LOCAL)

# --- apps
INSTALLED_APPS = [
    "console.core",
    "console.audit",
    "console.accounts",
    "console.connections",
    "console.work",
    "console.applications",
    "console.rooms",
    "console.storage",
    "console.recording",
    "console.analytics",
    "console.investigate",
    "console.alerts",
    "allauth",
    "allauth.account",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "django_htmx",
    "django_q",
    "template_partials",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "console.core.middleware.ClickMiddleware",
    "console.core.middleware.KeepNothingMiddleware",
    "console.core.middleware.RefreshMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "console.accounts.middleware.ViewerMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "console.accounts.middleware.RightsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "console.urls"
WSGI_APPLICATION = "console.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "console.core.context.shell",
            ],
        },
    }
]

# --- stores
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'console.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Immediate transactions wait for the write lock instead of failing when a read turns into a write.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "console_cache"}
}

# --- background work
# `retry` must exceed the longest task; a task that fails is acknowledged: our own tables say what is still to do.
Q_CLUSTER = {
    "name": "console",
    "workers": env.int("WORKER_PROCESSES", default=2),
    "timeout": 120,
    "retry": 180,
    "max_attempts": 1,
    "ack_failures": True,
    "catch_up": False,
    "poll": 0.2,
    "queue_limit": 50,
    "save_limit": 200,
    "scheduler": False,
    "label": "Work",
    **({"redis": REDIS_URL} if REDIS_URL else {"orm": "default"}),
}

RUN_DAYS = env.int("RUN_DAYS", default=90)  # how long runs that are over can be looked at

SEEN_DAYS = env.int("SEEN_DAYS", default=90)  # how long sessions that passed by are found without the cloud

# --- the cloud
FINAL_DAYS = env.int("FINAL_DAYS", default=90)  # how long an answer about the past stays that nobody looks at
REFRESH_THREADS = env.int("REFRESH_THREADS", default=4)  # of one web process, for answers that grew old

# --- what is told to Prometheus
METRICS_ALLOWED = env.list("METRICS_ALLOWED", default=["127.0.0.0/8", "::1/128"])  # networks that may ask
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # with it anybody may, from anywhere

# --- notifications of the cloud
CALLBACK_BASE_URL = env.str(
    "CALLBACK_BASE_URL", default=""
)  # empty: as whoever sets a callback sees the console
CALLBACK_DAYS = env.int("CALLBACK_DAYS", default=90)  # so long what arrived is kept

# --- mail
# By which people reach the console: stands in front of the links in messages.
CONSOLE_URL = env.str(
    "CONSOLE_URL", default=next((one for one in CSRF_TRUSTED_ORIGINS if "*" not in one), "")
)
# smtp+starttls://user:password@host:587, smtps://… or smtp://…; empty: as entered under Settings › E-mail
MAIL_URL = env.str("MAIL_URL", default="")
MAIL_FROM = env.str("MAIL_FROM", default="")
MESSAGE_DAYS = env.int("MESSAGE_DAYS", default=90)  # how long messages that were sent can be looked at

# --- verdicts
VERDICT_LIMITS = env.dict(
    "VERDICT_LIMITS", default={}
)  # {id: value}, see console/investigate/verdict/limits.py

# --- what the console remembers of the cloud's statistics
COLLECT_SHARE = env.float("COLLECT_SHARE", default=20.0)  # per cent of the statistics quota, in the long run
KEEP_MINUTES_MONTHS = env.float("KEEP_MINUTES_MONTHS", default=13)  # series by the minute
KEEP_DAYS_MONTHS = env.float("KEEP_DAYS_MONTHS", default=37)  # figures and distributions of days
KEEP_PEOPLE_DAYS = env.float("KEEP_PEOPLE_DAYS", default=90)  # who was hit by abnormal events

# --- people
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "console.accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# A whole desk sits behind one address: one who mistypes must not lock the others out. A name has five tries.
ACCOUNT_RATE_LIMITS = {"login": "100/m/ip", "login_failed": "60/m/ip,5/300s/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

# --- language and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- files
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("CONSOLE_STATIC_DIR", default=str(VAR_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "console.core.finders.FrontEndFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL
        else "console.core.finders.HashedStorage"
    },
}
WHITENOISE_USE_FINDERS = LOCAL
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- what a page may load
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LOGGING = logging_settings(json_lines=not LOCAL, level=env.str("LOG_LEVEL", default="INFO"))
LOGGING_CONFIG = "logging.config.dictConfig"
