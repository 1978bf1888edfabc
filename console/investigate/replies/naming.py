"""What people are called in a reply: by nickname, or by number; ids only where they were asked for."""

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext

from console.core.text import aside, plain, shorten
from console.investigate.shapes import Person

__all__ = ["ReplyNames"]

_MOST = 60


class ReplyNames:
    """Names for plain text, in the active language. ids: whether ids may stand in it."""

    def __init__(self, people: Iterable[Person], *, ids: bool) -> None:
        self._ids = ids
        self._people = {person.user_id: person for person in people}
        self._numbers = {user_id: number for number, user_id in enumerate(self._people, start=1)}
        self._often = Counter(person.name for person in self._people.values())

    def __call__(self, user_id: str) -> str:
        person = self._people.get(user_id)
        nickname = person.name if person is not None and person.name != user_id else ""
        if self._ids:
            return self._clean(aside(nickname, user_id) if nickname else user_id)
        number = self._numbers.get(user_id)
        if nickname:
            return self._clean(aside(nickname, "" if self._often[nickname] == 1 else str(number)))
        return gettext("participant %(number)s") % {"number": number} if number else gettext("a participant")

    @staticmethod
    def _clean(name: str) -> str:
        return plain(shorten(name, _MOST))
