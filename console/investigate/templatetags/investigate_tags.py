"""What templates of Investigate need beyond the parts that all pages share."""

from datetime import datetime, tzinfo
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.core.addresses import query_with
from console.core.templatetags.console_tags import chip, icon, when
from console.core.text import aside, explained, listed, plain, shown
from console.core.times import duration, zone_offset
from console.investigate.factors import factor_words
from console.investigate.labels import DIMENSION_NAMES, KIND_NAMES, OUTCOME_NAMES, SIDE_NAMES, SURE_NAMES
from console.investigate.limit_values import value_words
from console.investigate.models import VerdictRecord
from console.investigate.naming import Names
from console.investigate.shapes import Person, Session
from console.investigate.statements import Statement
from console.investigate.timeline import Lane, Segment, Timeline
from console.investigate.verdict.evidence import AbnormalEvent
from console.investigate.verdict.result import Circle, Clause, Confidence, Finding, Hit, Side, Word
from console.investigate.wording import RULE_TEXTS, limit_name

__all__ = ["register"]

register = template.Library()

# What a quality looks like without its colour: the worse, the higher.
_HEIGHTS = {"good": 2, "watch": 4, "bad": 6}
_SIDE_ICONS = {
    Side.USER: "user",
    Side.PEER: "user",
    Side.SERVICE: "cloud",
    Side.CUSTOMER: "server",
    Side.POLICY: "gavel",
    Side.UNKNOWN: "help",
}
_SURE_TONES = {Word.HIGH: "good", Word.MEDIUM: "watch", Word.LOW: "unknown"}


@register.filter
def factor(event: AbnormalEvent) -> str:
    """{{ event|factor }}: the cloud's reason for an abnormal event, in words."""
    return factor_words(event.kind, event.factor)


@register.filter
def kind(event: AbnormalEvent) -> str:
    """{{ event|kind }}: what an abnormal event is about, in words."""
    return str(KIND_NAMES[event.kind])


@register.filter
def lasted(session: Session, now: datetime) -> float | None:
    """{{ session|lasted:now|duration }}: seconds that a session lasted, or has lasted so far."""
    end = session.until(now)
    if session.joined_at is None or end is None or session.failed:
        return None
    return (end - session.joined_at).total_seconds()


@register.simple_tag
def verdict_words(record: VerdictRecord) -> SafeString:
    """{% verdict_words record %}: how a remembered verdict ended, as icon and words."""
    tone = {"found": "bad", "nothing_wrong": "good", "cannot_tell": "watch"}.get(record.outcome, "unknown")
    words = str(SIDE_NAMES[record.side]) if record.side in SIDE_NAMES else str(OUTCOME_NAMES[record.outcome])
    return chip(tone, aside(words, record.rule))


@register.simple_tag
def told(statement: Statement, names: Names) -> SafeString:
    """{% told headline names %}: a statement as a link to its evidence, with the numbers of its footnotes."""
    said = names.say(statement.clause)
    if not statement.places:
        return said
    (number, url), *more = statement.places
    link = format_html('<a class="evidence" href="{}">{}<sup>{}</sup></a>', url, said, number)
    label = _("Evidence %(number)s")
    return link + SafeString(
        "".join(
            format_html(
                '<a class="evidence" href="{}" aria-label="{}"><sup>{}</sup></a>',
                url,
                label % {"number": number},
                number,
            )
            for number, url in more
        )
    )


@register.simple_tag
def side(finding: Finding, names: Names) -> SafeString:
    """{% side finding names %}: on whose side the cause lies, and who that is."""
    words = SIDE_NAMES.get(finding.side.value, finding.side.value)
    drawing = icon(_SIDE_ICONS.get(finding.side, "help"))
    if not finding.person or finding.side not in (Side.USER, Side.PEER):
        return format_html("{} {}", drawing, words)
    return format_html(
        "{} {}", drawing, format_html(explained("{}", "{}"), words, names.html(finding.person))
    )


@register.simple_tag
def confidence(sure: Confidence) -> SafeString:
    """{% confidence finding.confidence %}: how sure a finding is, as icon and words."""
    return chip(_SURE_TONES[sure.word], SURE_NAMES[sure.word])


@register.simple_tag
def say(clause: Clause, names: Names) -> SafeString:
    """{% say clause names %}: a statement of a verdict without its evidence."""
    return names.say(clause)


@register.filter
def rule_name(rule: str) -> str:
    """{{ one.rule|rule_name }}: what a rule is called."""
    return str(RULE_TEXTS[rule].name) if rule in RULE_TEXTS else rule


@register.filter
def dimension(circle: Circle) -> str:
    """{{ circle|dimension }}: what people of a circle share."""
    return str(DIMENSION_NAMES[circle.dimension])


@register.simple_tag
def called(user_id: str, names: Names) -> SafeString:
    """{% called hit.person names %}: somebody's name."""
    return names.html(user_id)


@register.simple_tag(takes_context=True)
def affected_link(context: Any, hit: Hit, names: Names) -> SafeString:
    """{% affected_link hit names %}: somebody who suffered, as a link to the call as they had it."""
    changes = {
        "user": hit.person,
        "sender": None,
        "receiver": None,
        "good": None,
        "deep": None,
        "symptom": None,
    }
    url = query_with(context["request"].GET, **changes)
    return format_html('<a href="{}">{}</a>', url, names.html(hit.person))


@register.filter(name="limit_name")
def limit_words(limit: str) -> str:
    """{{ limit|limit_name }}: what a limit is about."""
    return limit_name(limit)


@register.filter
def limit_value(value: float, limit: str) -> str:
    """{{ value|limit_value:limit }}: a limit with its unit."""
    return value_words(limit, value)


@register.simple_tag
def both_clocks(moment: datetime | None, customer: tzinfo) -> SafeString:
    """{% both_clocks event.at customer %}: a time in the viewer's zone, and in the customer's where that differs."""
    own = when(moment)
    if moment is None or customer == timezone.get_current_timezone():
        return own
    theirs = moment.astimezone(customer)
    if theirs.utcoffset() == timezone.localtime(moment).utcoffset():
        return own
    said = f"{theirs:%H:%M:%S} {zone_offset(moment, customer)}"
    return format_html('{} <span class="quiet nowrap">{}</span>', own, aside("", said).strip())


@register.simple_tag(takes_context=True)
def lane_name(context: Any, person: Person) -> SafeString:
    """{% lane_name person %}: somebody's name as a link that looks at the call with them; says their id on hover."""
    request, complaint = context["request"], context["complaint"]
    name = "sender" if complaint.user_id and person.user_id != complaint.user_id else "user"
    url = query_with(request.GET, **{name: person.user_id, "page": None})
    return format_html('<a href="{}" title="{}">{}</a>', url, plain(person.user_id), shown(person.name, 26))


@register.simple_tag
def lane_svg(lane: Lane) -> SafeString:
    """{% lane_svg lane %}: when somebody was in the room, how it went, and what happened; legible without scripts."""
    parts = [_bars(lane), _segments(lane.received, 15, "q"), _segments(lane.sent, 21, "q sent"), _ticks(lane)]
    label = escape(_told(lane))
    shape = '<svg class="lane" width="100%" height="24" role="group" aria-label="{}">{}</svg>'
    return SafeString(shape.format(label, "".join(parts)))


@register.simple_tag
def axis_svg(timeline: Timeline) -> SafeString:
    """{% axis_svg timeline %}: the round times above the lanes, in the viewer's zone."""
    days = (timeline.range.end - timeline.range.start).days > 0
    pattern = "%m-%d %H:%M" if days else "%H:%M"
    texts = "".join(
        f'<line x1="{x}%" x2="{x}%" y1="14" y2="20"/><text x="{x}%" y="11" text-anchor="{_anchor(x)}">'
        f"{timezone.localtime(at).strftime(pattern)}</text>"
        for x, at in timeline.axis
    )
    asked = ""
    if timeline.asked is not None:
        asked = f'<path class="asked" d="M0 0"/><circle class="asked" cx="{timeline.asked}%" cy="17" r="3"/>'
    return SafeString(f'<svg class="axis" width="100%" height="20" aria-hidden="true">{texts}{asked}</svg>')


def _anchor(x: float) -> str:
    return "start" if x < 2 else "end" if x > 98 else "middle"


def _bars(lane: Lane) -> str:
    drawn = []
    for bar in lane.bars:
        open_class = " open" if bar.open else ""
        drawn.append(f'<rect class="in{open_class}" x="{bar.x}%" y="3" width="{bar.width}%" height="6"/>')
        if not lane.measured:
            continue
        drawn.append(f'<rect class="hatch" x="{bar.x}%" y="10" width="{bar.width}%" height="6"/>')
    failed = escape(_("could not join"))
    cross = f'<path class="fail" d="M-4 2l8 8M4 2l-8 8"><title>{failed}</title></path>'
    drawn.extend(f'<svg x="{x}%" overflow="visible">{cross}</svg>' for x in lane.fails)
    return "".join(drawn)


def _segments(segments: Any, bottom: int, name: str) -> str:
    top = {tone: bottom + 1 - (height if name == "q" else height // 2) for tone, height in _HEIGHTS.items()}
    height = {tone: high if name == "q" else high // 2 for tone, high in _HEIGHTS.items()}
    return "".join(_segment(one, name, top[one.tone], height[one.tone]) for one in segments)


def _segment(one: Segment, name: str, top: int, height: int) -> str:
    return f'<rect class="{name} {one.tone}" x="{one.x}%" y="{top}" width="{one.width}%" height="{height}"/>'


def _ticks(lane: Lane) -> str:
    told = {(one.kind, one.factor): _event_told(one) for one in (tick.event for tick in lane.ticks)}
    zone = timezone.get_current_timezone()
    return "".join(
        f'<a href="#event-{tick.number}" tabindex="-1"><line class="tick {tick.tone}" x1="{tick.x}%" x2="{tick.x}%" '
        f'y1="0" y2="24"><title>{tick.event.at.astimezone(zone):%H:%M:%S} '
        f"{told[tick.event.kind, tick.event.factor]}</title></line></a>"
        for tick in lane.ticks
    )


def _event_told(event: AbnormalEvent) -> SafeString:
    return escape(explained(str(KIND_NAMES[event.kind]), factor_words(event.kind, event.factor)))


def _told(lane: Lane) -> str:
    """Say what a lane shows, for those who don't see it."""
    parts = [plain(lane.person.name)]
    for bar in lane.bars[:3]:
        session = bar.session
        came = timezone.localtime(session.joined_at).strftime("%H:%M") if session.joined_at else ""
        if session.online:
            parts.append(_("in the room since %(time)s") % {"time": came})
        elif session.left_at:
            left = timezone.localtime(session.left_at).strftime("%H:%M")
            parts.append(_("in the room %(from)s–%(to)s") % {"from": came, "to": left})
    if lane.fails:
        parts.append(
            ngettext("%(count)s failed join", "%(count)s failed joins", len(lane.fails))
            % {"count": len(lane.fails)}
        )
    if not lane.measured:
        parts.append(_("no curves"))
    elif lane.received:
        parts.append(_("bad for %(time)s") % {"time": duration(60 * lane.bad_minutes)})
    if lane.events:
        parts.append(ngettext("%(count)s event", "%(count)s events", lane.events) % {"count": lane.events})
    return listed(parts)
