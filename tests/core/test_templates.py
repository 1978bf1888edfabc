"""What every template keeps to: the page's policy, two languages, a first line that names its context."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR) / "templates"
PAGES = sorted(ROOT.rglob("*.html"))
NAMES = [str(path.relative_to(ROOT)) for path in PAGES]

_BLOCKTRANS = re.compile(r"{%-?\s*blocktrans(?:late)?\b.*?{%-?\s*endblocktrans(?:late)?\s*-?%}", re.DOTALL)
_COMMENT = re.compile(r"{#.*?#}|{%\s*comment\s*%}.*?{%\s*endcomment\s*%}", re.DOTALL)
_CLASSES = re.compile(r"{% block width %}.*?{% endblock %}")  # a block inside of a class attribute
_SAME_EVERYWHERE = re.compile(r"\b(HTTP|UTC|HLS|MP4|IAM|AK/SK|[\w-]+\.(py|csv|json))\b")
_CODE = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
_WORD = re.compile(r"[A-Za-z\u4e00-\u9fff]{2,}")
_SPOKEN = {
    "title",
    "aria-label",
    "placeholder",
    "alt",
    "aria-description",
    "aria-roledescription",
    "data-label",
    "label",
}
_NOT_WORDS = {
    "kbd",
    "code",
    "samp",
    "style",
    "script",
}  # names of keys and codes are the same in every language
_JAVASCRIPT = re.compile(r"^\s*(javascript|js):", re.IGNORECASE)


class _Scan(HTMLParser):
    """Collects untranslated words, and what the page's policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.untranslated: list[str] = []
        self.refused: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append(tag)
        if tag in ("style", "base", "iframe", "object", "embed") or (
            tag == "script" and not dict(attrs).get("src")
        ):
            self.refused.append(f"<{tag}>")
        for name, value in attrs:
            self._attribute(name, value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            self._attribute(name, value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if _WORD.search(data) and not _NOT_WORDS.intersection(self._open):
            self.untranslated.append(data.strip())

    def _attribute(self, name: str, value: str) -> None:
        evil = name == "style" or name.startswith(("on", "hx-on")) or _JAVASCRIPT.match(value)
        evil = evil or (name in ("hx-vals", "hx-headers", "hx-vars") and _JAVASCRIPT.match(value))
        if evil or (name == "hx-trigger" and "[" in value):
            self.refused.append(f"{name}={value!r}")
        if name in _SPOKEN and _WORD.search(value):
            self.untranslated.append(f"{name}={value!r}")


def _scan(path: Path) -> _Scan:
    text = _COMMENT.sub("", _BLOCKTRANS.sub(" ", path.read_text()))
    scan = _Scan()
    scan.feed(_SAME_EVERYWHERE.sub("", _CODE.sub(" ", _CLASSES.sub("", text))))
    scan.close()
    return scan


@pytest.mark.parametrize("name", NAMES)
def test_every_word_can_be_translated(name: str) -> None:
    assert _scan(ROOT / name).untranslated == []


# Mail programs know no style sheets, and no page ever shows these.
_LETTERS = {"analytics/mail/report.html"}


@pytest.mark.parametrize("name", sorted(set(NAMES) - _LETTERS))
def test_nothing_in_it_is_refused_by_the_pages_policy(name: str) -> None:
    assert _scan(ROOT / name).refused == []


@pytest.mark.parametrize("name", NAMES)
def test_it_opens_by_naming_its_context_and_compiles(name: str) -> None:
    assert (ROOT / name).read_text().startswith("{# context:")
    assert get_template(name)


def test_the_scan_finds_what_it_is_there_for(tmp_path: Path) -> None:
    page = tmp_path / "bad.html"
    page.write_text(
        '{# context: none #}<p onclick="x()" style="color:red">Hello {{ name }}</p><script>1</script>'
        '<a href="javascript:x" title="Go">{% translate "Fine" %}</a><kbd>Ctrl</kbd><i hx-trigger="click[ctrlKey]"></i>'
    )
    scan = _scan(page)
    assert scan.untranslated == ["Hello", "title='Go'"]
    assert len(scan.refused) == 5


def test_style_sheets_take_nothing_from_elsewhere() -> None:
    for path in (Path(settings.BASE_DIR) / "static").rglob("*.css"):
        assert not re.search(r"url\(\s*['\"]?(https?:)?//|@import", path.read_text()), path


def test_scripts_bring_no_language_of_their_own_and_need_no_eval() -> None:
    for path in (Path(settings.BASE_DIR) / "static").rglob("*.js"):
        text = path.read_text()
        assert not re.search(
            r"\beval\(|new Function\(|innerHTML|insertAdjacentHTML|document\.write|https?://", text
        ), path
