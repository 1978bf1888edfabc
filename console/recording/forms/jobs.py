"""Forms to start, change, stop and adopt jobs. Ranges and rules are the cloud's, checked before it is asked.

Source: API reference, CreateMixJob, CreateIndividualStreamJob, UpdateMixJob, UpdateIndividualStreamJob.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from console.accounts.reasons import ReasonForm
from console.core.forms import Form
from console.core.text import plain
from console.recording.layouts.encodings import AUDIO_ONLY, DEFAULT, ENCODINGS
from console.recording.shapes.templates import Template
from console.sparkrtc.catalogue.shapes import LAYOUTS, MAX_IDLE, VIDEO_TYPES
from console.sparkrtc.catalogue.shared import ROOM_ID

__all__ = [
    "LAYOUT_LABELS",
    "PICTURES",
    "AdoptForm",
    "LayoutChangeForm",
    "MixForm",
    "SingleForm",
    "StopForm",
    "TemplateChangeForm",
]

_TYPED = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none", "class": "mono"}
_LONGEST_ADDRESS = 1024
_MOST_BACKGROUNDS = 500
_CAMERA, _SCREEN = VIDEO_TYPES
PICTURES = ("background_image", "default_user_background_image", "screen_background_image")

LAYOUT_LABELS: dict[str, str | Promise] = {
    "nine_grids_view": _("Grid of up to nine, by itself"),
    "screen_share_left": _("Shared screen left, people right"),
    "screen_share_right": _("Shared screen right, people left"),
    "custom": _("Drawn by hand"),
}
_TIERS = {
    "FHD": _("Full HD"),
    "HD": _("HD"),
    "SD": _("SD"),
    "LD": _("LD"),
}
_IDLE_ERRORS = {
    "required": _("Say how long to wait."),
    "invalid": _("Give a whole number of seconds."),
    "min_value": _("At least %(limit_value)s seconds."),
    "max_value": _("At most %(limit_value)s seconds, which is 12 hours."),
}

_is_id = RegexValidator(
    rf"\A(?:{ROOM_ID.expression.pattern})\Z", _("Up to 64 letters, digits, _ and -, without spaces.")
)
_IMAGE = r"s3://[^/\s]+/\S+"
_is_image = RegexValidator(rf"\A{_IMAGE}\Z", _("Give an address like s3://bucket/folder/picture.jpg."))
_BACKGROUND = re.compile(rf"({ROOM_ID.expression.pattern})\s+({_IMAGE})")


def _id_field(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=64, validators=[_is_id], widget=forms.TextInput(attrs=_TYPED), **more
    )


def _idle_field() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Ends by itself"),
        min_value=int(MAX_IDLE.low or 0),
        max_value=int(MAX_IDLE.high or 0),
        initial=MAX_IDLE.default,
        error_messages=_IDLE_ERRORS,
        help_text=_("When nobody has sent anything for so long: 5 s to 43,200 s (12 hours)."),
    )


def _image_field(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=_LONGEST_ADDRESS,
        validators=[_is_image],
        help_text=help_text,
        widget=forms.TextInput(attrs={**_TYPED, "placeholder": "s3://"}),
    )


class _RuleMixin(Form):
    """A form that chooses a recording template. templates: None where they could not be read; then an id is typed."""

    record_rule_id = forms.ChoiceField(
        label=_("Recording template"),
        error_messages={"required": _("Choose where the files go.")},
        help_text=_("It says where the files go and in which formats."),
    )

    def __init__(self, *args: Any, templates: Iterable[Template] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if templates is None:
            self.fields["record_rule_id"] = forms.CharField(
                label=_("Recording template"),
                max_length=64,
                widget=forms.TextInput(attrs=_TYPED),
                help_text=_("The templates could not be read from the cloud: give the id of one."),
            )
            return
        choices = [(one.template_id, template_label(one)) for one in templates]
        field = cast(forms.ChoiceField, self.fields["record_rule_id"])
        field.choices = choices if len(choices) == 1 else [("", _("Choose…")), *choices]


def template_label(template: Template) -> str:
    """Say which template it is: bucket and folder, formats, location."""
    return plain(f"{template.place} · {', '.join(template.formats)} · {template.location}")


class _Backgrounds(forms.CharField):
    """Lines of a participant's id and an s3:// address, as the cloud wants them."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Pictures of single participants"),
            required=False,
            max_length=_MOST_BACKGROUNDS * 200,
            widget=forms.Textarea(attrs={"rows": 3, **_TYPED}),
            help_text=_(
                "A line each: the participant's id, a space, the picture's address. "
                "Shown while their camera is off."
            ),
        )

    def clean(self, value: Any) -> list[dict[str, str]]:
        text = super().clean(value)
        lines = [line.strip() for line in (text or "").splitlines()]
        found: dict[str, str] = {}
        for number, line in enumerate(lines, start=1):
            if not line:
                continue
            match = _BACKGROUND.fullmatch(line)
            if match is None:
                raise ValidationError(
                    _("Line %(number)s is not an id and an s3:// address."), params={"number": number}
                )
            if match[1] in found:
                raise ValidationError(
                    _("Line %(number)s names a participant for the second time."), params={"number": number}
                )
            found[match[1]] = match[2]
        return [{"user_id": user_id, "image_uri": address} for user_id, address in found.items()]


class _PictureForm(Form):
    """Background pictures, and how long a job waits for people."""

    max_idle_time = _idle_field()
    background_image = _image_field(
        _("Behind everything"), _("Uploaded to the bucket before; scaled and cropped to fill the picture.")
    )
    default_user_background_image = _image_field(
        _("Behind participants"), _("Shown in a pane while its participant's camera is off.")
    )
    screen_background_image = _image_field(
        _("Behind the shared screen"), _("Shown while nobody shares a screen.")
    )
    user_background_images = _Backgrounds()

    @property
    def picture_settings(self) -> dict[str, Any]:
        """What the request carries of these fields, without those left empty."""
        data = self.cleaned_data
        found: dict[str, Any] = {name: data[name] for name in PICTURES if data.get(name)}
        if data.get("user_background_images"):
            found["user_background_images"] = data["user_background_images"]
        return found

    @property
    def has_pictures(self) -> bool:
        """Whether one is given or wrong, so that its fields are shown open."""
        names = (*PICTURES, "user_background_images")
        return any(self[name].value() or name in self.errors for name in names)


class MixForm(_RuleMixin, _PictureForm, ReasonForm):
    """Start recording a whole room. The panes come beside it, see forms/panes.py."""

    reasons = {
        "asked": _("Asked for by the customer"),
        "keep": _("To be kept or published"),
        "complaint": _("Evidence for a complaint"),
        "test": _("To try it"),
    }
    room_id = _id_field(_("Room id"))
    encode_template = forms.ChoiceField(label=_("Picture"), initial=DEFAULT)
    layout_template = forms.ChoiceField(
        label=_("Layout"),
        choices=list(LAYOUT_LABELS.items()),
        initial=LAYOUTS[0],
        error_messages={"required": _("A picture needs a layout.")},
    )
    field_order = (
        "room_id",
        "record_rule_id",
        "encode_template",
        "layout_template",
        "max_idle_time",
        *PICTURES,
        "user_background_images",
        "preset",
        "words",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["encode_template"])
        field.choices = [(name, encoding.label) for name, encoding in ENCODINGS.items()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (
            cleaned.get("encode_template") == AUDIO_ONLY
        ):  # then nothing of the picture is sent, right or wrong
            for name in ("layout_template", *PICTURES, "user_background_images"):
                self.errors.pop(name, None)
        return cleaned

    @property
    def layout(self) -> str:
        """The layout as chosen so far; "" for sound alone."""
        if self["encode_template"].value() == AUDIO_ONLY:
            return ""
        return str(self["layout_template"].value() or "")

    def settings(self, panes: list[dict[str, Any]]) -> dict[str, Any]:
        """Return mix_param without room_id, once everything is valid. Of sound alone nothing of the picture is sent."""
        data = self.cleaned_data
        found = {"encode_template": data["encode_template"], "max_idle_time": data["max_idle_time"]}
        if data["encode_template"] == AUDIO_ONLY:
            return found
        found |= {"layout_template": data["layout_template"], **self.picture_settings}
        return found | ({"layout_panes": panes} if panes else {})


class SingleForm(_RuleMixin, ReasonForm):
    """Start recording one participant."""

    reasons = MixForm.reasons
    room_id = _id_field(_("Room id"))
    user_id = _id_field(_("Participant"), help_text=_("The exact id of whom to record."))
    video_type = forms.ChoiceField(
        label=_("Picture"),
        choices=[(_CAMERA, _("Camera")), (_SCREEN, _("Shared screen"))],
        initial=_CAMERA,
        help_text=_("The cloud does not say how a picture is left out, so one is always recorded."),
    )
    select_stream_type = forms.ChoiceField(
        label=_("Quality"),
        choices=list(_TIERS.items()),
        initial="FHD",
        help_text=_("The best that the participant sends, up to this."),
    )
    is_record_audio = forms.BooleanField(label=_("Record the sound too"), required=False, initial=True)
    max_idle_time = _idle_field()
    field_order = (
        "room_id",
        "user_id",
        "record_rule_id",
        "video_type",
        "select_stream_type",
        "is_record_audio",
        "max_idle_time",
        "preset",
        "words",
    )

    def settings(self) -> dict[str, Any]:
        """Return the request's fields, once everything is valid."""
        names = ("is_record_audio", "video_type", "select_stream_type", "max_idle_time")
        return {name: self.cleaned_data[name] for name in names}


_CHANGE_REASONS = {
    "people": _("Somebody came or left"),
    "look": _("To look better"),
    "asked": _("Asked for by the customer"),
    "mistake": _("Was set wrongly"),
}


class LayoutChangeForm(_PictureForm, ReasonForm):
    """Change the picture of a mix that runs. seen: a mark of what it looked like when the form was opened.

    before: the job's settings. The cloud can replace a background picture, but not take it away.
    """

    reasons = _CHANGE_REASONS
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, before: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = before

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in (*PICTURES, "user_background_images"):
            if self.before.get(name) and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("The cloud can replace a picture but not take it away: give another."))
        return cleaned

    def settings(self, panes: list[dict[str, Any]]) -> dict[str, Any]:
        """Return mix_param of the change, once everything is valid; layout and panes only of a custom layout."""
        found = {"max_idle_time": self.cleaned_data["max_idle_time"], **self.picture_settings}
        if self.before.get("layout_template") == "custom":
            found |= {"layout_template": "custom", "layout_panes": panes}
        return found


class TemplateChangeForm(_RuleMixin, ReasonForm):
    """Record a participant by another template."""

    reasons = _CHANGE_REASONS
    field_order = ("record_rule_id", "preset", "words")


class StopForm(ReasonForm):
    """Stop a job."""

    reasons = {
        "done": _("Enough is recorded"),
        "asked": _("Asked for by the customer"),
        "consent": _("Somebody did not agree to be recorded"),
        "mistake": _("Started by mistake"),
        "test": _("Was for a test only"),
    }


class GiveUpForm(ReasonForm):
    """Look no longer for a start that nothing tells of."""

    reasons = {
        "no_file": _("No file and no notification will come any more"),
        "again": _("It was recorded by another job"),
        "over": _("The room has closed"),
        "unneeded": _("The recording is not needed"),
    }


class AdoptForm(Form):
    """Name a job that was started elsewhere."""

    app_id = forms.ChoiceField(label=_("Application"), error_messages={"required": _("Choose one.")})
    job_id = forms.RegexField(
        r"\A[A-Za-z0-9_-]{1,64}\Z",
        label=_("Job id"),
        max_length=64,
        widget=forms.TextInput(attrs=_TYPED),
        error_messages={"invalid": _("A job id has up to 64 letters, digits, _ and -.")},
        help_text=_(
            "It stands in the name of each recorded stream: m_<job>_<room> or s_<job>_<room>_<user>."
        ),
    )
    kind = forms.ChoiceField(
        label=_("It records"),
        required=False,
        choices=[("", _("I don't know")), ("mix", _("a whole room")), ("single", _("one participant"))],
        help_text=_("Not knowing may cost one request more."),
    )

    def __init__(self, *args: Any, applications: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["app_id"]).choices = [("", _("Choose…")), *applications]
