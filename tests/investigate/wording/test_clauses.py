"""Every clause that the engine can say has its sentence, in both languages, with the values that it brings."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import timezone, translation

from console.investigate import verdict
from console.investigate.verdict import LIMITS, RULES
from console.investigate.verdict.result import Clause, Direction, Exhibit, ExhibitKind
from console.investigate.wording import CLAUSES, RULE_TEXTS, figure, limit_name, metric_name, sentence
from console.sparkrtc.catalogue.analytics import QOS_INDICATORS

_SOURCE = "\n".join(path.read_text() for path in sorted(Path(verdict.__file__).parent.rglob("*.py")))
_ID = re.compile(r'"((?:[A-Z]\d+|[a-z]+)(?:[._][a-z_0-9]+)+)"')
# Ids that are put together: R1.says + _slow, R9.says and R10.says, R14.says_ and what was named.
_MADE = {f"R{number}.says{slow}" for number in range(1, 5) for slow in ("", "_slow")}
_MADE |= {"R9.says", "R10.says", "R14.says_uplink", "R14.says_downlink", "R14.says_silent"}
_PLAIN = {"votes", "noticed", "narrow", "note", "left", "present", "calm", "echo"}


def test_whatever_can_be_said_has_a_sentence_and_no_sentence_is_idle():
    written = set(_ID.findall(_SOURCE))
    said = {
        name
        for name in written
        if re.match(r"(R\d+|advice|cap|caveat|circle|fit|series|sure|action|both)\.", name)
    }
    assert said <= CLAUSES.keys(), said - CLAUSES.keys()
    named = set(re.findall(r'"([A-Za-z0-9_.]+)"', _SOURCE)) | _MADE
    assert CLAUSES.keys() <= named | _PLAIN, CLAUSES.keys() - named
    for name in re.findall(r'Clause\(\s*id="([^"]+)"', _SOURCE):
        assert name in CLAUSES, name


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_sentences_have_the_same_values_in_both_languages(language):
    with translation.override("en"):
        english = {name: _places(text) for name, text in CLAUSES.items()}
    with translation.override(language):
        for name, text in CLAUSES.items():
            assert _places(text) == english[name], name
            assert _places(text, 1) == english[name], name
            assert text % _Everything(2)


class _Place(int):
    """A number that is written as the place it stands at."""

    name = ""

    def __str__(self) -> str:
        return f"%({self.name})s"


class _Everything(dict):
    def __init__(self, number):
        super().__init__()
        self.number = number

    def __missing__(self, name):
        place = _Place(self.number)
        place.name = name
        return place


def _places(text, number=2):
    return sorted(re.findall(r"%\((\w+)\)s", text % _Everything(number)))


def test_one_is_said_otherwise_than_many():
    one = {"person": "ann", "hit": 1, "of": 1, "count": 1, "total": 1, "what": "cpu"}
    said = [sentence(Clause(id=name, params=one)) for name in ("calm.others_hit", "others.hit", "votes")]
    assert said == [
        "Nothing was wrong with what ann received, but 1 other person suffered.",
        "1 of 1 other person who received ann suffered too.",
        "The cloud named the processor in 1 of 1 event.",
    ]
    many = {**one, "hit": 3, "of": 4}
    assert sentence(Clause(id="calm.others_hit", params=many)).endswith("but 3 others suffered.")
    with translation.override("zh-hans"):
        chinese = sentence(Clause(id="calm.others_hit", params=one))
    assert "1" in chinese
    assert "others" not in chinese
    assert sentence(Clause(id="calm.others_hit", params={"person": "ann"})).endswith(
        "unknown others suffered."
    )


def test_a_curve_is_said_with_its_figures_units_and_times():
    exhibit = Exhibit(
        kind=ExhibitKind.SERIES, metric="vloss", direction=Direction.UP, person="ann", value=0.1234, worst=0.31,
        limit="loss_bad", limit_value=0.05, hits=9, points=14,
        since=datetime(2026, 11, 12, 7, 8, tzinfo=UTC), until=datetime(2026, 11, 12, 7, 21, tzinfo=UTC),
    )  # fmt: skip
    with timezone.override("Asia/Shanghai"):
        said = sentence(Clause(id="series.above", exhibits=(exhibit,)))
    assert said == (
        "Packet loss of the picture, up from ann: 12 %, above 5 % in 9 of 14 points (15:08–15:21)"
    )
    with timezone.override("Asia/Shanghai"), translation.override("zh-hans"):
        said = sentence(Clause(id="series.above", exhibits=(exhibit,)))
    assert said == "视频丢包率，ann 上行：12 %，14 个点中有 9 个高于 5 %（15:08–15:21）"


@pytest.mark.parametrize(
    ("metric", "value", "said"),
    [
        ("vloss", 0.004, "0.4 %"),
        ("vblock", 0.5, "50 %"),
        ("vrtt", 431.4, "431 ms"),
        ("syscpu", 88.2, "88 %"),
        ("abit", 1.25, "1.2 kbit/s"),
        ("vfps", 7, "7 fps"),
        ("vwidth", 640, "640 px"),
        ("new", 3, "3"),
        ("vloss", None, "unknown"),
    ],
)
def test_figures_have_units(metric, value, said):
    assert figure(metric, value) == said


def test_ids_of_others_are_made_harmless_and_can_be_named():
    clause = Clause(id="R7.says", params={"person": "\u202egnp.exe"})
    assert "U+202E" in sentence(clause)
    assert "Lin" in sentence(clause, lambda person: "Lin")
    percent = Clause(id="note", params={"text": "100 %(person)s %s"})
    assert sentence(percent) == "The client said: 100 %(person)s %s"


def test_what_another_version_said_is_said_to_be_so():
    assert "R99.says" in sentence(Clause(id="R99.says"))
    assert "unknown" in sentence(Clause(id="R7.says"))
    assert sentence(Clause(id="left", params={"person": "ann", "left_at": "never"})) == "ann left at unknown."


def test_rules_limits_and_indicators_have_names():
    assert RULE_TEXTS.keys() == {rule.id for rule in RULES}
    for limit in LIMITS:
        assert limit_name(limit.id) != limit.id
    for metric in QOS_INDICATORS:
        assert metric_name(metric) != metric
