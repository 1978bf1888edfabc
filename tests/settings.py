"""The console's settings for tests: local mode, with the stores that the environment names.

SQLite lies in a file, as it does for people: threads and other processes then see what they would see there.
"""

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("CONSOLE_MODE", "local")
if "CONSOLE_VAR_DIR" not in os.environ:  # else a process of a run that has made one
    os.environ["CONSOLE_VAR_DIR"] = tempfile.mkdtemp(prefix="console-tests-")
    atexit.register(shutil.rmtree, os.environ["CONSOLE_VAR_DIR"], ignore_errors=True)
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the tests' thread
if (
    os.environ.get("REDIS_URL") and "PYTEST_XDIST_WORKER" in os.environ
):  # a database each, also for what they start
    number = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
    os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].rpartition('/')[0]}/{number}"

from console.settings import *  # noqa: F403
from console.settings import DATABASES, Q_CLUSTER, REDIS_URL, VAR_DIR

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "tests.sqlite3")}
if not REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Tasks run where they are started; the real worker has tests of its own.
Q_CLUSTER = {**Q_CLUSTER, "sync": True}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
USAGE_FLUSH_SECONDS = 0  # counts are written when a test asks for it
REFRESH_THREADS = 0  # old answers are refreshed where they are read, so that a test sees what comes of it
WHITENOISE_AUTOREFRESH = True  # looks for a file when asked; else each test client reads all of static/
