"""Who has the trouble: what the others have of somebody is not said of that person."""

from time import perf_counter

import pytest

from console.investigate.verdict.evidence import Symptom
from tests.investigate.test_pasted import read


@pytest.mark.parametrize(
    "text",
    [
        "u-1 says the others cannot hear him",
        "the others couldn’t hear u-1",
        "u-1: nobody can hear me",
        "nobody could see the video of u-1",
        "others see me freezing, u-1",
        "the  others\tcannot hear him, u-1",
        "we can't hear u-1",
        "the others say his picture froze, u-1",
        "the picture of u-1 froze for the others",
        "u-1 对方听不到我说话",
        "u-1 说对方听不见他的声音",
        "u-1 别人看不到我的画面",
        "u-1 他们看到我卡顿",
        "u-1 大家都听不到我的声音",
    ],
)
def test_what_the_others_have_is_not_said_of_whoever_complains(text: str) -> None:
    pasted = read(text)
    assert pasted.symptom is None
    assert pasted.ids == ("u-1",)


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("u-1 couldn't hear u-2", Symptom.NO_SOUND),
        ("u-1 can't hear the others, and they cannot hear him", Symptom.NO_SOUND),
        ("the others are fine but u-1 can't see them", Symptom.NO_PICTURE),
        ("it is fine for the others but u-1 froze", Symptom.FREEZE),
        ("nobody could hear anything", Symptom.NO_SOUND),
        ("听不到对方说话", Symptom.NO_SOUND),
        ("我看不到对方的画面", Symptom.NO_PICTURE),
        ("对方没有声音", Symptom.NO_SOUND),
        ("老师听不到声音", Symptom.NO_SOUND),
        ("u-1 can’t hear", Symptom.NO_SOUND),
        ("u-1 couldn’t see", Symptom.NO_PICTURE),
        ("u-1: the picture was black", Symptom.NO_PICTURE),
        ("u-1: screen went completely dark, screen is black", Symptom.NO_PICTURE),
        ("u-1 画面是黑的", Symptom.NO_PICTURE),
    ],
)
def test_what_whoever_complains_has_is_said(text: str, symptom: Symptom) -> None:
    assert read(text).symptom is symptom


def test_a_long_text_of_others_is_read_quickly() -> None:
    started = perf_counter()
    for word in ("others ", "they can hear ", "x", "for ", "9", "对方", "they can ", "and "):
        read(word * 2000)
    assert perf_counter() - started < 4
