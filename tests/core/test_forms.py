"""A form that comes back because something is empty says what to do, in the reader's language."""

from collections.abc import Iterator

import pytest
from django import forms
from django.utils import translation

from console.core.forms import Form, SaysWhatToDo

CHOICES = [("a", "A"), ("b", "B")]


class Sample(Form):
    name = forms.CharField(label="Name")
    place = forms.ChoiceField(label="Place", choices=CHOICES)
    side = forms.ChoiceField(label="Side", choices=CHOICES, widget=forms.RadioSelect)
    days = forms.MultipleChoiceField(label="Days", choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    sure = forms.BooleanField(label="I am sure")
    form_id = forms.UUIDField(widget=forms.HiddenInput)
    own = forms.CharField(label="Own", error_messages={"required": "Say why."})


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("name", "Fill in “Name”."),
        ("place", "Choose something under “Place”."),
        ("side", "Choose something under “Side”."),
        ("days", "Choose at least one under “Days”."),
        ("sure", "Tick “I am sure”."),
        ("form_id", "The form came back incomplete: open it again."),
        ("own", "Say why."),
    ],
)
def test_what_is_missing_is_said_with_what_to_do(name: str, said: str) -> None:
    form = Sample({})
    assert form.errors[name] == [said]
    assert form.has_error(name, "required")


def test_it_is_said_in_the_readers_language_under_the_label_of_the_moment() -> None:
    form = Sample({})
    form.fields["name"].label = "名称"
    with translation.override("zh-hans"):
        assert form.errors["name"] == ["请填写“名称”。"]


def test_other_complaints_stay_as_they_are() -> None:
    form = Sample({"name": "x", "place": "nowhere"})
    assert "name" not in form.errors
    assert "nowhere" in form.errors["place"][0]


def test_every_form_of_the_console_says_what_to_do() -> None:
    import console.urls  # noqa: F401  (the forms are imported with their pages)

    ours = {one for one in _subclasses(forms.BaseForm) if one.__module__.startswith("console.")}
    assert len(ours) > 40
    assert {one.__qualname__ for one in ours if not issubclass(one, SaysWhatToDo)} == set()


def _subclasses(kind: type) -> Iterator[type]:
    for one in kind.__subclasses__():
        yield one
        yield from _subclasses(one)
