"""What people of a call are called where their names stand in sentences."""

from collections import Counter
from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString

from console.core.text import aside, plain, shorten, shown
from console.investigate.shapes import Person
from console.investigate.verdict.result import Clause
from console.investigate.wording import sentence

__all__ = ["Names"]

_MOST = 40
# Stand in a sentence for a name until it is markup. What others wrote can't contain them: they would be spelled out.
_OPEN, _CLOSE = "\ue000", "\ue001"


class Names:
    """Names by user id: the nickname, with the id behind it where several go by the same."""

    def __init__(self, people: Iterable[Person]) -> None:
        known = {person.user_id: person.name for person in people}
        often = Counter(known.values())
        self._names = {
            user_id: aside(name, "" if name == user_id or often[name] == 1 else user_id)
            for user_id, name in known.items()
        }

    def of(self, user_id: str) -> str:
        """Return somebody's name; somebody unknown is called by their id. Hostile text."""
        return self._names.get(user_id, user_id)

    def text(self, user_id: str) -> str:
        """Return somebody's name for plain text, cut in the middle when it is long."""
        return plain(shorten(self.of(user_id), _MOST))

    def html(self, user_id: str) -> SafeString:
        """Return somebody's name as markup, isolated from what stands around it."""
        return shown(self.of(user_id), _MOST)

    def say(self, clause: Clause) -> SafeString:
        """Return a statement as markup, in the active language."""
        said: list[str] = []

        def placed(user_id: str) -> str:
            said.append(user_id)
            return f"{_OPEN}{len(said) - 1}{_CLOSE}"

        text = str(escape(sentence(clause, placed)))
        for number, user_id in enumerate(said):
            text = text.replace(f"{_OPEN}{number}{_CLOSE}", str(self.html(user_id)))
        return SafeString(text)
