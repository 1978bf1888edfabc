"""What the frame of every page asks this app."""

from typing import Any

from django.http import HttpRequest

from console.accounts.access import can
from console.accounts.rights import Right
from console.core import shell

__all__ = ["register"]


def register() -> None:
    """Answer the frame's question who may open which page."""
    shell.provide("may", _may)


def _may(request: HttpRequest, right: Right, connection: Any = None) -> bool:
    return can(request.user, right, connection)
