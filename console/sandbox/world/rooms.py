"""One application's rooms and the sessions in them, made from a room's number whenever somebody asks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from console.sandbox.world.dice import Dice, Scramble
from console.sandbox.world.fates import FATES, JOIN_TROUBLE
from console.sandbox.world.habits import Habits
from console.sandbox.world.ills import Ills
from console.sandbox.world.overlay import FOREVER, Edit, Gap, Overlay
from console.sandbox.world.people import People
from console.sandbox.world.plan import Cast, Plan, Session, Stay, visits
from console.sandbox.world.rhythm import WEEK, Rhythm

__all__ = ["Rooms"]


class Rooms:
    """The rooms of one application, counted from 0 in the order of their start.

    dice: of the application alone. habits: shared by the applications of a character.
    """

    def __init__(
        self,
        app_id: str,
        dice: Dice,
        habits: Habits,
        overlay: Overlay,
        *,
        silent: bool = False,
    ) -> None:
        self.app_id = app_id
        self.habits = habits
        self.character = character = habits.character
        self.group = 8 if character.relay else 1  # rooms that belong together where sizes repeat
        self.dice = dice
        self._overlay = overlay
        workday, weekend = character.arrivals()
        nobody = [0.0] * 24
        self.rhythm = Rhythm(
            Dice(dice.roll(1)[0], "rhythm"), nobody if silent else workday, nobody if silent else weekend
        )
        self.slots = habits.slots
        self.people = People(
            Dice(dice.roll(3)[0], "people"), character.people(), character.user_prefix, character.web_share
        )
        self._session_dice = Dice(dice.roll(5)[0], "sessions")
        self.ill_dice = habits.ill_dice
        self.noise_dice = Dice(dice.roll(7)[0], "noise")
        self._codes = Scramble(1 << 32, 2_654_435_761, dice.roll(6)[0])
        self._pool = max(64, round(self.rhythm.weekly))
        self._pattern = re.compile(rf"{character.room_prefix}-([0-9a-f]{{4,8}})(?:_[a-z]+)?")
        near = self.rhythm.weekly / WEEK * character.limit_seconds  # rooms that may be open at one moment
        edges = max(1024, round(4 * near))  # of three windows
        self.start = lru_cache(maxsize=edges)(self.rhythm.start)
        self.stay = lru_cache(maxsize=edges)(self._stay)
        self._ills = lru_cache(maxsize=256)(self._make_ills)

    # -- ids ------------------------------------------------------------------------------------------------

    def room_id(self, number: int) -> str:
        """Return a room's id: letters, digits, "_" and "-", now and then exactly 64 long."""
        code = number % self._pool if self.character.recurring else self._codes.code(number)
        plain = f"{self.character.room_prefix}-{code:04x}"
        return (plain + "_" + "overlong" * 8)[:64] if code % 89 == 13 else plain

    def numbers(self, room_id: str, low: int, high: int) -> list[int]:
        """Return the rooms from low up to high that have an id."""
        match = self._pattern.fullmatch(room_id)
        if match is None:
            return []
        code = int(match[1], 16)
        if self.character.recurring:
            first = low + (code - low) % self._pool
            found = range(first, high, self._pool) if code < self._pool else range(0)
        else:
            number = self._codes.number(code)
            found = range(number, number + 1) if low <= number < high else range(0)
        return [number for number in found if self.room_id(number) == room_id]

    def session_id(self, number: int, session: Session) -> str:
        """Return the id of a session: 32 hexadecimal digits."""
        return self._session_dice.token(number, session.seat, session.attempt)

    def person_number(self, stay: Stay, seat: int) -> int:
        """Return who sits in a seat."""
        return (stay.first_slot + seat) % self.people.size

    def person_in(self, room: int, seat: int) -> int:
        """Return who sits in a seat of a room, without making the room."""
        return (self.slots.first(room) + seat) % self.people.size

    # -- rooms ----------------------------------------------------------------------------------------------

    def started(self, moment: float) -> int:
        """Return how many rooms start before a moment."""
        return self.rhythm.count_before(moment)

    def reach(self, since: float, until: float) -> tuple[int, int]:
        """Return two numbers: the rooms from one up to the other are all that can be open between two moments."""
        return self.started(since - self.character.limit_seconds), self.started(until)

    def of_person(self, person: int, low: int, high: int) -> set[int]:
        """Return the rooms from low up to high in which somebody has a seat."""
        return {room for room, _ in self.slots.seats(low, high, self.people.size, (person,))}

    def open_between(
        self, since: float, until: float, room_id: str | None = None, *, step: int = 1
    ) -> list[Stay]:
        """Return the rooms that were open at some time from one moment up to another, oldest first.

        step: only one room in so many, always the same ones.
        """
        low, high = self.reach(since, until)
        numbers: Sequence[int] = range(low, high) if room_id is None else self.numbers(room_id, low, high)
        if step > 1:
            numbers = self._every(step, low, high)
        return [stay for stay in map(self.stay, numbers) if stay.end > since and self.exists(stay.number)]

    def _every(self, step: int, low: int, high: int) -> Sequence[int]:
        size = self.group
        if size == 1:
            return range(low + -low % step, high, step)
        first = low // size
        groups = range(first + -first % step, high // size + 1, step)
        rooms = (room for group in groups for room in range(group * size, (group + 1) * size))
        return [room for room in rooms if low <= room < high]

    def _stay(self, number: int) -> Stay:
        return self.habits.stay(number, self.start(number))

    def exists(self, number: int) -> bool:
        """Return whether a room was let begin: an application that is off lets none."""
        return self.app_id not in self._overlay.gaps or self.lets_in(self.start(number))

    def never_begun(self, low: int, high: int) -> list[tuple[int, int]]:
        """Return which of the rooms from low up to high were not let begin, as pairs of numbers: from, up to."""
        ranges = [
            (
                max(low, self.started(gap.since)),
                high if gap.until == FOREVER else min(high, self.started(gap.until)),
            )
            for gap in self._overlay.gaps.get(self.app_id, ())
        ]
        return [(first, last) for first, last in ranges if first < last]

    def lets_in(self, moment: float) -> bool:
        """Return whether the application lets people in at a moment."""
        return not any(gap.since <= moment < gap.until for gap in self._overlay.gaps.get(self.app_id, ()))

    def let_nobody_in(self, since: float, until: float) -> bool:
        """Return whether the application let nobody in at any time from one moment up to another."""
        gaps = self._overlay.gaps.get(self.app_id, ())
        return any(gap.since < until and gap.until > since for gap in gaps)

    def done_to(self, number: int) -> tuple[Edit | None, tuple[Gap, ...]]:
        """Return all that was done to a room, and to the application."""
        return self._overlay.edits.get(self.app_id, {}).get(number), self._overlay.gaps.get(self.app_id, ())

    def deeds(self) -> int:
        """Return a number that grows whenever somebody does something to the application or its rooms."""
        return self._overlay.version(self.app_id)

    def has_join_trouble(self, stay: Stay) -> bool:
        """Return whether anybody in a room to which nothing was done fails to get in or gets in slowly."""
        first = stay.first_slot
        return any(slot % FATES in JOIN_TROUBLE for slot in range(first, first + stay.size))

    def touched(self, number: int) -> bool:
        """Return whether anything was done that changes who is in a room."""
        if number in self._overlay.edits.get(self.app_id, {}):
            return True
        gaps = self._overlay.gaps.get(self.app_id)
        if not gaps:
            return False
        stay = self.stay(number)
        return any(stay.start < gap.since < stay.end for gap in gaps)

    def touched_between(self, low: int, high: int) -> list[int]:
        """Return the rooms from low up to high to which anything was done that changes who is in them."""
        edits = self._overlay.edits.get(self.app_id, {})
        found = {number for number in edits if low <= number < high}
        for gap in self._overlay.gaps.get(self.app_id, ()):
            first, last = self.reach(gap.since, gap.since)
            found |= {number for number in range(max(low, first), min(high, last)) if self.touched(number)}
        return sorted(found)

    def end(self, stay: Stay) -> int:
        """Return when a room closes: when the last person leaves it."""
        if not self.touched(stay.number):
            return stay.end
        return max((session.end for session in self.sessions(stay) if session.joined), default=stay.start)

    def cast(self, stay: Stay) -> Cast | None:
        """Return whom the cause of a room befalls; None when it has none or nobody fits."""
        return None if stay.cause is None else self.ills(stay).cast

    def ills(self, stay: Stay) -> Ills:
        """Return what is wrong in a room."""
        return self._ills(stay.number)

    def _make_ills(self, number: int) -> Ills:
        return Ills(self.stay(number), self.ill_dice)

    def sends(self, stay: Stay, seat: int) -> bool:
        """Return whether the person in a seat sends sound (and a picture, unless the room has none)."""
        if seat < self.character.senders:
            return True
        cast = self.cast(stay)
        return cast is not None and seat in cast

    # -- sessions -------------------------------------------------------------------------------------------

    def plan(self, stay: Stay) -> Plan:
        """Return all sessions of a room in columns, what people did to it included."""
        if not self.touched(stay.number):
            return self.habits.plan(stay.kind)
        return Plan(
            session._replace(start=session.start - stay.start, end=session.end - stay.start)
            for session in self.sessions(stay)
        )

    def seat_plan(self, stay: Stay, seat: int) -> Plan:
        """Return the sessions of the person in one seat."""
        if not self.touched(stay.number):
            return Plan(visits(stay, self.character, (seat,)))
        plan = self.plan(stay)
        return Plan(row for row in plan.sessions(0) if row.seat == seat)

    def sessions(self, stay: Stay) -> list[Session]:
        """Return all sessions of a room in the order of their seats, what people did to it included."""
        planned = self.habits.plan(stay.kind).sessions(stay.start)
        if not self.touched(stay.number):
            return planned
        gaps = self._overlay.gaps.get(self.app_id, ())
        planned = [_turned_away(session, gaps) for session in planned]
        edit = self._overlay.edits.get(self.app_id, {}).get(stay.number)
        return planned if edit is None else self._edited(stay, planned, edit)

    def _edited(self, stay: Stay, planned: Sequence[Session], edit: Edit) -> list[Session]:
        by_seat: dict[int, list[Session]] = {}
        for session in planned:
            by_seat.setdefault(session.seat, []).append(session)
        for slot, at in edit.removed:
            seat = slot - stay.first_slot
            by_seat[seat] = self._removed(stay, by_seat.get(seat, []), at)
        if edit.dismissed is not None:
            by_seat = {
                seat: _sent_out(sessions, edit.dismissed, 1 + (seat * 7 + stay.number) % 5)
                for seat, sessions in by_seat.items()
            }
        return [session for seat in sorted(by_seat) for session in by_seat[seat]]

    def _removed(self, stay: Stay, sessions: list[Session], at: int) -> list[Session]:
        """Cut a person's sessions: out within four seconds, one in five is back soon with a new session."""
        if not sessions:
            return sessions
        seat = sessions[0].seat
        luck = self._session_dice.units(stay.number, seat, -1 - sum(s.start < at for s in sessions))
        gone = _sent_out(sessions, at, 1 + int(luck[0] * 4))
        planned_end = max(session.end for session in sessions)
        back = at + 8 + int(luck[1] * 33)
        if luck[2] < 0.2 and planned_end > back + 20 and gone and self.lets_in(back):
            gone.append(Session(seat, gone[-1].attempt + 1, True, back, planned_end, 0.9))
        return gone


def _turned_away(session: Session, gaps: Sequence[Gap]) -> Session:
    """Make a failed attempt of a join that falls into a time in which nobody was let in."""
    if session.joined and any(gap.since <= session.start < gap.until for gap in gaps):
        return session._replace(joined=False, end=min(session.end, session.start + 4), wait=0.0)
    return session


def _sent_out(sessions: Sequence[Session], at: int, delay: int) -> list[Session]:
    """Return what is left of a person's sessions when they are sent out at a moment."""
    return [
        session._replace(end=min(session.end, max(at + delay, session.start + 1)))
        if session.end > at
        else session
        for session in sessions
        if session.start <= at
    ]
