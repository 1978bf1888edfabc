"""The editor's script judges panes as the server does: both are fed the same rows, right, wrong and odd."""

import itertools
import random
from typing import Any

import pytest
from playwright.sync_api import Page

from console.accounts.models import User
from console.recording.layouts import rules
from console.recording.layouts.panes import empty_row
from console.recording.layouts.presets import presets

pytestmark = pytest.mark.django_db(transaction=True)

TEXTS = [
    "", " ", "0", "1", "01", "25", "24", "9999", "10000", "-0", "-1", "-0.0001", "0.5", ".5", "5.", ".", "0.3333",
    "0.33333", "0.500000", "1.0001", "0.9999", "1e1", "NaN", "Infinity", "0,5", " 0.25 ", "\t1\n", "٣", "１", "½",
    "ann", "a b", "a" * 64, "a" * 65, "房间", "x\u00a0", "\ufeff1", "0x1", "+1", "1 1", "CAMERASTREAM", "SCREENSTREAM",
    "KEEP_RATIO_CROP", "KEEP_RATIO_PADDING", "FIXED_USER", "SHARED_SCREEN", "camerastream", "1234567",
    "0.1234567890123", "'", '"', "<b>", "\u0000", "🙂", "0000000000", "999999999", "1000000000",
]  # fmt: skip

JUDGE = """async ([cases, rules]) => {
  const { problemsOf } = await import("/static/recording/rules.js");
  return cases.map(([rows, mode, needsPeople]) => problemsOf(rows, mode, needsPeople, rules));
}"""
READ = """async ([texts, rules]) => {
  const { shares, shareText } = await import("/static/recording/rules.js");
  return texts.map((text) => {
    const parts = shares(text, rules);
    return [parts, parts === null || parts < 0 ? null : shareText(parts, rules)];
  });
}"""


@pytest.fixture
def opened(sign_in: Any, live_server: Any, connection: Any, mona: User) -> Page:
    page: Page = sign_in(mona)
    page.goto(f"{live_server.url}/c/demo/recording/layouts/new/")
    return page


def cases() -> list[tuple[list[dict[str, str]], str, bool]]:
    """Each odd text in each field, then many rows made of all of them; always the same ones."""
    made: list[tuple[list[dict[str, str]], str, bool]] = []
    for field, text, mode in itertools.product(rules.FIELDS, TEXTS, rules.Mode):
        made.append(([{**empty_row(1), "user": "ann", field: text}], mode.value, True))
    made.extend(([dict(row) for row in preset.rows], "custom", False) for preset in presets())
    dice = random.Random(20261126)
    for _case in range(1500):
        rows = [
            {
                field: dice.choice([value, value, dice.choice(TEXTS)])
                for field, value in empty_row(number).items()
            }
            for number in range(1, dice.choice([1, 2, 3, 5, 26, 27]))
        ]
        made.append((rows, dice.choice(list(rules.Mode)).value, dice.random() < 0.5))
    made.append(([], "custom", True))
    return made


def test_both_sides_judge_alike(opened: Page) -> None:
    asked = cases()
    found = opened.evaluate(JUDGE, [[list(case) for case in asked], rules.for_scripts()])
    expected = [
        [
            [one.row, one.field, one.code]
            for one in rules.problems_of(rows, rules.Mode(mode), needs_people=needs)
        ]
        for rows, mode, needs in asked
    ]
    differing = [
        (case, theirs, ours)
        for case, theirs, ours in zip(asked, found, expected, strict=True)
        if theirs != ours
    ]
    assert differing[:3] == []
    codes = {code for problems in expected for _row, _field, code in problems}
    assert codes == set(rules.for_scripts()["said"]), "some rule is not tried"


def test_both_sides_read_and_write_shares_alike(opened: Page) -> None:
    dice = random.Random(7)
    texts = TEXTS + [f"{dice.uniform(-0.2, 1.2):.{dice.randint(0, 6)}f}" for _text in range(500)]
    expected = []
    for text in texts:
        part = rules.shares(text)
        expected.append([part, None if part is None or part < 0 else rules.share_text(part)])
    assert opened.evaluate(READ, [texts, rules.for_scripts()]) == expected
