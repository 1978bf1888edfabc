"""Words for the ledger: why a file is likely not there, and what to do; the three stations of a recording."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.recording.models import LedgerEntry, Reason, Sending

__all__ = ["ADVICE", "TONES", "Station", "advice_for", "stations_of"]

_State, _Source = LedgerEntry.State, LedgerEntry.Source

TONES = {
    _State.EXPECTED: "info",
    _State.LATE: "watch",
    _State.MISSING: "bad",
    _State.ARRIVED: "good",
    _State.NOTHING: "unknown",
}

# {reason: what it means and what to do}
ADVICE: dict[str, str | Promise] = {
    Reason.NO_BUCKET: gettext_lazy(
        "The bucket of the template is not there. Create it again, or give the template another one."
    ),
    Reason.NOT_AUTHORISED: gettext_lazy(
        "The bucket is not authorised, so nothing can be written to it. Authorise it under Storage; what was not "
        "written until then is lost."
    ),
    Reason.UNREADABLE: gettext_lazy(
        "The cloud refuses to list the bucket and does not say why: it may be somebody else's, or a rule of the bucket "
        "keeps the service out. Look at its policies in the object storage console."
    ),
    Reason.ENCRYPTED: gettext_lazy(
        "The bucket is encrypted, and the service cannot write to encrypted ones. Switch its encryption off in the "
        "object storage console, or give the template another bucket."
    ),
    Reason.OVERDUE: gettext_lazy(
        "Object storage refuses the bucket because its account is in arrears. Top that account up; what was not "
        "written until then is lost."
    ),
    Reason.ARREARS: gettext_lazy(
        "The cloud has put the application into arrears and records nothing in it. Settle the account of SparkRTC."
    ),
    Reason.NO_TEMPLATE: gettext_lazy(
        "The recording template has been deleted or replaced. Choose another one for automatic recording and for jobs."
    ),
    Reason.FAILED: gettext_lazy(
        "The cloud's recorder failed. Report the job's id to the cloud's support; start the recording again."
    ),
    Reason.SHORT: gettext_lazy("It lasted a few seconds only. There was hardly anything to record."),
    Reason.NOBODY_SENT: gettext_lazy(
        "Nobody sent sound or pictures while it was recorded, so there was nothing to store. Start it once somebody "
        "does, or let the job wait longer."
    ),
    Reason.ABSENT: gettext_lazy(
        "Whoever was to be recorded was not in the room. Check the ids, and start it once they are there."
    ),
    Reason.NOT_LISTED: gettext_lazy(
        "A notification told of the file, but it is not in the bucket: it was moved or deleted, or a rule of the "
        "bucket removes it."
    ),
    Reason.NAMELESS: gettext_lazy(
        "The template's file names carry no {stream}, so nobody can tell whose file it is. Only a notification can: "
        "set the callback, or put {stream} into the prefix."
    ),
    Reason.UNREACHED: gettext_lazy(
        "The file came, but no notification: the cloud does not reach this console. See whether its address is open "
        "from outside and CALLBACK_BASE_URL names it, and send a sample from the callback's page."
    ),
    Reason.UNVERIFIED: gettext_lazy(
        "The file came, and so did a notification, but it could not be verified: the key here is not the cloud's. "
        "Read the key again, or make a new one, on the callback's page."
    ),
}
_SENT = gettext_lazy(
    "Sound or pictures were sent, and the bucket can be written to as far as the service says. See in the object "
    "storage console whether it is encrypted or in arrears and whether somebody deletes files, then report the "
    "recording to the cloud's support."
)
_NO_LOSS = gettext_lazy("Automatic recording had nothing to record: no file is missing.")
_UNKNOWN = gettext_lazy(
    "Nothing that can be seen from here explains it. See whether anybody sent anything in the room, and whether "
    "somebody deletes files from the bucket."
)


@dataclass(frozen=True)
class Station:
    """One of job, callback, file. step: done, now, watch, bad, or "" for one that has not been reached."""

    name: str
    step: str
    said: str
    at: datetime | None = None


def advice_for(entry: LedgerEntry) -> str:
    """Say what likely happened and what to do, in the reader's language; "" where nothing is wrong."""
    if entry.state == _State.NOTHING:
        return str(_NO_LOSS)
    if entry.reason:
        return str(ADVICE[entry.reason])
    if entry.state in (_State.LATE, _State.MISSING) and entry.sending == Sending.SENT:
        return str(_SENT)
    return str(_UNKNOWN) if entry.state in (_State.LATE, _State.MISSING) else ""


def stations_of(entry: LedgerEntry) -> tuple[Station, Station, Station]:
    """Return the way of a recording: what recorded it, what was told of it, the file."""
    return _recording(entry), _callback(entry), _file(entry)


def _recording(entry: LedgerEntry) -> Station:
    name = _("Job") if entry.source == _Source.JOB else _("Room")
    if entry.ended_at is None:
        return Station(name, "now", _("going on since"), entry.began_at)
    broken = entry.state != _State.NOTHING and entry.reason in (
        Reason.FAILED,
        Reason.NOBODY_SENT,
        Reason.SHORT,
        Reason.ABSENT,
    )
    return Station(name, "bad" if broken else "done", _("ended"), entry.ended_at)


def _callback(entry: LedgerEntry) -> Station:
    name = _("Callback")
    if entry.notified_at is not None:
        return Station(name, "done", _("notified"), entry.notified_at)
    if entry.ours is False:
        return Station(name, "", _("does not come to this console"))
    if entry.reason == Reason.UNREACHED:
        return Station(name, "bad", _("does not reach this console"))
    if entry.reason == Reason.UNVERIFIED:
        return Station(name, "bad", _("not verified"))
    if entry.state == _State.NOTHING:
        return Station(name, "", _("nothing to tell"))
    if entry.ended_at is not None and entry.state != _State.EXPECTED:
        return Station(name, "watch", _("never came"))
    return Station(name, "", _("waited for"))


def _file(entry: LedgerEntry) -> Station:
    name = _("File")
    if entry.state == _State.ARRIVED:
        said = _("in the bucket") if entry.file_name else _("told of, not seen")
        return Station(name, "done", said, entry.file_at)
    if entry.state == _State.EXPECTED and entry.file_name:
        return Station(name, "", _("the first has come"), entry.file_at)
    if entry.state == _State.EXPECTED:
        step = "watch" if entry.reason else ""
        return Station(name, step, _("due by") if entry.due_at else _("waited for"), entry.due_at)
    if entry.state == _State.NOTHING:
        return Station(name, "", _("nothing was sent"))
    if entry.state == _State.LATE:
        return Station(name, "watch", _("due since"), entry.due_at)
    return Station(name, "bad", _("did not come"))
