"""The console's settings for tests: local mode, with the stores that the environment names."""

import os
import tempfile

os.environ.setdefault("CONSOLE_MODE", "local")
os.environ.setdefault("CONSOLE_VAR_DIR", tempfile.mkdtemp(prefix="console-tests-"))

from console.settings import *  # noqa: F403
from console.settings import REDIS_URL

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if not REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
