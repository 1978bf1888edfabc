"""The reply to send, made of a call's verdict."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from console.accounts.access import needs
from console.accounts.rights import Right
from console.connections.models import Connection
from console.core.pages import render_page
from console.core.trouble_pages import render_trouble
from console.investigate.replies import Audience, Reply, ReplyNames, compose
from console.investigate.services.judging import verdict_on
from console.investigate.views.asking import Asked, ask
from console.investigate.views.opening import NoCall, Opened, open_call
from console.investigate.views.parts import address, customer_zone, names_of
from console.sparkrtc.errors import SparkError

__all__ = ["call_reply"]

_TEMPLATE = "investigate/reply.html"
_AUDIENCES = {
    Audience.USER: gettext_lazy("Somebody who was in the call"),
    Audience.ENGINEER: gettext_lazy("The customer's engineer"),
    Audience.INTERNAL: gettext_lazy("Our own people"),
}
_LANGUAGES = {"en": "English", "zh-hans": "简体中文"}
_OWN = ("to", "lang", "ids")


@needs(Right.SEE_ROOMS)
@require_safe
def call_reply(request: HttpRequest, connection: Connection, app_id: str, room_id: str) -> HttpResponse:
    """Show the reply for those who are to read it, in the language chosen. Costs what the call's page costs."""
    applications, names = names_of(request, connection)
    asked_for = {name: value for name, value in request.GET.items() if name not in _OWN}
    query = request.GET.copy()
    for name in _OWN:
        query.pop(name, None)
    context: dict[str, Any] = {
        "connection": connection,
        "app_name": names.get(app_id, app_id),
        "room_id": room_id,
        "call_url": f"{address('call', connection.slug, app_id, room_id)}?{query.urlencode()}",
        "kept": asked_for.items(),
        "audiences": _AUDIENCES.items(),
        "languages": _LANGUAGES.items(),
        **_choices(request),
    }
    try:
        opened = open_call(request, connection, app_id, room_id)
    except NoCall:
        raise Http404(_("There is no such call.")) from None
    except SparkError as error:
        return render_trouble(request, _TEMPLATE, error, partial="reply", context=context)
    application = applications.find(app_id)
    asked = ask(request, connection, opened, enabled=application.enabled if application else None)
    context["text"] = _written(request, opened, asked, context)
    return render_page(request, _TEMPLATE, partial="reply", context=context)


def _choices(request: HttpRequest) -> dict[str, Any]:
    """Read for whom, in which language, and whether with ids; by default for whoever complains, in our language."""
    to, language = request.GET.get("to", ""), request.GET.get("lang", "")
    own = "zh-hans" if (translation.get_language() or "").startswith("zh") else "en"
    return {
        "to": Audience(to) if to in set(Audience) else Audience.USER,
        "written_in": language if language in _LANGUAGES else own,
        "ids": request.GET.get("ids") == "1",
    }


def _written(request: HttpRequest, opened: Opened, asked: Asked, chosen: dict[str, Any]) -> str:
    verdict = verdict_on(asked.gathered, asked.complaint, asked.limits)
    _zone_name, zone = customer_zone(request)
    reply = Reply(
        audience=chosen["to"],
        call=opened.call,
        app_name=chosen["app_name"],
        customer=zone,
        agent=timezone.get_current_timezone(),
        ids=chosen["ids"],
        page=request.build_absolute_uri(chosen["call_url"]),
    )
    with translation.override(chosen["written_in"]):
        return compose(reply, verdict, ReplyNames(opened.call.people, ids=reply.ids))
