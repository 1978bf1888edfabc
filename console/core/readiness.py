"""What /readyz looks at by itself: the database, its tables, and the broker."""

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from console.core import shell

__all__ = ["register"]

_PATIENCE = 2  # seconds to wait for the broker


def register() -> None:
    """Add the checks; called once at start."""
    shell.register_readiness("database", _database)
    shell.register_readiness("migrations", _migrations)
    if settings.REDIS_URL:
        shell.register_readiness("redis", _redis)


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("Migrations are waiting: run `manage.py migrate`.")
    return "ok"


def _redis() -> str:
    import redis  # only where it is configured

    redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE
    ).ping()
    return "ok"
