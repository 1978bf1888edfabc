"""What follows from a sign-in, a refused one and a sign-out, whoever performs them."""

from typing import Any

from allauth.account.signals import password_changed
from allauth.account.signals import user_logged_in as signed_in_by_page
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from console import audit
from console.accounts import sessions
from console.accounts.actions import CHANGE_PASSWORD, SIGN_IN, SIGN_IN_FAILED, SIGN_OUT
from console.accounts.models import User
from console.accounts.services import target_of

__all__ = ["record_refused_sign_in"]


@receiver(user_logged_in)
def _begin(request: HttpRequest | None, user: User, **_: Any) -> None:
    """Start the session's clocks. Without it a session is not believed."""
    if request is not None and hasattr(request, "session"):
        sessions.begin(request, user)


@receiver(signed_in_by_page)
def _record_sign_in(user: User, **_: Any) -> None:
    audit.record(SIGN_IN, actor=user, target=target_of(user))


@receiver(user_login_failed)
def _record_failure(credentials: dict[str, Any], **_: Any) -> None:
    typed = str(credentials.get("username") or credentials.get("email") or "")
    record_refused_sign_in(typed, "wrong name or password")


@receiver(user_logged_out)
def _record_sign_out(request: HttpRequest | None, user: User | None, **_: Any) -> None:
    if user is not None:
        why = getattr(request, "signed_out_because", "") or "asked"
        audit.record(SIGN_OUT, actor=user, target=target_of(user), details={"why": why})


@receiver(password_changed)
def _record_new_password(user: User, **_: Any) -> None:
    audit.record(CHANGE_PASSWORD, actor=user, target=target_of(user))


def record_refused_sign_in(typed: str, why: str) -> None:
    """Put a refused sign-in on record.

    typed: what stood in the name field. People do type their password there, so of a name that nobody has only the
    beginning is kept.
    """
    known = (
        User.objects.filter(username__iexact=typed).first()
        or User.objects.filter(email__iexact=typed).first()
    )
    about = target_of(known) if known else audit.Target("person", "", f"{typed[:2]}…")
    audit.record(SIGN_IN_FAILED, actor=None, target=about, outcome="failed", error=why)
