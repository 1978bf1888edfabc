"""R5, R6: nothing to hear or see, because the other one had gone, had switched off, or sent nothing."""

from __future__ import annotations

import re

from console.investigate.verdict import factors
from console.investigate.verdict.curves import Reading, fit, read, spread_out
from console.investigate.verdict.evidence import ClientNote, Session, Symptom
from console.investigate.verdict.exhibits import note_exhibit, series_clause, session_exhibit
from console.investigate.verdict.moments import MINUTE, iso, seconds
from console.investigate.verdict.result import Clause, Side
from console.investigate.verdict.rules.base import Claim, Denial, Trouble, first_of, fit_clause, votes_clause
from console.investigate.verdict.suffering import usual

__all__ = ["peer_absent", "peer_sends_nothing", "switched_off"]

_SOON = 2 * MINUTE
_MISSED = frozenset({Symptom.NO_SOUND, Symptom.NO_PICTURE})
_OFF = r"\b(mute[sd]?|switched off|turned off|disabled|closed?|off)\b|关闭|静音|禁用"
_SOUND_OFF = re.compile(
    rf"(?=.*(microphone|\bmic\b|audio|sound|麦克风|音频|mute|静音))(?=.*({_OFF}))", re.I | re.S
)
_PICTURE_OFF = re.compile(rf"(?=.*(camera|video|picture|摄像头|视频))(?=.*({_OFF}))", re.I | re.S)


def peer_absent(trouble: Trouble, sender: str) -> Claim | Denial | None:
    """R5: the one who should be heard or seen had left, or a note says that they switched off."""
    hurts = trouble.minutes_with(sender)
    if not hurts:
        return None
    left = _left(trouble, sender, hurts)
    votes = trouble.votes({factors.LEFT}, sender)
    if left is not None or votes.carries:
        return _has_left(trouble, sender, left, hurts)
    note = _switched_off(trouble, sender, hurts)
    if note is not None and _looks_off(trouble, sender, hurts, note):
        said = "R5.says_muted" if _SOUND_OFF.search(note.text) else "R5.says_camera_off"
        at = iso(seconds(note.at)) if note.at is not None else ""
        return Claim(
            rule="R5",
            person=sender,
            side=Side.PEER,
            says=Clause(id=said, params={"person": sender, "since_at": at}),
            because=(
                Clause(id="note", params={"text": note.text[:200]}, exhibits=(note_exhibit(note, sender),)),
                *_sent(trouble, sender, hurts),
            ),
            minutes=hurts,
            strong=True,
            pieces=3,
            coverage=trouble.coverage(sender, "", "abit", hurts),
            advice=("advice.ask_switch_on",),
        )
    here = trouble.case.presence(sender) & hurts
    clause = Clause(id="present", params={"person": sender, "share": round(len(here) / len(hurts), 2)})
    return Denial("R5", sender, (clause,), undecided=not trouble.case.stays.get(sender))


def peer_sends_nothing(trouble: Trouble, sender: str) -> Claim | Denial | None:
    """R6: the other one was there and sent nothing, and nobody said why."""
    hurts = trouble.minutes_with(sender)
    if not hurts:
        return None
    wanted = {factors.NOTHING_SENT, factors.NO_FRAMES_SENT}
    votes = trouble.votes(wanted, sender)
    empty = [(what, reading) for what, reading in _empty(trouble, sender, hurts)]
    fits = [(what, reading) for what, reading in empty if fit(reading, hurts).explains(trouble.limits)]
    known = trouble.coverage(sender, "", "abit", hurts) >= 0.5
    if not fits and (known or not votes.carries):
        clauses = [series_clause(reading) for reading in _sending(trouble, sender)]
        if len(votes):
            clauses.append(votes_clause(votes, "nothing_sent"))
        return Denial("R6", sender, tuple(clauses), undecided=not clauses)
    whats = {what for what, _ in fits}
    sound = Symptom.NO_SOUND in whats or (not fits and Symptom.NO_SOUND in trouble.mine.symptoms)
    picture = Symptom.NO_PICTURE in whats or (not fits and Symptom.NO_PICTURE in trouble.mine.symptoms)
    said = "R6.says_nothing" if sound and picture else "R6.says_sound" if sound else "R6.says_picture"
    hit, _ = trouble.receivers(sender)
    return Claim(
        rule="R6",
        person=sender,
        side=Side.PEER,
        says=Clause(id=said, params={"person": sender}),
        because=first_of(
            (
                *(series_clause(reading) for _, reading in fits),
                fit_clause(fit(fits[0][1], hurts)) if fits else None,
                votes_clause(votes, "nothing_sent") if len(votes) else None,
                Clause(id="maybe_muted", params={"person": sender}),
            )
        ),
        minutes=hurts & spread_out(fits[0][1].bad, 1, 1) if fits else hurts,
        strong=bool(fits),
        pieces=2 * len(fits[:1]) + votes.carries + bool(hit),
        coverage=trouble.coverage(sender, "", "abit", hurts),
        receivers=tuple(hit),
        caps=("cap.maybe_muted",) if sound else (),
        advice=("advice.check_capture",),
    )


def switched_off(note: ClientNote) -> bool:
    """Say whether a note says, in clear text, that a microphone or a camera was switched off."""
    return bool(_SOUND_OFF.search(note.text) or _PICTURE_OFF.search(note.text))


def _left(trouble: Trouble, sender: str, hurts: frozenset[int]) -> Session | None:
    """Return the session of somebody that ended when it began to hurt, if they did not come back meanwhile."""
    case = trouble.case
    stays = case.stays.get(sender, ())
    hurt = trouble.mine.of(sender)
    if not stays or stays[-1].open or hurt is None or not hurt.symptoms <= _MISSED:
        return None
    end = max(stay.end for stay in stays)
    after = [minute for minute in hurts if (minute + 1) * MINUTE >= end - MINUTE]
    if 2 * len(after) < len(hurts) or end > (max(hurts) + 1) * MINUTE + _SOON:
        return None
    if not any(
        minute * MINUTE >= end - MINUTE and minute in case.presence(trouble.person) for minute in hurts
    ):
        return None
    mine = [session for session in case.sessions if session.user_id == sender and session.left_at is not None]
    mine = [session for session in mine if session.room_id == case.evidence.room_id and session.joined]
    return mine[-1] if mine else None


def _has_left(trouble: Trouble, sender: str, left: Session | None, hurts: frozenset[int]) -> Claim:
    votes = trouble.votes({factors.LEFT}, sender)
    at = iso(seconds(left.left_at)) if left is not None and left.left_at is not None else ""
    ended = None
    if left is not None:
        ended = Clause(id="left", params={"person": sender, "left_at": at}, exhibits=(session_exhibit(left),))
    return Claim(
        rule="R5",
        person=sender,
        side=Side.PEER,
        says=Clause(id="R5.says_left", params={"person": sender, "left_at": at}),
        because=first_of((ended, votes_clause(votes, "left") if len(votes) else None)),
        minutes=hurts,
        strong=left is not None,
        pieces=2 * (left is not None) + (2 if votes.carries else len(votes) > 0),
        coverage=1.0,
        caps=() if left is not None else ("cap.only_named",),
        advice=("advice.ask_why_left",),
    )


def _switched_off(trouble: Trouble, sender: str, hurts: frozenset[int]) -> ClientNote | None:
    """Return the note that says, in clear text and by name, that somebody switched off shortly before it hurt."""
    first, last = min(hurts) * MINUTE - 5 * MINUTE, (max(hurts) + 1) * MINUTE
    for note in trouble.case.evidence.notes:
        named = re.search(rf"(?<![\w-]){re.escape(sender)}(?![\w-])", note.text)
        inside = note.at is None or first <= seconds(note.at) <= last
        if named and inside and switched_off(note):
            return note
    return None


def _looks_off(trouble: Trouble, sender: str, hurts: frozenset[int], note: ClientNote) -> bool:
    """Say whether the curves do not contradict a note: what was switched off was not sent."""
    what = Symptom.NO_SOUND if _SOUND_OFF.search(note.text) else Symptom.NO_PICTURE
    if any(found is what for found, _ in _empty(trouble, sender, hurts)):
        return True
    metric = "abit" if what is Symptom.NO_SOUND else "vfps"
    return trouble.coverage(sender, "", metric, hurts) < 0.5


def _sent(trouble: Trouble, sender: str, hurts: frozenset[int]) -> tuple[Clause, ...]:
    return tuple(series_clause(reading) for _, reading in _empty(trouble, sender, hurts))


def _sending(trouble: Trouble, sender: str) -> list[Reading]:
    case = trouble.case
    found = [
        read(case.curve(sender, "", "abit"), "silent_kbps", case.limits, below=True),
        read(case.curve(sender, "", "vfps"), "no_picture_fps", case.limits, below=True),
    ]
    return [reading for reading in found if reading.points]


def _empty(trouble: Trouble, sender: str, hurts: frozenset[int]) -> list[tuple[Symptom, Reading]]:
    """Return what somebody did not send though they were there and otherwise do."""
    case = trouble.case
    found = []
    sound = case.curve(sender, "", "abit")
    if sound.times:
        found.append((Symptom.NO_SOUND, read(sound, "silent_kbps", case.limits, below=True)))
    frames = case.curve(sender, "", "vfps")
    if (usual(frames) or 0) >= case.limits["no_picture_fps"] or _pictures_missed(trouble, frames.minutes):
        found.append((Symptom.NO_PICTURE, read(frames, "no_picture_fps", case.limits, below=True)))
    return [
        (what, reading) for what, reading in found if reading.lasts and reading.bad & spread_out(hurts, 1, 1)
    ]


def _pictures_missed(trouble: Trouble, known: frozenset[int]) -> bool:
    return bool(known) and Symptom.NO_PICTURE in trouble.mine.symptoms
