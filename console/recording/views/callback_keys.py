"""A callback's key and a try of it: revealed once, learnt for verifying, used for a sample."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from console.accounts.access import needs
from console.accounts.rights import Right
from console.applications.outcomes import actor_of, fresh_form_id
from console.applications.services.keys import NoKey
from console.connections.models import Connection
from console.core.once import first_time
from console.core.pages import go
from console.core.sheets import SHOWN_SECONDS, render_refusal, render_secret, render_sheet
from console.recording.forms.callbacks import LearnForm, RevealForm, SampleForm
from console.recording.services.callback_keys import enter_key, learn_key, reveal_callback_key
from console.recording.services.samples import NoCallback, send_sample
from console.recording.views.callbacks import sheet_context
from console.sparkrtc.errors import SparkError
from console.sparkrtc.secret import Secret

__all__ = ["callback_key", "callback_learn", "callback_sample"]

_form_view = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@sensitive_variables("key", "context")
@sensitive_post_parameters("password")
@needs(Right.CONFIGURE)
@_form_view
def callback_key(request: HttpRequest, connection: Connection, app_id: str) -> HttpResponse:
    """Ask why; then show the key for a minute, once."""
    context = sheet_context(connection, app_id) | {
        "title": _("Reveal the callback key"),
        "submit": _("Reveal"),
        "danger": True,
        "body": "recording/_callback_reveal.html",
        "seconds": SHOWN_SECONDS,
    }
    if request.method != "POST":
        return render_sheet(request, context | {"form": RevealForm(request=request)})
    form = RevealForm(request.POST, request=request)
    if not form.is_valid():
        return render_sheet(request, context | {"form": form}, status=422)
    if not first_time(form.cleaned_data["form_id"]):
        again = RevealForm(fresh_form_id(request), request=request)
        again.is_valid()
        again.add_error(
            None, _("This form had been sent before, and shows nothing a second time. Send it anew.")
        )
        return render_sheet(request, context | {"form": again}, status=409)
    try:
        key = reveal_callback_key(
            connection, app_id, actor=actor_of(request), reason=form.reason, name=context["subject"]
        )
    except NoKey:
        return _no_key(request, context)
    except SparkError as error:
        again = RevealForm(fresh_form_id(request), request=request)
        return render_refusal(request, context | {"form": again}, error)
    shown = {"key": key.reveal(), "body": "applications/_revealed.html", "title": _("Callback key")}
    return render_secret(request, context | shown)


@sensitive_post_parameters("given")
@needs(Right.CONFIGURE)
@_form_view
def callback_learn(request: HttpRequest, connection: Connection, app_id: str) -> HttpResponse:
    """Ask where the key comes from that a callback set elsewhere is signed with; verify with it from now on."""
    context = sheet_context(connection, app_id) | {
        "title": _("Key for verifying"),
        "submit": _("Store it"),
        "body": "recording/_callback_learn.html",
    }
    form = LearnForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render_sheet(request, context | {"form": form})
    if not form.is_valid():
        return render_sheet(request, context | {"form": form}, status=422)
    who: dict[str, Any] = {"actor": actor_of(request), "name": context["subject"]}
    try:
        if form.cleaned_data["source"] == LearnForm.TYPED:
            verified = enter_key(connection, app_id, Secret(form.cleaned_data["given"]), **who)
        else:
            verified = learn_key(connection, app_id, **who)
    except NoKey:
        return _no_key(request, context)
    except SparkError as error:
        return render_refusal(request, context | {"form": form}, error)
    messages.success(request, _stored(verified))
    return go(request, context["back_url"])


@needs(Right.CONFIGURE)
@_form_view
def callback_sample(request: HttpRequest, connection: Connection, app_id: str) -> HttpResponse:
    """Send a signed sample to the callback, and show what came back."""
    context = sheet_context(connection, app_id) | {
        "title": _("Send a sample"),
        "submit": _("Send it"),
        "body": "recording/_callback_sample.html",
        "form": SampleForm(),
    }
    if request.method != "POST":
        return render_sheet(request, context)
    try:
        sample = send_sample(connection, app_id, actor=actor_of(request), name=context["subject"])
    except NoCallback:
        context |= {"body": "recording/_no_callback.html", "submit": ""}
        return render_sheet(request, context, status=409)
    except SparkError as error:
        return render_refusal(request, context, error)
    return render_sheet(request, context | {"sample": sample, "submit": _("Send another one")})


def _no_key(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    gone = {"body": "recording/_callback_no_key.html", "submit": "", "form": None}
    return render_sheet(request, context | gone, status=409)


def _stored(verified: int) -> str:
    stored = _("The key is stored.")
    if not verified:
        return stored
    more = ngettext(
        "%(count)s delivery of before is verified by it.",
        "%(count)s deliveries of before are verified by it.",
        verified,
    )
    return f"{stored} {more % {'count': verified}}"
