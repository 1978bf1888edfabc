"""Each clause of a verdict as a sentence. A test finds clauses that have none, and sentences that nobody says."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from console.core.places import named
from console.core.text import plain
from console.investigate.factors import factor_words
from console.investigate.labels import KIND_NAMES
from console.investigate.verdict.evidence import EventKind
from console.investigate.verdict.result import Clause, Direction, Exhibit
from console.investigate.wording.figures import figure, metric_name

__all__ = ["CLAUSES", "sentence"]

Namer = Callable[[str], str]

CLAUSES: dict[str, str | Promise] = {
    # the answers
    "R0.short": _("This call lasted %(seconds)s s. Below %(limit)s s the figures say nothing."),
    "R0.not_yet": ngettext_lazy(
        "Not enough data yet: figures may be %(minutes)s minute late.",
        "Not enough data yet: figures may be %(minutes)s minutes late.",
        "minutes",
    ),
    "R0.forgotten": ngettext_lazy(
        "Not enough data: the cloud forgets call curves after %(days)s day.",
        "Not enough data: the cloud forgets call curves after %(days)s days.",
        "days",
    ),
    "R0.no_points": _("Not enough data: the client of %(person)s reported no figures."),
    "R0.few_points": _("Not enough data: the client of %(person)s reported in %(share)s of the time only."),
    "R0.not_here": _("%(person)s was not in this call."),
    "R0.never_seen": _("%(person)s was never seen at this room, not even in vain."),
    "R0.join_not_yet": _("%(person)s tried to join in vain. Why is not known yet."),
    "source.failed": _("Not enough data: the cloud did not answer when it was asked for curves."),
    "source.forgotten": _("Not enough data: the curves of this call are forgotten."),
    "source.not_asked": _("Not enough data: the curves of this call were not asked for."),
    "R1.says": _(
        "%(person)s could not join: the credentials or the clock of the customer's server are wrong."
    ),
    "R1.says_slow": _(
        "%(person)s joined slowly: the credentials or the clock of the customer's server made trouble."
    ),
    "R2.says": _("%(person)s could not join: their network, a proxy or their browser stood in the way."),
    "R2.says_slow": _("%(person)s joined slowly: their network, a proxy or their browser stood in the way."),
    "R3.says": _("%(person)s could not join: the fault lies with the service."),
    "R3.says_slow": _("%(person)s joined slowly: the fault lies with the service."),
    "R4.says": _("%(person)s was turned away on purpose; that is no fault."),
    "R4.says_slow": _("%(person)s was turned away at first, on purpose; that is no fault."),
    "R5.says_left": _("%(person)s had left the room."),
    "R5.says_muted": _("%(person)s had switched the microphone off."),
    "R5.says_camera_off": _("%(person)s had switched the camera off."),
    "R6.says_sound": _("%(person)s was there but sent no sound, and may have been muted."),
    "R6.says_picture": _("%(person)s was there but sent no picture."),
    "R6.says_nothing": _("%(person)s was there but sent neither sound nor picture."),
    "R7.says": _("What %(person)s sent was lost or late on its way up."),
    "R7.says_several": _(
        "What %(person)s sent was lost or late on its way up, so several who received it suffered."
    ),
    "R7.says_everybody": _(
        "What %(person)s sent was lost or late on its way up, so everybody who received it suffered."
    ),
    "R7.says_wide": _(
        "What %(person)s sent was lost or late on its way up, as with many others of the same %(dimension)s."
    ),
    "R8.says": _("What the server sent to %(person)s was lost or late."),
    "R8.says_only": _("What the server sent to %(person)s was lost or late; only they suffered."),
    "R9.says": _("The device of %(person)s, who was seen and heard, was overloaded."),
    "R10.says": _("The device of %(person)s was overloaded."),
    "R11.says": _("The service did not pass on to %(person)s what %(peer)s sent."),
    "R8.says_wide": _(
        "What the server sent to %(person)s was lost or late, as with many others of the same %(dimension)s."
    ),
    "R12.says_wide": _(
        "The network of %(person)s was bad both ways, as with many others of the same %(dimension)s."
    ),
    "R12.says": _("The network of %(person)s was bad both ways at the same time."),
    "R13.says_sent": _("%(person)s sent a smaller picture for a while, probably for want of bandwidth."),
    "R13.says_received": _(
        "The picture of %(person)s arrived smaller for a while, probably for want of bandwidth."
    ),
    "R14.says_uplink": _("The sound of %(person)s broke on its way up; the picture did not."),
    "R14.says_downlink": _("Sound broke on its way down to %(person)s; the picture did not."),
    "R14.says_silent": _("Sound from %(peer)s arrived at %(person)s as silence."),
    "R15.says": _("It hurt %(person)s, and none of the known causes explains it."),
    "calm": _("Nothing was wrong with what %(person)s received."),
    "calm.others_hit": ngettext_lazy(
        "Nothing was wrong with what %(person)s received, but %(hit)s other person suffered.",
        "Nothing was wrong with what %(person)s received, but %(hit)s others suffered.",
        "hit",
    ),
    "calm.own_stream": ngettext_lazy(
        "Nothing was wrong with what %(person)s received, but %(hit)s other person suffered in what they sent, "
        "and no known cause explains it.",
        "Nothing was wrong with what %(person)s received, but %(hit)s others suffered in what they sent, "
        "and no known cause explains it.",
        "hit",
    ),
    "calm.everybody": _("Nothing was wrong for anybody: no figure was bad for long."),
    "echo": _("Nobody can tell: the cloud has no figure for echo or volume."),
    "join.fine": _("%(person)s joined without trouble."),
    "join.unknown": _("%(person)s tried to join in vain, and the cloud gives no reason."),
    # what it rests on
    "series.above": _("%(stream)s: %(value)s, above %(limit)s in %(hits)s of %(points)s points (%(time)s)"),
    "series.below": _("%(stream)s: %(value)s, below %(limit)s in %(hits)s of %(points)s points (%(time)s)"),
    "series.briefly_above": _(
        "%(stream)s: %(worst)s at most, above %(limit)s only in %(hits)s of %(points)s points"
    ),
    "series.briefly_below": _(
        "%(stream)s: %(worst)s at least, below %(limit)s only in %(hits)s of %(points)s points"
    ),
    "series.within": _("%(stream)s: %(worst)s at worst, the limit is %(limit)s"),
    "series.unknown": _("%(stream)s: not known"),
    "fit.only_hurting": ngettext_lazy(
        "It was bad in %(explained)s of the %(hurting)s minute that hurt.",
        "It was bad in %(explained)s of the %(hurting)s minutes that hurt.",
        "hurting",
    ),
    "fit.contrast": ngettext_lazy(
        "It was bad in %(explained)s of the %(hurting)s minutes that hurt, and in %(quiet_bad)s of %(quiet)s other.",
        "It was bad in %(explained)s of the %(hurting)s minutes that hurt, and in %(quiet_bad)s of %(quiet)s others.",
        "quiet",
    ),
    "fit.always": ngettext_lazy(
        "It was as bad in %(quiet_bad)s of %(quiet)s minute in which nothing hurt.",
        "It was as bad in %(quiet_bad)s of %(quiet)s minutes in which nothing hurt.",
        "quiet",
    ),
    "votes": ngettext_lazy(
        "The cloud named %(what)s in %(count)s of %(total)s event.",
        "The cloud named %(what)s in %(count)s of %(total)s events.",
        "total",
    ),
    "noticed": ngettext_lazy(
        "The cloud noticed %(count)s time: %(kind)s.",
        "The cloud noticed %(count)s times: %(kind)s.",
        "count",
    ),
    "others.hit": ngettext_lazy(
        "%(hit)s of %(of)s other person who received %(person)s suffered too.",
        "%(hit)s of %(of)s others who received %(person)s suffered too.",
        "of",
    ),
    "others.fine": ngettext_lazy(
        "Of %(of)s other person who received %(person)s, %(hit)s suffered.",
        "Of %(of)s others who received %(person)s, %(hit)s suffered.",
        "of",
    ),
    "narrow": ngettext_lazy(
        "It hurt %(person)s in %(hit)s of %(of)s stream only.",
        "It hurt %(person)s in %(hit)s of %(of)s streams only.",
        "of",
    ),
    "both.together": _("Both ways were bad in the same minutes (%(share)s)."),
    "both.apart": _("The two ways were not bad in the same minutes (%(share)s)."),
    "picture_too": _("The picture of %(person)s suffered as well, so it is not the sound alone."),
    "picture_fine": _("The picture of %(person)s was fine."),
    "note": _("The client said: %(text)s"),
    "left": _("%(person)s left at %(left_at)s."),
    "present": _("%(person)s was in the room for %(share)s of the time that hurt."),
    "maybe_muted": _("The cloud does not say whether %(person)s was muted."),
    "join_factor": ngettext_lazy(
        "The cloud gives as the reason: %(reason)s (%(count)s time).",
        "The cloud gives as the reason: %(reason)s (%(count)s times).",
        "count",
    ),
    "join_failed": ngettext_lazy(
        "%(count)s attempt of %(person)s came to nothing.",
        "%(count)s attempts of %(person)s came to nothing.",
        "count",
    ),
    "join_not_named": _("The cloud names no such reason (codes: %(factors)s)."),
    "join_crowd": ngettext_lazy(
        "%(hit)s of %(of)s people on %(networks)s network failed in the same minutes.",
        "%(hit)s of %(of)s people on %(networks)s networks failed in the same minutes.",
        "networks",
    ),
    "action.removed": _("A moderator had removed them at %(action_at)s (entry %(entry)s)."),
    "action.dismissed": _("A moderator had ended the room at %(action_at)s (entry %(entry)s)."),
    "action.disabled": _("The application was disabled since %(action_at)s (entry %(entry)s)."),
    "action.enabled": _("The application was enabled again at %(action_at)s (entry %(entry)s)."),
    # how sure
    "sure.pieces": ngettext_lazy(
        "%(count)s independent piece of evidence",
        "%(count)s independent pieces of evidence",
        "count",
    ),
    "sure.coverage": _("%(share)s of the points that should be there are"),
    "circle.few_for": _(
        "%(hit)s of %(people)s with the same %(dimension)s had trouble: it is their own trouble"
    ),
    "circle.many_against": _(
        "%(hit)s of %(people)s with the same %(dimension)s had trouble: it may not be theirs alone"
    ),
    "circle.elsewhere": ngettext_lazy(
        "In other calls, %(hit)s of %(people)s person of the same %(dimension)s (%(value)s) had trouble in that hour.",
        "In other calls, %(hit)s of %(people)s people of the same %(dimension)s (%(value)s) had trouble in that hour.",
        "people",
    ),
    "circle.many_for": _("%(hit)s of %(people)s with the same %(dimension)s had trouble too"),
    "circle.few_against": _("only %(hit)s of %(people)s with the same %(dimension)s had trouble"),
    "cap.pair": _("only two people were there, so nobody else's reception can be compared"),
    "cap.only_named": _("named by the cloud, but not measured"),
    "cap.maybe_muted": _("it may have been done on purpose"),
    "cap.inference": _("an inference: the cloud has no such event"),
    # caveats
    "caveat.clock": ngettext_lazy(
        "The clock of %(person)s was off by %(minutes)s minute; their figures were moved.",
        "The clock of %(person)s was off by %(minutes)s minutes; their figures were moved.",
        "minutes",
    ),
    "caveat.repeats": ngettext_lazy(
        "%(count)s point came twice with different values; the later one counts.",
        "%(count)s points came twice with different values; the later ones count.",
        "count",
    ),
    "caveat.percent": _("Shares came as percent and were read so."),
    "caveat.not_then": _("Not at the time that was named, but at another time of this call."),
    "caveat.only_others": _(
        "Nothing was wrong with what %(person)s received; those who received them suffered."
    ),
    "caveat.other_symptom": _("Sound was complained about, but what shows is the picture."),
    "caveat.more_to_come": _("The last minutes are not known yet; look again at %(again_at)s."),
    # what to do
    "advice.time_and_room": _("Ask for the time, the room and the user id, or look again later."),
    "advice.check_token": _("Check how long the access signature lives and how it is made."),
    "advice.check_clock": _("Check the clocks of the device and of the customer's server."),
    "advice.other_network": _("Try another network, for example a phone's hot spot."),
    "advice.allow_websocket": _("Let the proxy or firewall pass WebSocket connections."),
    "advice.cloud_ticket": _(
        "Open a ticket with the cloud, with session and request ids; apologise, and change nothing."
    ),
    "advice.network_ticket": _(
        "Open a ticket with the cloud that names the network operator or region, with session and request ids."
    ),
    "advice.explain_rule": _("Explain the rule that applied."),
    "advice.ask_switch_on": _("Ask them to switch it on again."),
    "advice.ask_why_left": _("Ask why they left."),
    "advice.check_capture": _("Let them check device, permission, and whether another program uses it."),
    "advice.cable": _("Use a cable or a better Wi-Fi."),
    "advice.lower_resolution": _("Send a smaller picture."),
    "advice.close_programs": _("Close other programs."),
    "advice.fewer_streams": _("Show fewer streams at once."),
    "advice.headset": _("Try a headset."),
    "advice.client_log": _("Ask for the client's log of that time."),
}
_NAMED: dict[str, str | Promise] = {
    "uplink": _("the way up"),
    "downlink": _("the way down"),
    "cpu": _("the processor"),
    "server": _("the server"),
    "left": _("somebody who left"),
    "nothing_sent": _("that nothing was sent"),
    "silent": _("silent sound"),
}
_DIMENSIONS: dict[str, str | Promise] = {
    "room": _("room"),
    "isp": _("network operator"),
    "region": _("region"),
    "sdk": _("SDK version"),
    "device": _("device model"),
}
_SHARES = frozenset({"share"})


def sentence(clause: Clause, namer: Namer = plain) -> str:
    """Say a clause in the active language, times in the active zone. namer: how to write a participant's id.

    The text is not HTML: ids and notes in it are others' words.
    """
    text = CLAUSES.get(clause.id)
    if text is None:  # kept by another version
        return gettext("A statement of another version (%(id)s).") % {"id": plain(clause.id)}
    values: dict[str, str | int] = {name: _value(name, value, namer) for name, value in clause.params.items()}
    if clause.exhibits and clause.id.startswith("series."):
        values |= _series(clause.exhibits[0], namer)
    if "seconds" in clause.params:
        values["minutes"] = round(abs(float(clause.params["seconds"])) / 60)
    if clause.id == "votes":
        values["what"] = str(_NAMED.get(str(clause.params["what"]), clause.params["what"]))
    if clause.id == "noticed":
        values["kind"] = str(KIND_NAMES.get(EventKind(str(clause.params["kind"])), ""))
    if clause.id == "join_factor":
        values["reason"] = factor_words(EventKind.JOIN, int(clause.params["factor"]))
    if "dimension" in values:
        if "value" in values:
            values["value"] = named(str(values["dimension"]), str(values["value"]))
        values["dimension"] = str(_DIMENSIONS.get(str(values["dimension"]), values["dimension"]))
    said: str = text % _Forgiving(values)
    return said


class _Unknown(int):
    """What another version did not write: a number where a sentence counts."""

    def __str__(self) -> str:
        return gettext("unknown")


class _Forgiving(dict[str, str | int]):
    """Values of a clause; one that another version did not write is said to be unknown."""

    def __missing__(self, name: str) -> int:
        return _Unknown()


def _value(name: str, value: str | int | float, namer: Namer) -> str | int:
    if name in ("person", "peer"):
        return namer(str(value))
    if name.endswith("_at"):
        return _clock(str(value))
    if name in _SHARES:
        return f"{round(100 * float(value))} %"
    return value if isinstance(value, int) else plain(str(value))


def _series(exhibit: Exhibit, namer: Namer) -> Mapping[str, str]:
    said = {"metric": metric_name(exhibit.metric), "person": namer(exhibit.person)}
    if exhibit.direction is Direction.DOWN:
        stream = gettext("%(metric)s, from %(person)s down to %(peer)s") % (
            said | {"peer": namer(exhibit.peer)}
        )
    elif exhibit.direction is Direction.UP:
        stream = gettext("%(metric)s, up from %(person)s") % said
    else:
        stream = gettext("%(metric)s, %(person)s") % said
    time = ""
    if exhibit.since is not None and exhibit.until is not None:
        time = f"{_time(exhibit.since)}–{_time(exhibit.until)}"
    return {
        "stream": stream[:1].upper() + stream[1:],
        "value": figure(exhibit.metric, exhibit.value),
        "worst": figure(exhibit.metric, exhibit.worst),
        "limit": figure(exhibit.metric, exhibit.limit_value),
        "hits": str(exhibit.hits),
        "points": str(exhibit.points),
        "time": time,
    }


def _clock(text: str) -> str:
    try:
        return _time(datetime.fromisoformat(text))
    except ValueError:
        return gettext("unknown")


def _time(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "H:i")
