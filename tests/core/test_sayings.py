"""What was written down in English is read in the reader's language, and somebody's own words stay theirs."""

import pytest
from django.utils import translation

from console.accounts.reasons import ReasonForm
from console.core.sayings import register_sayings, say
from console.rooms import actions
from console.sparkrtc.messages import TEXTS

LEFT = actions.SEEN_TO_LEAVE % {"left": 39, "asked": 41}


@pytest.fixture(autouse=True)
def chinese() -> object:
    with translation.override("zh-hans"):
        yield


def test_known_sentences_are_said_one_after_the_other() -> None:
    back = actions.CAME_BACK % {"count": 2}
    said = say(f"{LEFT}; {back}; {actions.CLOSED}")
    assert "39" in said
    assert "41" in said
    assert said.count("; ") == 2
    assert not set(said) & set("abcdefghijklmnopqrstuvwxyz")


def test_in_english_nothing_is_touched() -> None:
    with translation.override("en"):
        assert say(LEFT) == LEFT


@pytest.mark.parametrize("reason", ["Rooms", "shouts at others", "", "50% of them: noise", "%(left)s of it"])
def test_own_words_stay_as_they_were_written(reason: str) -> None:
    assert say(reason) == reason


def test_own_words_behind_a_preset_() -> None:
    said = say("Disturbs others: Past its scheduled end, shouts")
    assert said.endswith(": Past its scheduled end, shouts")
    assert not said.startswith("Disturbs")


def test_the_reasons_of_every_form_are_known() -> None:
    import console.urls  # noqa: F401  (the forms are imported with their pages)

    ours = [form for form in _subclasses(ReasonForm) if form.__module__.startswith("console.")]
    forms = [form for form in ours if form.reasons]
    assert forms
    for form in forms:
        for label in form.reasons.values():
            with translation.override("en"):
                english = str(label)
            assert say(english) == str(label) != english


def test_errors_of_the_cloud_are_known() -> None:
    host = {"host": "rtc.example.com"}
    said = say(f"{TEXTS['name'] % host}")
    assert "rtc.example.com" in said
    assert "Nothing was sent" not in said


def test_of_two_that_fit_the_one_with_more_words_of_its_own_is_meant() -> None:
    register_sayings(["%(anything)s came back"])
    assert say(actions.CAME_BACK % {"count": 3}) != ""
    assert "3" in say(actions.CAME_BACK % {"count": 3})


def _subclasses(form: type[ReasonForm]) -> list[type[ReasonForm]]:
    return [found for child in form.__subclasses__() for found in (child, *_subclasses(child))]
