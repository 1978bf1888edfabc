"""How long a sign-in lasts: an absolute limit, an idle limit, and an epoch that ends all of a person's sessions."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import F
from django.http import HttpRequest

from console.accounts.models import User

__all__ = ["Limits", "began_at", "begin", "end_all", "end_if_over", "is_a_poll", "join_epoch", "limits"]

_BEGAN, _SEEN, _EPOCH = "signed_in_at", "seen_at", "session_epoch"
_SEEN_STEP_SECONDS = 60  # the session is written at most this often for the idle limit's sake


@dataclass(frozen=True)
class Limits:
    """How long a sign-in lasts at most, and how long without anything done."""

    hours: int
    idle_minutes: int


def limits() -> Limits:
    """Return the limits that the settings ask for."""
    return Limits(settings.SESSION_COOKIE_AGE // 3600, getattr(settings, "SESSION_IDLE_MINUTES", 60))


def begin(request: HttpRequest, user: AbstractBaseUser) -> None:
    """Note in a new session when it began, and the epoch that it belongs to."""
    now = int(time.time())
    request.session[_BEGAN] = request.session[_SEEN] = now
    join_epoch(request, user)


def began_at(request: HttpRequest) -> float:
    """Return when the person signed in, in seconds since 1970; 0 when the session does not tell."""
    began = request.session.get(_BEGAN)
    return float(began) if isinstance(began, (int, float)) else 0.0


def join_epoch(request: HttpRequest, user: AbstractBaseUser) -> None:
    """Let this session outlive the end of all others."""
    request.session[_EPOCH] = getattr(user, "session_epoch", 0)


def end_all(user: User) -> None:
    """Sign the person out everywhere, from the next request on."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])


def end_if_over(request: HttpRequest) -> None:
    """Sign the person out when their session is over; request.signed_out_because then says why in one word.

    "ended": signed out everywhere. "hours": the absolute limit. "idle": the idle limit.
    """
    why = _why_over(request)
    if why:
        request.signed_out_because = why  # type: ignore[attr-defined]
        logout(request)
    elif not is_a_poll(request) and time.time() - request.session[_SEEN] >= _SEEN_STEP_SECONDS:
        request.session[_SEEN] = int(time.time())


def is_a_poll(request: HttpRequest) -> bool:
    """Say whether the page asked by itself (header `Console-Poll`); that keeps nobody signed in."""
    return "Console-Poll" in request.headers


def _why_over(request: HttpRequest) -> str:
    session, now = request.session, time.time()
    try:
        began, seen, epoch = int(session[_BEGAN]), int(session[_SEEN]), int(session[_EPOCH])
    except (KeyError, TypeError, ValueError):
        return "ended"  # begun by something that did not keep our notes: not believed
    if epoch != getattr(request.user, "session_epoch", None):
        return "ended"
    if now - began >= settings.SESSION_COOKIE_AGE:
        return "hours"
    return "idle" if now - seen >= limits().idle_minutes * 60 else ""
