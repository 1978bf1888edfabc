"""The world behind the sandbox: applications, rooms, people, now and at any other moment."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from math import ceil, inf
from threading import Lock

from console.sandbox.world.applications import Scale, WorldApplication, application, found_applications
from console.sandbox.world.characters import CHARACTERS, Character
from console.sandbox.world.dice import Dice
from console.sandbox.world.event_list import Events
from console.sandbox.world.forethought import look_around
from console.sandbox.world.habits import Habits
from console.sandbox.world.kind_events import KindEvents
from console.sandbox.world.labels import LabelledCall, labelled_calls
from console.sandbox.world.lag import Lag
from console.sandbox.world.overlay import Overlay
from console.sandbox.world.people import regions_named
from console.sandbox.world.plan import Stay
from console.sandbox.world.queries import (
    ParticipantQuery,
    RoomQuery,
    list_participants,
    list_rooms,
)
from console.sandbox.world.rooms import Rooms
from console.sandbox.world.shown import Participant, Room, View, participant_shower, show_room
from console.sandbox.world.slots import make_counters
from console.sandbox.world.statistics import Statistics
from console.sandbox.world.texts import nickname_numbers

__all__ = ["World"]


class World:
    """A function of seed and moment, and what people did to it since.

    Nothing is simulated and nothing is stored but the deeds; two worlds with the same seed and scale are equal at
    every moment, whenever they were born. Moments are epoch seconds. Safe to use from many threads.
    """

    def __init__(self, seed: int, scale: Scale = "small", born: float = 0.0) -> None:
        self.seed = seed
        self.scale = scale
        self.born = born
        self.looked_at = -inf  # the moment that it was made to answer about without delay
        self._dice = Dice(seed, "world", scale)
        self._lock = Lock()
        self.lag = Lag(Dice(self._dice.roll(2)[0], "lag"))
        self._kinds: dict[
            Character, KindEvents
        ] = {}  # of applications of a character, whatever is done in them
        self.reset()
        if scale == "large":
            make_counters()
            nickname_numbers("")
            for kinds in self._kinds.values():
                kinds.make()
                kinds.habits.make_small()
            deque(self.look_around(born), maxlen=0)
            self.looked_at = born

    # -- applications ---------------------------------------------------------------------------------------

    def reset(self) -> None:
        """Forget everything that was done through the API."""
        overlay = Overlay()
        found = found_applications(Dice(self._dice.roll(0)[0], "applications"), self.scale)
        engines = {
            app.app_id: Rooms(
                app.app_id,
                Dice(self._dice.roll(1, number)[0], "rooms", app.app_id),
                self._kinds_of(character).habits,
                overlay,
                silent=app.state != "ACTIVATION",
            )
            for number, (app, character) in enumerate(found)
        }
        with self._lock:
            self._overlay = overlay
            self._applications = {app.app_id: app for app, _ in found}
            self._engines = engines
            self._statistics = {app_id: Statistics(engine) for app_id, engine in engines.items()}
            self._events = {app_id: self._events_of(engine) for app_id, engine in engines.items()}
            self._deleted: frozenset[str] = frozenset()

    def applications(self) -> list[WorldApplication]:
        """Return the applications that were not deleted."""
        return [app for app in self._applications.values() if app.app_id not in self._deleted]

    def knows(self, app_id: str) -> bool:
        """Return whether an application exists, or did: its past can still be asked for."""
        return app_id in self._applications

    def add_application(self, app_id: str, name: str, at: float) -> WorldApplication:
        """Add an application; nobody uses it yet."""
        app = application(app_id, name, at)
        habits = self._kinds_of(CHARACTERS["meeting"]).habits
        engine = Rooms(app_id, Dice(self.seed, "added", app_id), habits, self._overlay, silent=True)
        with self._lock:
            self._applications = {**self._applications, app_id: app}
            self._engines = {**self._engines, app_id: engine}
            self._statistics = {**self._statistics, app_id: Statistics(engine)}
            self._events = {**self._events, app_id: self._events_of(engine)}
        return app

    def set_application(self, app_id: str, state: str, at: float) -> None:
        """Put an application into a state: ACTIVATION lets people in, any other state lets nobody in any more.

        Who is in a room stays there. "DELETED" (any case) also takes it off the list of applications.
        """
        if state.upper() == "ACTIVATION":
            self._overlay.open(app_id, ceil(at))
            return
        self._overlay.close(app_id, ceil(at))
        if state.upper() == "DELETED":
            with self._lock:
                self._deleted |= {app_id}

    # -- questions ------------------------------------------------------------------------------------------

    def engine(self, app_id: str) -> Rooms:
        """Return the rooms of an application. Raises KeyError when it never existed."""
        return self._engines[app_id]

    def events(self, app_id: str) -> Events:
        """Return the abnormal events of an application. Raises KeyError when it never existed."""
        return self._events[app_id]

    def room_is_open(self, app_id: str, room_id: str, at: float) -> bool:
        """Return whether a room is open at a moment."""
        return self._open_stay(app_id, room_id, at) is not None

    def rooms(
        self,
        app_id: str,
        start: float,
        end: float,
        state: str | None = None,
        room_id: str | None = None,
        *,
        now: float | None = None,
    ) -> Sequence[Room]:
        """Return the rooms that began from start up to end, newest first; pages are cheap, whatever the length.

        state: RUNNING or CLOSED as of now, which is end unless given. Nothing later than now is shown.
        """
        engine = self._engines.get(app_id)
        if engine is None:
            return []
        query = RoomQuery(ceil(start), ceil(end), int(end if now is None else now), state, room_id)
        rows = list_rooms(engine, query, self._overlay.gaps.get(app_id, ()))
        domain = self._applications[app_id].domain
        return View(rows, lambda stay: show_room(engine, stay, domain, query.now))

    def participants(
        self,
        app_id: str,
        start: float,
        end: float,
        *,
        now: float | None = None,
        room_id: str | None = None,
        user_id: str | None = None,
        nickname: str | None = None,
        regions: Collection[str] | None = None,
        isps: Collection[str] | None = None,
        states: Collection[str] | None = None,
        detail: bool = False,
    ) -> Sequence[Participant]:
        """Return who joined, or tried to, from start up to end: newest room first, in a room by seat.

        A row per person and room (their latest session) or, in detail, per session. nickname: exactly so.
        regions: codes or Chinese names. states: as of now, which is end unless given.
        """
        engine = self._engines.get(app_id)
        if engine is None:
            return []
        cohorts = None
        if regions is not None or isps is not None:
            cohorts = engine.people.cohorts(None if regions is None else regions_named(regions), isps)
        query = ParticipantQuery(
            start=ceil(start),
            end=ceil(end),
            now=int(end if now is None else now),
            room_id=room_id,
            numbers=_numbers(engine, user_id, nickname),
            states=None if states is None else frozenset(states),
            cohorts=cohorts,
            detail=detail,
        )
        rows = list_participants(
            engine, query, self._overlay.edits.get(app_id, {}), self._overlay.gaps.get(app_id, ())
        )
        domain = self._applications[app_id].domain
        return View(rows, participant_shower(engine, domain))

    def has_user(self, app_id: str, room_id: str, user_id: str, at: float) -> bool:
        """Return whether somebody is in a room at a moment."""
        return user_id in self._inside(app_id, room_id, at)

    def publishers(self, app_id: str, room_id: str, at: float) -> list[str]:
        """Return the user ids of those who send in a room at a moment, in the order of their seats."""
        stay = self._open_stay(app_id, room_id, at)
        if stay is None:
            return []
        engine = self._engines[app_id]
        return [user for user, seat in self._inside(app_id, room_id, at).items() if engine.sends(stay, seat)]

    def statistics(self, app_id: str) -> Statistics:
        """Return the figures of an application. Raises KeyError when it never existed."""
        return self._statistics[app_id]

    def labelled_calls(self, since: float, until: float, *, now: float | None = None) -> list[LabelledCall]:
        """Return the calls with a known cause that began from one moment up to another and are over.

        now: end of the window unless given.
        """
        at = int(until if now is None else now)
        found = [
            call
            for engine in self._engines.values()
            for call in labelled_calls(engine, ceil(since), ceil(until), at)
        ]
        return sorted(found, key=lambda call: (call.start, call.app_id, call.room_id, call.user_id))

    # -- deeds ----------------------------------------------------------------------------------------------

    def remove(self, app_id: str, room_id: str, user_ids: Iterable[str], at: float) -> list[str]:
        """Send people out of a room: they leave within 4 seconds, about one in five is soon back.

        Who is not in the room is passed over. Returns those who were.
        """
        stay = self._open_stay(app_id, room_id, at)
        if stay is None:
            return []
        inside = self._inside(app_id, room_id, at)
        hit = [user for user in dict.fromkeys(user_ids) if user in inside]
        slots = [stay.first_slot + inside[user] for user in hit]
        self._overlay.remove(app_id, stay.number, slots, int(at))
        return hit

    def dismiss(self, app_id: str, room_id: str, at: float) -> bool:
        """End a room: everybody is out within seconds and nobody comes back. Returns whether it was open."""
        stay = self._open_stay(app_id, room_id, at)
        if stay is None:
            return False
        self._overlay.dismiss(app_id, stay.number, int(at))
        return True

    def look_around(self, at: float) -> Iterator[None]:
        """Think of what is going on, so that the first to ask about this moment need not wait for it.

        A step takes about a millisecond, so that whoever takes them can let others in between.
        """
        for engine in self._engines.values():
            yield from look_around(engine, at)

    # -- inside ---------------------------------------------------------------------------------------------

    def _kinds_of(self, character: Character) -> KindEvents:
        if character not in self._kinds:
            habits = Habits(Dice(self._dice.roll(3)[0], "habits", character.name), character)
            self._kinds[character] = KindEvents(habits)
        return self._kinds[character]

    def _events_of(self, engine: Rooms) -> Events:
        return Events(engine, self._kinds_of(engine.character))

    def _open_stay(self, app_id: str, room_id: str, at: float) -> Stay | None:
        engine = self._engines.get(app_id)
        if engine is None:
            return None
        low, high = engine.started(at - engine.character.limit_seconds), engine.started(int(at) + 1)
        for number in reversed(engine.numbers(room_id, low, high)):
            stay = engine.stay(number)
            if engine.exists(number) and engine.end(stay) > at:
                return stay
        return None

    def _inside(self, app_id: str, room_id: str, at: float) -> dict[str, int]:
        stay = self._open_stay(app_id, room_id, at)
        if stay is None:
            return {}
        engine = self._engines[app_id]
        return {
            engine.people.user_id(engine.person_number(stay, session.seat)): session.seat
            for session in engine.sessions(stay)
            if session.joined and session.start <= at < session.end
        }


def _numbers(engine: Rooms, user_id: str | None, nickname: str | None) -> frozenset[int] | None:
    if user_id is None and nickname is None:
        return None
    found = None if nickname is None else frozenset(engine.people.numbers_called(nickname))
    if user_id is None:
        return found
    number = engine.people.number_of(user_id)
    if number is None or (found is not None and number not in found):
        return frozenset()
    return frozenset({number})
