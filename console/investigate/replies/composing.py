"""Writes a reply: plain text in the active language, with nothing in it that the verdict has no evidence for."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from msgspec.structs import replace

from console.core.text import aside, clauses, explained, listed, plain, sentences
from console.core.times import zone_offset
from console.investigate.labels import DIMENSION_NAMES, SIDE_NAMES, SURE_NAMES, SYMPTOM_NAMES
from console.investigate.replies.words import ADVICE, HAPPENED, NO_ENTRY, SURE, Audience
from console.investigate.shapes import Call
from console.investigate.verdict.result import Clause, Finding, Outcome, RuledOut, Side, Verdict
from console.investigate.wording import RULE_TEXTS, sentence

__all__ = ["Reply", "compose"]

_MOST_NAMES = 10


@dataclass(frozen=True)
class Reply:
    """For whom, and what it is about. customer, agent: the clocks of who reads and who writes. page: its address."""

    audience: Audience
    call: Call
    app_name: str
    customer: tzinfo
    agent: tzinfo
    ids: bool
    page: str = ""


def compose(reply: Reply, verdict: Verdict, names: Callable[[str], str]) -> str:
    """Return the reply in the active language. names: how people are called in it."""
    with timezone.override(reply.customer):
        if reply.audience is Audience.USER:
            blocks = list(_to_user(reply, verdict, names))
        else:
            blocks = list(_to_engineer(reply, verdict, names))
    return "\n\n".join(filter(None, blocks)) + "\n"


def _to_user(reply: Reply, verdict: Verdict, names: Callable[[str], str]) -> Iterator[str]:
    yield _("Hello,")
    yield _about(reply, verdict)
    first = verdict.findings[0] if verdict.findings else None
    told = [_plainly(verdict.headline, verdict, names)]
    if first is not None and verdict.outcome is Outcome.FOUND:
        told.append(str(SURE[first.confidence.word.value]))
        if first.since and first.until:
            told.append(_("It was so at %(when)s.") % {"when": _span(first.since, first.until, reply)})
    yield sentences(told)
    yield _listed(_("What helps:"), _help(first, verdict)) if first else ""
    yield _("Kind regards")


def _plainly(clause: Clause, verdict: Verdict, names: Callable[[str], str]) -> str:
    """Say what happened to somebody who does not know what packet loss is."""
    person = str(clause.params.get("person", ""))
    own, others = HAPPENED.get(clause.id, ("", ""))
    text = own if person in ("", verdict.complaint.user_id) else others
    said = {name: names(str(value)) for name, value in clause.params.items() if name in ("person", "peer")}
    return str(text) % said if text else ""


def _help(first: Finding, verdict: Verdict) -> list[str]:
    own = first.person in ("", verdict.complaint.user_id)
    lines = (ADVICE.get(clause.id, ("", ""))[0 if own else 1] for clause in first.advice)
    return [str(line) for line in lines if line]


def _about(reply: Reply, verdict: Verdict) -> str:
    complaint = verdict.complaint
    symptom = str(SYMPTOM_NAMES[complaint.symptom]) if complaint.symptom else ""
    if complaint.at is None:
        when = _span(reply.call.start, reply.call.until, reply)
        if symptom:
            return _("thank you for telling us about your call at %(when)s (%(symptom)s).") % {
                "when": when,
                "symptom": symptom,
            }
        return _("thank you for telling us about your call at %(when)s.") % {"when": when}
    when = _moment(complaint.at, reply)
    if symptom:
        return _("thank you for telling us what you noticed at %(when)s (%(symptom)s).") % {
            "when": when,
            "symptom": symptom,
        }
    return _("thank you for telling us what you noticed at %(when)s.") % {"when": when}


def _to_engineer(reply: Reply, verdict: Verdict, names: Callable[[str], str]) -> Iterator[str]:
    first = verdict.findings[0] if verdict.findings else None

    def say(clause: Clause) -> str:
        return _said(clause, names, reply)

    yield "\n".join(_facts(reply, verdict, names))
    yield "\n".join(
        [_("What happened: %(text)s") % {"text": say(verdict.headline)}, *_sure(first, names, reply)]
    )
    if first is not None:
        yield _listed(_("What shows it:"), map(say, first.because))
    yield _listed(_("Also wrong at that time:"), (say(one.says) for one in verdict.findings[1:]))
    yield _listed(_("Ruled out:"), (_denied(one, say) for one in verdict.ruled_out if not one.undecided))
    yield _affected(verdict, names)
    yield _listed(_("To be considered:"), map(say, verdict.caveats))
    if first is not None:
        yield _listed(_("What helps:"), (say(one) for one in first.advice))
    if reply.audience is Audience.INTERNAL:
        yield "\n".join(_checkable(reply, verdict, first))


def _facts(reply: Reply, verdict: Verdict, names: Callable[[str], str]) -> Iterator[str]:
    call, complaint = reply.call, verdict.complaint
    yield _("Call: %(when)s") % {"when": _span(call.start, call.until, reply)}
    yield _("Application: %(name)s") % {"name": plain(reply.app_name)}
    if reply.ids:
        yield _("Application id: %(id)s, room: %(room)s") % {
            "id": plain(call.app_id),
            "room": plain(call.room_id),
        }
    if complaint.user_id:
        symptom = SYMPTOM_NAMES.get(complaint.symptom) if complaint.symptom else None
        facts = [names(complaint.user_id), str(symptom or "")]
        facts.append(_moment(complaint.at, reply) if complaint.at else "")
        yield _("Complaint: %(facts)s") % {"facts": _facts_in_a_row(facts)}
    person = call.find(complaint.user_id) if complaint.user_id else None
    if person is not None and reply.ids:
        sessions = listed(plain(one.session_id) for one in person.sessions[:5] if one.session_id)
        if sessions:
            yield _("Sessions: %(ids)s") % {"ids": sessions}


def _sure(first: Finding | None, names: Callable[[str], str], reply: Reply) -> Iterator[str]:
    if first is None or first.rule == "R0":
        return
    side = str(SIDE_NAMES.get(first.side.value, ""))
    if side:
        named = first.side in (Side.USER, Side.PEER) and first.person
        yield _("On whose side: %(side)s") % {"side": aside(side, names(first.person) if named else "")}
    if first.since and first.until:
        yield _("From – to: %(when)s") % {"when": _span(first.since, first.until, reply)}
    basis = clauses(_said(clause, names, reply) for clause in first.confidence.basis)
    sure = str(SURE_NAMES[first.confidence.word])
    yield _("How sure: %(sure)s") % {"sure": aside(sure, basis)}


def _denied(one: RuledOut, say: Callable[[Clause], str]) -> str:
    name = str(RULE_TEXTS[one.rule].name) if one.rule in RULE_TEXTS else one.rule
    figures = clauses(map(say, one.because))
    return explained(name, figures) if figures else name


def _affected(verdict: Verdict, names: Callable[[str], str]) -> str:
    count = verdict.others_count
    if not count:
        return ""
    shown = [names(one.person) for one in verdict.others[:_MOST_NAMES]]
    more = f" + {count - len(shown)}" if count > len(shown) else ""
    told = ngettext(
        "%(count)s more person suffered: %(names)s", "%(count)s more people suffered: %(names)s", count
    )
    return told % {"count": count, "names": listed(shown) + more}


def _checkable(reply: Reply, verdict: Verdict, first: Finding | None) -> Iterator[str]:
    """What lets somebody check the verdict: rule, version, inputs, how many had trouble, the page."""
    if first is not None:
        yield _("Rule: %(rule)s v%(version)s, engine %(engine)s, inputs %(inputs)s") % {
            "rule": first.rule,
            "version": first.version,
            "engine": verdict.engine,
            "inputs": verdict.inputs[:16],
        }
        for circle in first.confidence.circles:
            yield _("%(what)s: %(hit)s of %(people)s had trouble in that hour, noticed at least once") % {
                "what": DIMENSION_NAMES[circle.dimension],
                "hit": circle.hit,
                "people": circle.people,
            }
    if reply.page:
        yield reply.page


def _said(clause: Clause, names: Callable[[str], str], reply: Reply) -> str:
    if not reply.ids and clause.id in NO_ENTRY:
        return str(NO_ENTRY[clause.id]) % {"at": _clock_of(clause)}
    return sentence(clause if reply.ids else _without_ids(clause, names, reply), names)


def _without_ids(clause: Clause, names: Callable[[str], str], reply: Reply) -> Clause:
    """Return a statement that quotes what a client said with names in place of the ids that stand in it."""
    text = str(clause.params.get("text", ""))
    for person in reply.call.people:
        user_id = person.user_id
        if user_id and user_id in text:
            text = re.sub(rf"(?<![\w-]){re.escape(user_id)}(?![\w-])", lambda found: names(found[0]), text)
    return replace(clause, params={**clause.params, "text": text}) if "text" in clause.params else clause


def _clock_of(clause: Clause) -> str:
    try:
        return date_format(
            timezone.localtime(datetime.fromisoformat(str(clause.params.get("action_at", "")))), "H:i"
        )
    except ValueError:
        return _("an unknown time")


def _facts_in_a_row(facts: Iterable[str]) -> str:
    return pgettext("between facts", ", ").join(filter(None, facts))


def _listed(title: str, lines: Iterable[str]) -> str:
    found: Sequence[str] = [line for line in lines if line]
    return "\n".join([title, *(f"- {line}" for line in found)]) if found else ""


def _moment(at: datetime, reply: Reply) -> str:
    """A time on the customer's clock, and on the agent's where that differs."""
    own = aside(_local(at, reply.customer, "Y-m-d H:i"), zone_offset(at, reply.customer))
    if _same(at, reply):
        return own
    return _("%(customer)s, %(agent)s for us") % {
        "customer": own,
        "agent": aside(_local(at, reply.agent, "H:i"), zone_offset(at, reply.agent)),
    }


def _span(start: datetime, end: datetime, reply: Reply) -> str:
    own = aside(_two(start, end, reply.customer, "Y-m-d "), zone_offset(start, reply.customer))
    if _same(start, reply):
        return own
    agent = aside(_two(start, end, reply.agent, ""), zone_offset(start, reply.agent))
    return _("%(customer)s, %(agent)s for us") % {"customer": own, "agent": agent}


def _two(start: datetime, end: datetime, zone: tzinfo, day: str) -> str:
    first, last = start.astimezone(zone), end.astimezone(zone)
    ends = "H:i" if first.date() == last.date() else "Y-m-d H:i"
    return f"{date_format(first, f'{day}H:i')}–{date_format(last, ends)}"


def _local(at: datetime, zone: tzinfo, style: str) -> str:
    return date_format(at.astimezone(zone), style)


def _same(at: datetime, reply: Reply) -> bool:
    return at.astimezone(reply.customer).utcoffset() == at.astimezone(reply.agent).utcoffset()
