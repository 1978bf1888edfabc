"""Channels: the list, the form, the test, and the key that is shown once."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.accounts.access import can, needs
from console.accounts.models import User
from console.accounts.rights import Right
from console.alerts.formats import FORMATS, KeyOf
from console.alerts.forms import ChannelForm, KeyForm
from console.alerts.links import base_url
from console.alerts.models import Channel
from console.alerts.services import channels
from console.alerts.services.mailing import mail_facts
from console.alerts.services.people import people_to_tell
from console.alerts.services.rules import ChangedMeanwhile, NameTaken
from console.alerts.telling_words import FORMAT_NAMES, problem_said, silence_said
from console.alerts.views.parts import address
from console.connections.models import Connection
from console.core.once import first_time
from console.core.pages import go
from console.core.sheets import SHOWN_SECONDS, render_secret, render_sheet
from console.sparkrtc.secret import Secret

__all__ = [
    "channel_change",
    "channel_create",
    "channel_delete",
    "channel_key",
    "channel_list",
    "channel_test",
]

_form_view = require_http_methods(["GET", "HEAD", "POST"])


@needs(Right.SEE_INSIGHTS, whole=True)
@require_safe
def channel_list(request: HttpRequest, connection: Connection) -> HttpResponse:
    """List the channels of a connection. A few queries, however many."""
    rows: list[dict[str, Any]] = [
        {
            "channel": channel,
            "kind": _kind(channel),
            "people": [str(person) for person in channel.people.all()],
            "silent": silence_said(channel.silence),
        }
        for channel in channels.list_channels(connection)
    ]
    context = {
        "connection": connection,
        "rows": rows,
        "may_change": _may_change(request, connection),
        "no_mail": mail_facts() is None and any(row["channel"].medium == "email" for row in rows),
        "no_links": not base_url(),
    }
    return render(request, "alerts/channel_list.html", context)


@never_cache
@sensitive_variables("key")
@sensitive_post_parameters("url", "secret")
@needs(Right.CONFIGURE, whole=True)
@_form_view
def channel_create(request: HttpRequest, connection: Connection, medium: str) -> HttpResponse:
    """Make a channel; a key that the console made for it is shown at once, and never again."""
    if medium not in Channel.Medium.values:
        raise Http404(_("There is no such kind of channel."))
    people = people_to_tell(connection)
    if request.method != "POST":
        return _page(request, connection, None, ChannelForm(medium=medium, people=people))
    form = ChannelForm(request.POST, medium=medium, people=people)
    if not form.is_valid():
        return _page(request, connection, None, form, status=422)
    try:
        channel, key = channels.create_channel(connection, form.wanted, actor=_actor(request))
    except NameTaken:
        form.add_error("name", _("Another channel has this name."))
        return _page(request, connection, None, form, status=422)
    if key is None:
        messages.success(request, _("The channel was saved. Send a test to see that it works."))
        return HttpResponseRedirect(address("channel", connection, channel.pk))
    return _shown(request, channel, key)


@sensitive_post_parameters("url", "secret")
@needs(Right.CONFIGURE, whole=True)
@_form_view
def channel_change(request: HttpRequest, connection: Connection, channel_id: int) -> HttpResponse:
    """Show a channel in the form, and keep what is changed."""
    channel, people = _channel_or_404(connection, channel_id), people_to_tell(connection)
    if request.method != "POST":
        form = ChannelForm(medium=channel.medium, people=people, channel=channel)
        return _page(request, connection, channel, form)
    form = ChannelForm(request.POST, medium=channel.medium, people=people, channel=channel)
    if not form.is_valid():
        return _page(request, connection, channel, form, status=422)
    version = form.cleaned_data["version"] or 0
    try:
        channels.update_channel(connection, channel_id, version, form.wanted, actor=_actor(request))
    except NameTaken:
        form.add_error("name", _("Another channel has this name."))
        return _page(request, connection, channel, form, status=422)
    except ChangedMeanwhile:
        form.add_error(None, _("Somebody changed this channel since you opened it. Open it again to see it."))
        return _page(request, connection, channel, form, status=409)
    messages.success(request, _("The channel was saved."))
    return HttpResponseRedirect(address("channel", connection, channel_id))


@needs(Right.CONFIGURE, whole=True)
@require_POST
def channel_test(request: HttpRequest, connection: Connection, channel_id: int) -> HttpResponse:
    """Send a test to everywhere that a channel leads, and say exactly what came of it. Takes up to a minute."""
    channel = _channel_or_404(connection, channel_id)
    made = channels.test_channel(channel, actor=_actor(request))
    form = ChannelForm(medium=channel.medium, people=people_to_tell(connection), channel=channel)
    tested = [
        {
            "message": message,
            "attempt": message.attempts.first(),
            "problem": problem_said(message.problem),
        }
        for message in made
    ]
    return _page(request, connection, channel, form, tested=tested, was_tested=True)


@never_cache
@sensitive_variables("key")
@sensitive_post_parameters("password")
@needs(Right.CONFIGURE, whole=True)
@_form_view
def channel_key(request: HttpRequest, connection: Connection, channel_id: int) -> HttpResponse:
    """Ask why; then replace the key that a channel signs with, and show the new one, once."""
    channel = _channel_or_404(connection, channel_id)
    if not channel.format or FORMATS[channel.format].key is not KeyOf.OURS:
        messages.info(request, _("This kind is not signed with a key of the console's."))
        return go(request, address("channel", connection, channel_id))
    context = _sheet(connection, channel) | {
        "title": _("Renew the signing key"),
        "submit": _("Renew it"),
        "danger": True,
        "body": "alerts/_channel_key.html",
    }
    if request.method != "POST":
        return render_sheet(request, context | {"form": KeyForm(request=request)})
    form = KeyForm(request.POST, request=request)
    if not form.is_valid():
        return render_sheet(request, context | {"form": form}, status=422)
    if not first_time(form.cleaned_data["form_id"]):
        return go(request, address("channel", connection, channel_id))
    return _shown(request, channel, channels.renew_key(channel, actor=_actor(request), reason=form.reason))


@needs(Right.CONFIGURE, whole=True)
@_form_view
def channel_delete(request: HttpRequest, connection: Connection, channel_id: int) -> HttpResponse:
    """Ask whether to delete a channel; sent by POST, delete it."""
    channel = _channel_or_404(connection, channel_id)
    if request.method == "POST":
        channels.delete_channel(connection, channel_id, actor=_actor(request))
        messages.success(request, _("The channel was deleted."))
        return go(request, address("channels", connection))
    context = _sheet(connection, channel) | {
        "title": _("Delete the channel"),
        "body": "alerts/_channel_delete.html",
        "rules": [rule.name for rule in channel.rules.all()],
        "submit": _("Delete the channel"),
        "danger": True,
    }
    return render_sheet(request, context)


def _actor(request: HttpRequest) -> User:
    return cast(User, request.user)


def _may_change(request: HttpRequest, connection: Connection) -> bool:
    return can(request.user, Right.CONFIGURE, connection, whole=True)


def _kind(channel: Channel) -> str:
    if channel.medium == Channel.Medium.EMAIL:
        return str(channel.get_medium_display())
    return str(FORMAT_NAMES.get(channel.format, channel.format))


def _channel_or_404(connection: Connection, channel_id: int) -> Channel:
    try:
        return channels.get_channel(connection, channel_id)
    except Channel.DoesNotExist:
        raise Http404(_("There is no such channel.")) from None


def _shown(request: HttpRequest, channel: Channel, key: Secret) -> HttpResponse:
    context = _sheet(channel.connection, channel) | {
        "title": _("Signing key"),
        "body": "alerts/_channel_key_shown.html",
        "key": key.reveal(),
        "seconds": SHOWN_SECONDS,
    }
    return render_secret(request, context)


def _sheet(connection: Connection, channel: Channel) -> dict[str, Any]:
    return {
        "connection": connection,
        "subject": channel.name,
        "crumbs": [(connection.name, ""), (_("Channels"), address("channels", connection))],
        "back_url": address("channel", connection, channel.pk),
    }


def _page(
    request: HttpRequest,
    connection: Connection,
    channel: Channel | None,
    form: ChannelForm,
    status: int = 200,
    **tested: Any,
) -> HttpResponse:
    key = FORMATS[channel.format].key if channel is not None and channel.format else KeyOf.NOBODY
    context = {
        "connection": connection,
        "channel": channel,
        "kind": _kind(channel) if channel else "",
        "form": form,
        "here": address("channel", connection, channel.pk) if channel else request.path,
        "back_url": address("channels", connection),
        "webhook": form.medium == Channel.Medium.WEBHOOK,
        "signs": key is KeyOf.OURS,
        "no_mail": form.medium == Channel.Medium.EMAIL and mail_facts() is None,
        **tested,
    }
    return render(request, "alerts/channel_form.html", context, status=status)
