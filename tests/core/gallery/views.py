"""Pages with made-up rows, as a page of the console would build them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template import engines
from django.utils import timezone

from console.core.marks import open_to_all, signed_in
from console.core.paging import page_of, size_of
from console.core.problems import cloud_problem
from console.sparkrtc.errors import CloudFault, NotFound, QuotaExhausted
from tests.core.gallery.drawn import gallery_charts

HERE = Path(__file__).parent
HOSTILE = [
    "lecture-7",
    "r" * 64,
    "<b onmouseover=alert(1)>bold</b>",
    "abc\u202edcba\u202c end",
    "👩‍🏫 Aula Magna 👨‍👩‍👧‍👦",
    "=HYPERLINK(1)",
    "直播间-7-北京",
    "tab\tnul\x00line",
]


class Reason(forms.Form):
    reason = forms.ChoiceField(
        choices=[("abuse", "Abuse"), ("test", "Test room")], help_text="Stands in the trail."
    )
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    keep = forms.BooleanField(label="Keep the recording", required=False)
    who = forms.ChoiceField(widget=forms.RadioSelect, choices=[("all", "Everybody"), ("one", "One person")])
    seconds = forms.IntegerField(min_value=5)


def _render(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    template = engines["django"].from_string((HERE / name).read_text())
    return HttpResponse(template.render(context, request), status=status)


def _rows(count: int) -> list[dict[str, Any]]:
    now = timezone.now()
    states = [
        ("good", "open"),
        ("unknown", "not known"),
        ("watch", "emptying"),
        ("bad", "failed"),
        ("neutral", "closed"),
    ]
    return [
        {
            "id": HOSTILE[number % len(HOSTILE)] + (f"-{number}" if number >= len(HOSTILE) else ""),
            "tone": states[number % 5][0],
            "state": states[number % 5][1],
            "people": (number * 37) % 1200,
            "since": now - timedelta(seconds=number * 977),
            "seconds": number * 977,
        }
        for number in range(count)
    ]


@signed_in
def gallery(request: HttpRequest) -> HttpResponse:
    """A list as pages show it: filters, rows, paging, and every small part."""
    if "say" in request.GET:
        messages.success(request, "Dismissal requested.")
        messages.warning(request, "3 of 12 applications answered.")
        messages.error(request, "The cloud did not answer.")
    rows = _rows(int(request.GET.get("rows", "24")))
    context = {
        "rows": rows,
        "page": page_of(request.GET, size=size_of(request.GET), shown=len(rows), total=5003),
        "taken_at": timezone.now() - timedelta(seconds=int(request.GET.get("age", "12"))),
        "hostile": HOSTILE,
        "chips": [
            {"label": "State", "value": "open", "remove_url": "?"},
            {"label": "Id", "value": HOSTILE[2], "remove_url": "?"},
        ],
        "form": Reason({"reason": "abuse", "seconds": "2"}),
    }
    return _render(request, "gallery.html", context)


@signed_in
def states(request: HttpRequest) -> HttpResponse:
    """The states of lists and panels, one under the other."""
    return _render(request, "states.html", {"now": timezone.now()})


@signed_in
def charts(request: HttpRequest) -> HttpResponse:
    """Charts and heat maps of every kind."""
    return _render(request, "charts.html", {"charts": gallery_charts()})


@signed_in
def panel(request: HttpRequest) -> HttpResponse:
    """What a refreshed panel answers."""
    return HttpResponse(f'<div id="panel" class="panel-body">{request.GET.get("text", "Answered")}</div>')


@signed_in
def dialog(request: HttpRequest) -> HttpResponse:
    """A dialog that is a page of its own without scripts."""
    form = Reason(request.POST or None, auto_id="dialog_%s")
    if request.method == "POST" and form.is_valid():
        return HttpResponse(status=204, headers={"HX-Trigger": "dialog-close"})
    name = "_dialog.html" if getattr(request, "htmx", False) else "dialog.html"
    sheet = (HERE / "_dialog.html").read_text()
    context = {"form": form, "sheet": engines["django"].from_string(sheet).render({"form": form}, request)}
    return _render(request, name, context, status=422 if request.method == "POST" else 200)


@signed_in
def trouble(request: HttpRequest, kind: str) -> HttpResponse:
    """The ways in which a page can fail."""
    if kind == "forbidden":
        raise PermissionDenied("Your role does not include this.")
    if kind == "missing":
        raise Http404("There is no room lecture-7 in this application.")
    errors = {
        "quota": QuotaExhausted("analytics", 12.2),
        "cloud": CloudFault(status=503, error_code="APIGW.0201", request_id="req-42"),
        "gone": NotFound(status=404, error_code="RTC.00001003", request_id="req-43"),
    }
    return cloud_problem(request, errors[kind], back_url="/gallery/", panel=request.GET.get("panel", ""))


@open_to_all
def broken(request: HttpRequest) -> HttpResponse:
    """A mistake of ours."""
    raise RuntimeError("made to fail")
