"""The parts that pages are made of. Each says how to write it in a template; more are in templates/components/.

{% load console_tags %} first. Text from the cloud goes through `hostile` or `ident`, never out bare.
"""

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.core.signals import setting_changed
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select, Widget
from django.http import QueryDict
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from console.core import places, sayings, sentences, shell, text, times, words
from console.core.front_end import ICONS, SPRITE
from console.core.paging import PAGE_SIZES, Page
from console.sparkrtc.errors import SparkError

__all__ = ["register"]

register = template.Library()
_KNOWN_ICONS = frozenset(ICONS)
_TONES = {
    "good": "circle-check/filled",
    "watch": "alert-triangle/filled",
    "bad": "circle-x/filled",
    "unknown": "circle-dashed",
    "info": "info-circle/filled",
    "neutral": "",
}
_CONTROL_CLASSES = {"checkbox": "form-check-input", "select": "form-select"}
_FRESH, _OLD = 30, 120  # seconds: the as-of chip is green up to the first, amber up to the second


@lru_cache(maxsize=1)
def _sprite_url() -> str:
    return static(SPRITE)


setting_changed.connect(lambda **_: _sprite_url.cache_clear(), weak=False)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """{% icon "refresh" %} decorates; {% icon "refresh" label=_("Refresh") %} speaks. Names: core/front_end.py."""
    return _drawn(name, label, _sprite_url())


@lru_cache(maxsize=512)
def _drawn(name: str, label: str, sprite: str) -> SafeString:
    if name not in _KNOWN_ICONS:
        raise template.TemplateSyntaxError(
            f"No icon is called {name!r}: add it to ICONS in core/front_end.py."
        )
    where = f"{sprite}#{name.replace('/', '-')}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, where
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', where)


@register.filter
def told(error: SparkError | None) -> str:
    """{{ age.error|told }}: an error of the cloud as a sentence in the viewer's language."""
    return sentences.sentence(error) if error is not None else ""


@register.filter
def said(text: str) -> str:
    """{% hostile entry.reason|said %}: what was written down in English, in the reader's language where it is ours."""
    return sayings.say(text or "")


@register.simple_tag
def hostile(value: Any, most: int = 0, lines: bool = False) -> SafeString:
    """{% hostile participant.nickname 40 %}: isolated, unseen characters visible, the middle cut beyond 40.

    {% hostile entry.reason lines=True %}: whole, with the line breaks that somebody typed.
    """
    return text.shown(value, most, lines=lines)


@register.simple_tag
def region(value: str, most: int = 24) -> SafeString:
    """{% region person.region %}: where somebody is, in the reader's language; as the cloud writes it on hover."""
    return _translated(value, places.region_name(value), most)


@register.simple_tag
def network(value: str, most: int = 24) -> SafeString:
    """{% network person.isp %}: whose network somebody uses, like region."""
    return _translated(value, places.network_name(value), most)


def _translated(value: str, name: str, most: int) -> SafeString:
    if name == value:
        return text.shown(value or "–", most)
    return format_html('<span title="{}">{}</span>', value, name)


@register.filter
def plain(value: Any) -> str:
    """{{ room_id|plain }}: the same for attributes, titles and messages, where no markup may stand."""
    return text.plain(value)


@register.simple_tag
def ident(value: Any, href: str = "", copy: bool = True) -> SafeString:
    """{% ident room.room_id href=url %}: an id in monospace, shortened in the middle, with a button that copies it."""
    value = str(value)
    inner = text.ident(value)
    if href:
        inner = format_html('<a href="{}">{}</a>', href, inner)
    return format_html('<span class="id">{}{}</span>', inner, copy_button(value) if copy else "")


@register.simple_tag
def copy_button(value: Any, label: str = "") -> SafeString:
    """{% copy_button request_id %}: copies the value. It only shows when scripts run."""
    shape, sentence = _copy_shape(get_language())
    name = label or sentence % {"text": text.plain(value)}
    return SafeString(shape % (escape(value), escape(name), icon("copy")))


@lru_cache(maxsize=8)
def _copy_shape(language: str | None) -> tuple[str, str]:
    """The button's markup with places for value, name and icon, and its sentence; a list has hundreds of them."""
    shape = '<button type="button" class="copy" data-copy="%%s" aria-label="%%s" title="%s">%%s</button>'
    return shape % escape(_("Copy")).replace("%", "%%"), _("Copy %(text)s")


@register.simple_tag
def when(moment: datetime | None, style: str = "auto") -> SafeString:
    """{% when entry.at %}: a time in the viewer's zone, UTC on hover.

    style: auto (date left out today), clock, full (date and time), ago (in words, ticking). None gives a dash.
    """
    if moment is None:
        return format_html('<span class="nothing" title="{}">–</span>', _("not known"))
    local = timezone.localtime(moment)
    whole = local.isoformat(" ", "seconds")[:19]
    attributes, said = "", whole
    if style == "ago":
        age = int((timezone.now() - moment).total_seconds())
        # Counted from our clock: the viewer's may be wrong, and the script only goes on from here.
        attributes, said = f' data-ago data-ago-seconds="{age}"', escape(times.ago(age))
    elif style == "clock" or (style == "auto" and local.date() == timezone.localdate()):
        said = whole[11:]
    elif style == "auto":
        said = f'<span class="date">{whole[:10]}</span> {whole[11:]}'
    # Put together by hand, as a list has hundreds of times; everything in it is digits or escaped above.
    utc = moment.astimezone(UTC).isoformat(" ", "milliseconds")
    both = f"{whole} {times.zone_offset(local, local.tzinfo)} · {utc[:19]} UTC"
    at = f"{utc[:10]}T{utc[11:23]}Z"
    return SafeString(f'<time datetime="{at}" title="{both}"{attributes}>{said}</time>')


@register.filter
def duration(seconds: float | None) -> str:
    """{{ participant.seconds|duration }}: "3 min 05 s"; a dash for None."""
    return "–" if seconds is None else times.duration(seconds)


@register.simple_tag
def chip(tone: str, label: Any, icon_name: str = "") -> SafeString:
    """{% chip "good" _("running") %}: a state as icon and word. Tones: good, watch, bad, unknown, info, neutral."""
    drawing = icon_name or _TONES[tone]
    return format_html(
        '<span class="chip chip-{}">{}{}</span>', tone, icon(drawing) if drawing else "", label
    )


@register.inclusion_tag("components/as_of.html")
def as_of(
    taken_at: datetime | None,
    refresh_url: str = "",
    stale: bool = False,
    error: Any = None,
    next_at: datetime | None = None,
    price: int = 0,
    source: str = "",
    target: str = "",
    patience: float = 1.0,
) -> dict[str, Any]:
    """{% as_of reading.taken_at refresh_url stale=reading.stale error=reading.error %}: how old the data is.

    next_at: when it is refreshed by itself. price: requests that a refresh costs, shown when scarce. source: where
    it comes from, in words. target: selector that htmx swaps with the refreshed answer; without it the link loads
    the page. patience: how much older than usual data of this kind may be before it worries.
    """
    seconds = (timezone.now() - taken_at).total_seconds() if taken_at else 0.0
    if taken_at is None:
        tone = "unknown"
    elif error is not None or seconds > _OLD * patience:
        tone = "bad"
    else:
        tone = "watch" if stale or seconds > _FRESH * patience else "good"
    return {
        "taken_at": taken_at,
        "words": times.ago(seconds) if taken_at else "",
        "seconds": int(seconds),
        "iso": taken_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if taken_at else "",
        "clock": times.clock(taken_at) if taken_at else "",
        "utc": times.utc_text(taken_at) if taken_at else "",
        "zone": times.zone_offset(taken_at) if taken_at else "",
        "tone": tone,
        "refresh_url": refresh_url,
        "failed": error is not None,
        "next_at": next_at,
        "price": price,
        "source": source or _("the cloud"),
        "target": target,
    }


@register.inclusion_tag("components/paging.html", takes_context=True)
def paging(context: Any, page: Page, target: str = "") -> dict[str, Any]:
    """{% paging page target="#rooms" %}: first–last of total, previous and next, size; keeps the filters.

    target: selector that htmx swaps when a page is turned; without it the links load the whole page.
    """
    few = page.total is not None and page.total <= PAGE_SIZES[0]  # then there is nothing to choose
    sizes = [] if few else [(size, _with_size(page.query, size)) for size in PAGE_SIZES]
    return {"page": page, "sizes": sizes, "target": target}


def _with_size(query: str, size: int) -> str:
    changed = QueryDict(query, mutable=True)
    changed["size"] = str(size)
    return Page(1, size, 0, None, False, changed.urlencode()).url(1)


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, hint: str = "", after: str = "", optional: bool = True) -> dict[str, Any]:
    """{% field form.reason %}: label, control, help and errors of a form field, tied together for screen readers.

    hint: replaces the field's help text. after: a unit or short word behind the control. optional: False where what may
    stay empty depends on other fields, and the page says so.
    """
    kind = _kind_of(bound.field.widget)
    attributes: dict[str, str | bool] = {}
    if kind != "choices":  # Django would put them on the group as well as on each box
        classes = [bound.field.widget.attrs.get("class"), _CONTROL_CLASSES.get(kind, "form-control")]
        attributes["class"] = " ".join(filter(None, [*classes, "is-invalid" if bound.errors else None]))
    if hint and not bound.help_text and kind != "choices":
        attributes["aria-describedby"] = f"{bound.auto_id}_helptext {bound.aria_describedby or ''}".strip()
    return {
        "field": bound,
        "control": bound.as_widget(attrs=attributes),
        "kind": kind,
        "hint": hint or bound.help_text,
        "after": after,
        "optional": optional and not bound.field.required,
    }


def _kind_of(widget: Widget) -> str:
    """Say how a control is laid out: choices (several boxes under one legend), checkbox, select, or any other."""
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, Select):
        return "select"
    return "checkbox" if isinstance(widget, CheckboxInput) else "text"


@register.simple_tag
def for_scripts() -> SafeString:
    """{% for_scripts %} in <head>: htmx's settings and our scripts' sentences. Needs no request."""
    shape = '<meta name="htmx-config" content="{}"><meta name="console-words" content="{}">'
    return format_html(shape, json.dumps(words.HTMX), json.dumps(words.for_scripts()))


@register.simple_tag(takes_context=True)
def slot(context: Any, name: str) -> SafeString | str:
    """{% slot "meter" %}: what another app puts there, see core/shell.py."""
    request = context.get("request")
    return (shell.render_slot(name, request) if request is not None else None) or ""
