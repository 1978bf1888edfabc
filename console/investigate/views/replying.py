"""The reply to send, made of a call's verdict."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from console.accounts.access import needs
from console.accounts.rights import Right
from console.applications.shapes import Applications
from console.connections.models import Connection
from console.core.pages import render_page
from console.core.problems import trouble_of
from console.core.trouble_pages import render_trouble
from console.investigate.replies import Audience, Choice, Draft, Drafts, Reply, ReplyNames, compose, made_of
from console.investigate.services.judging import verdict_on
from console.investigate.views.asking import ask
from console.investigate.views.opening import NoCall, open_call
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
_OWN = ("reader", "lang", "ids")


@needs(Right.SEE_ROOMS)
@require_http_methods(["GET", "HEAD", "POST"])
def call_reply(request: HttpRequest, connection: Connection, app_id: str, room_id: str) -> HttpResponse:
    """Show the reply for those who are to read it, in the language chosen. Costs what the call's page costs.

    A POST changes nothing: it brings what somebody made of the text, which stays until they want it written anew.
    """
    applications, names = names_of(request, connection)
    query = request.GET.copy()
    for name in _OWN:
        query.pop(name, None)
    context: dict[str, Any] = {
        "connection": connection,
        "app_id": app_id,
        "app_name": names.get(app_id, app_id),
        "room_id": room_id,
        "call_url": f"{address('call', connection.slug, app_id, room_id)}?{query.urlencode()}",
        "query": query.urlencode(),
        "audiences": _AUDIENCES.items(),
        "languages": _LANGUAGES.items(),
    }
    if request.method == "POST":
        return _changed(request, context, query, applications)
    choice = _choice(request.GET)
    try:
        written = _written(request, context, choice, applications)
    except SparkError as error:
        context |= _shown(Drafts(), choice, "")
        return render_trouble(request, _TEMPLATE, error, partial="reply", context=context)
    context |= _shown(Drafts(), choice, written)
    return render_page(request, _TEMPLATE, partial="reply", context=context)


def _changed(
    request: HttpRequest, context: dict[str, Any], query: QueryDict, applications: Applications
) -> HttpResponse:
    """Show a changed text as it is, or what was asked for in its place; nothing changed: lead to the chosen address."""
    vars(request)["come_back"] = True
    choice = _choice(request.POST)
    sent = _sent(request.POST, choice)
    drafts = _as_asked(request.POST.get("do", ""), sent)
    if drafts.current is None and not drafts.aside:
        query.update(_in_address(choice))
        return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")
    if drafts.current is not None and drafts.current is not sent.current:
        choice = drafts.current.choice
    written, status = "", 200
    if drafts.current is None:
        try:
            written = _written(request, context, choice, applications)
        except SparkError as error:
            trouble = trouble_of(error)
            drafts, status, context["unwritten"] = sent, trouble.status, trouble.title
    context |= _shown(drafts, choice, written)
    return render_page(request, _TEMPLATE, partial="reply", context=context, status=status)


def _choice(asked: QueryDict) -> Choice:
    """Read for whom, in which language, and whether with ids; by default for whoever complains, in our language."""
    reader, language = asked.get("reader", ""), asked.get("lang", "")
    own = "zh-hans" if (translation.get_language() or "").startswith("zh") else "en"
    return Choice(
        Audience(reader) if reader in set(Audience) else Audience.USER,
        language if language in _LANGUAGES else own,
        asked.get("ids") == "1",
    )


def _in_address(choice: Choice) -> dict[str, str]:
    return {"reader": choice.to.value, "lang": choice.language} | ({"ids": "1"} if choice.ids else {})


def _sent(posted: QueryDict, choice: Choice) -> Drafts:
    aside = zip(posted.getlist("aside"), posted.getlist("aside_of"), strict=False)
    fields = {name: posted.get(name, "") for name in ("text", "of", "made")}
    return Drafts.read(fields, list(aside), choice)


def _as_asked(action: str, drafts: Drafts) -> Drafts:
    """Do what a button of the page says: "anew", or "back 0"."""
    name, _space, number = action.partition(" ")
    if name == "back" and number.isdecimal():
        return drafts.back(int(number))
    return drafts.anew() if name == "anew" else drafts


def _shown(drafts: Drafts, choice: Choice, written: str = "") -> dict[str, Any]:
    """Return what the page shows. written: the text, where nobody changed it."""
    current = drafts.current
    return {
        "reader": choice.to,
        "written_in": choice.language,
        "ids": choice.ids,
        "text": current.text if current else written,
        "of": current.choice if current else choice,
        "made": drafts.made if current else made_of(written),
        "changed": _told(current) if current else None,
        "aside": [_told(one) for one in drafts.aside],
    }


def _told(draft: Draft) -> dict[str, Any]:
    choice = draft.choice
    return {
        "text": draft.text,
        "of": choice,
        "reader": _AUDIENCES[choice.to],
        "language": _LANGUAGES.get(choice.language, choice.language),
    }


def _written(
    request: HttpRequest, context: dict[str, Any], choice: Choice, applications: Applications
) -> str:
    """Write the reply. Raises Http404 without a call, and SparkError of the cloud."""
    connection, app_id = context["connection"], context["app_id"]
    try:
        opened = open_call(request, connection, app_id, context["room_id"])
    except NoCall:
        raise Http404(_("There is no such call.")) from None
    application = applications.find(app_id)
    asked = ask(request, connection, opened, enabled=application.enabled if application else None)
    verdict = verdict_on(asked.gathered, asked.complaint, asked.limits)
    _zone_name, zone = customer_zone(request)
    reply = Reply(
        audience=choice.to,
        call=opened.call,
        app_name=context["app_name"],
        customer=zone,
        agent=timezone.get_current_timezone(),
        ids=choice.ids,
        page=request.build_absolute_uri(context["call_url"]),
    )
    with translation.override(choice.language):
        return compose(reply, verdict, ReplyNames(opened.call.people, ids=reply.ids))
