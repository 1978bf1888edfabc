"""The addresses that a page writes: what its links, its refreshed pieces and its forms lead to."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

__all__ = ["written"]

Field = tuple[str, str]


class _Form:
    """A form that stands in the address. fields: as they are. others: what else somebody may choose, one at a time."""

    def __init__(self, action: str) -> None:
        self.action = action
        self.fields: list[Field] = []
        self.others: list[Field] = []

    def addresses(self) -> list[str]:
        asked = [dict(self.fields), *({**dict(self.fields), name: value} for name, value in self.others)]
        return [f"{self.action}?{urlencode(one)}" for one in asked]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[_Form] = []
        self._form: _Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self.links += [has[name] for name in ("href", "hx-get") if name in has]
        if tag == "form" and has.get("method", "get").lower() == "get":
            self._form = _Form(has.get("action", ""))
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(self._form, tag, has)

    def _field(self, form: _Form, tag: str, has: dict[str, str]) -> None:
        if tag == "select":
            self._select = has.get("name", "")
        elif tag == "option" and self._select:
            kept = form.fields if "selected" in has else form.others
            kept.append((self._select, has.get("value", "")))
        elif tag == "input" and has.get("name"):
            loose = has.get("type") in ("checkbox", "radio") and "checked" not in has
            (form.others if loose else form.fields).append((has["name"], has.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""


def written(answer: Any, here: str) -> set[str]:
    """Return the addresses of ours with a query that an answer writes. here: where it was asked for."""
    page = _Page()
    page.feed(answer.content.decode())
    page.close()
    asked = [*page.links, *(one for form in page.forms for one in form.addresses())]
    asked += [answer[name] for name in ("HX-Push-Url", "HX-Replace-Url") if name in answer]
    found = {urljoin(here, one).partition("#")[0] for one in asked}
    return {one for one in found if one.startswith("/") and urlsplit(one).query}
