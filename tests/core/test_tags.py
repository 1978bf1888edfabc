"""The parts of pages: what they show, for whom, and that hostile text stays text."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django import forms
from django.http import QueryDict
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import timezone, translation

from console.core.paging import page_of

NOW = datetime(2026, 11, 22, 14, 2, 31, tzinfo=UTC)
EVIL = '"><script>alert(1)</script>\u202e'
INCLUDED = {
    "empty": {
        "title": EVIL,
        "text": EVIL,
        "icon": "search",
        "clear_url": "?",
        "action_url": "/x",
        "action_label": EVIL,
    },
    "problem": {
        "title": EVIL,
        "meaning": EVIL,
        "advice": EVIL,
        "retry_url": "/x",
        "request_id": EVIL,
        "click_id": "c",
    },
    "countdown": {"seconds": 12, "url": "/again/?q=a&b", "target": "#x", "title": EVIL, "text": EVIL},
    "notice": {"text": EVIL, "tone": "watch", "end_url": "/x", "end_label": EVIL},
    "message": {"text": EVIL, "tone": "error", "title": EVIL, "detail": EVIL, "request_id": EVIL},
    "filter_chips": {"chips": [{"label": EVIL, "value": EVIL, "remove_url": "?"}], "clear_url": "?"},
    "skeleton": {"rows": "xxx"},
    "status": {"text": EVIL},
    "trace": {"request_id": EVIL, "click_id": "c"},
}


def render(text: str, /, **context: Any) -> str:
    request = RequestFactory().get("/rooms/?page=2")
    return Template("{% load console_tags %}" + text).render(Context({"request": request, **context}))


@pytest.fixture(autouse=True)
def berlin():
    with timezone.override("Europe/Berlin"), time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", sorted(INCLUDED))
def test_hostile_text_in_a_part_is_shown_and_does_nothing(name: str, language: str) -> None:
    with translation.override(language):
        html = render(f'{{% include "components/{name}.html" %}}', **INCLUDED[name])
    assert "<script" not in html
    assert html.strip()


def test_a_time_is_shown_in_the_viewers_zone_with_utc_on_hover() -> None:
    html = render("{% when at %}", at=NOW - timedelta(minutes=1))
    assert ">15:01:31</time>" in html
    assert "2026-11-22 15:01:31 UTC+1 · 2026-11-22 14:01:31 UTC" in html


def test_an_unknown_time_is_a_dash_and_not_a_date() -> None:
    assert "–" in render("{% when at %}", at=None)


def test_an_age_counts_on_from_the_servers_clock() -> None:
    html = render('{% when at "ago" %}', at=NOW - timedelta(seconds=75))
    assert 'data-ago data-ago-seconds="75">1 min ago</time>' in html


@pytest.mark.parametrize(
    ("age", "extra", "tone"),
    [(5, "", "good"), (5, "stale=True", "watch"), (60, "", "watch"), (500, "", "bad"), (5, "error=1", "bad")],
)
def test_the_as_of_chip_tells_freshness_in_words_and_colour(age: int, extra: str, tone: str) -> None:
    html = render(f'{{% as_of at "/rooms/" {extra} %}}', at=NOW - timedelta(seconds=age))
    assert f"as-of-{tone}" in html
    assert 'href="/rooms/"' in html
    assert "ago</time>" in html
    assert (NOW - timedelta(seconds=age)).strftime("%Y-%m-%d %H:%M:%S UTC") in html


def test_data_that_was_never_taken_says_so() -> None:
    assert "no data yet" in render("{% as_of at %}", at=None)


def test_the_price_of_a_refresh_is_named() -> None:
    assert "3 requests" in render("{% as_of at price=3 %}", at=NOW)
    assert "1 request<" in render("{% as_of at price=1 %}", at=NOW)


def test_an_id_can_be_copied_whole() -> None:
    html = render("{% ident id %}", id="lecture-0123456789")
    assert 'data-copy="lecture-0123456789"' in html
    assert 'aria-label="Copy lecture-0123456789"' in html


def test_a_hostile_id_does_not_leave_its_attribute() -> None:
    html = render("{% ident id href %}", id=EVIL, href="/x")
    assert "<script" not in html
    assert "&quot;&gt;&lt;script&gt;" in html


def test_a_state_is_a_word_beside_its_colour() -> None:
    html = render('{% chip "bad" "failed" %}')
    assert ">failed</span>" not in html.split("</svg>")[0]
    assert html.endswith("failed</span>")
    assert "#circle-x-filled" in html


def test_an_icon_nobody_listed_is_found_while_building() -> None:
    with pytest.raises(TemplateSyntaxError, match="ICONS"):
        render('{% icon "no-such-icon" %}')


def test_an_icon_speaks_only_when_named() -> None:
    assert 'aria-hidden="true"' in render('{% icon "x" %}')
    assert 'role="img" aria-label="Close"' in render('{% icon "x" label="Close" %}')


def test_paging_says_what_is_shown_and_keeps_filters() -> None:
    page = page_of(QueryDict("state=open&page=2"), size=20, shown=20, total=53)
    html = render('{% paging page target="#rooms" %}', page=page)
    assert "21–40" in html
    assert "of 53" in html
    assert 'href="?state=open&amp;page=3"' in html
    assert 'hx-target="#rooms"' in html
    assert 'href="?state=open&amp;size=100"' in html


def test_a_field_ties_its_help_and_errors_to_its_control() -> None:
    class Form(forms.Form):
        reason = forms.CharField(help_text="Stands in the trail.")
        who = forms.ChoiceField(widget=forms.RadioSelect, choices=[("a", "A")])

    html = render("{% field form.reason %}{% field form.who %}", form=Form({"reason": ""}))
    assert 'aria-describedby="id_reason_helptext id_reason_error"' in html
    assert 'id="id_reason_helptext"' in html
    assert 'id="id_reason_error"' in html
    assert 'aria-invalid="true"' in html
    assert "<legend>Who</legend>" in html


def test_a_hint_of_the_template_is_tied_too() -> None:
    class Form(forms.Form):
        reason = forms.CharField()

    html = render('{% field form.reason hint="Be brief." %}', form=Form())
    assert 'aria-describedby="id_reason_helptext"' in html
    assert 'id="id_reason_helptext">Be brief.' in html
