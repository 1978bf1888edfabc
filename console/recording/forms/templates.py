"""Forms about recording templates. Ranges and rules are the cloud's, checked before it is asked.

Source: API reference, CreateRecordRule, UpdateRecordRule; OBS, API reference, object names.
"""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from console.accounts.reasons import ReasonForm
from console.accounts.stepup import StepUpMixin
from console.core.text import plain
from console.recording.naming import DEFAULT_PREFIX, LONGEST_NAME_BYTES, VARIABLES, filled, unknown_variables
from console.recording.shapes.templates import FileSettings, Template
from console.sparkrtc.catalogue.shapes import HLS, MP4
from console.sparkrtc.catalogue.shared import RECORDING_REGION
from console.sparkrtc.obs import can_be_linked
from console.sparkrtc.operation import Param
from console.sparkrtc.values import InvalidValue, to_wire
from console.storage.shapes import Bucket

__all__ = ["FORMATS", "DeleteTemplateForm", "TemplateForm", "initial_of", "template_from"]

FORMATS = ("HLS", "MP4")
_TYPED = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none", "class": "mono"}
_LONGEST_STREAM = (
    "m" * 150
)  # rooms and participants have ids of up to 64 letters, jobs and applications of 32
_NOT_A_NUMBER = _("Give a whole number of seconds.")


class _Seconds(forms.IntegerField):
    """A number that the catalogue knows the range of."""

    def __init__(self, param: Param, label: Any, help_text: Any, initial: int) -> None:
        least = param.low if param.also is None else min(param.low or 0, param.also)
        super().__init__(
            label=label,
            initial=initial,
            help_text=help_text,
            widget=forms.NumberInput(attrs={"min": int(least or 0), "max": int(param.high or 0)}),
            error_messages={"required": _("Say how many seconds."), "invalid": _NOT_A_NUMBER},
        )
        self.param = param

    def clean(self, value: Any) -> int | None:
        number = super().clean(value)
        if number is not None:
            try:
                to_wire(self.param, number, self.param.name)
            except InvalidValue:
                raise ValidationError(self._range()) from None
        return number

    def _range(self) -> str:
        low, high, also = (f"{int(n or 0):,}" for n in (self.param.low, self.param.high, self.param.also))
        if self.param.also is None:
            return gettext("Give %(low)s to %(high)s seconds.") % {"low": low, "high": high}
        return gettext("Give %(low)s to %(high)s seconds, or %(also)s.") % {
            "low": low,
            "high": high,
            "also": also,
        }


def _param(shape: Any, name: str) -> Param:
    return next(param for param in shape.fields if param.name == name)


def _cycle(shape: Any, help_text: Any, initial: int) -> _Seconds:
    return _Seconds(_param(shape, "record_cycle"), _("Length of a file"), help_text, initial)


def _gap(shape: Any, help_text: Any, initial: int) -> _Seconds:
    param = _param(shape, "record_max_duration_to_merge_file")
    return _Seconds(param, _("Go on in the same file after"), help_text, initial)


class _Prefix(forms.CharField):
    """The path and name of a file, with its variables."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Path and name"),
            initial=DEFAULT_PREFIX,
            max_length=512,
            widget=forms.TextInput(attrs=_TYPED),
            error_messages={"required": _("Say how files are called.")},
            help_text=_(
                "Below the folder. Filled in: {app_id}, {record_format}, {stream}, {file_start_time}."
            ),
        )

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if unknown := unknown_variables(text):
            raise ValidationError(
                gettext("%(unknown)s is no variable. There are: %(known)s.")
                % {
                    "unknown": plain(", ".join(unknown)),
                    "known": ", ".join(f"{{{name}}}" for name in VARIABLES),
                }
            )
        _check_path(text)
        if text.endswith("/"):
            raise ValidationError(_("The name of a file cannot end in a slash."))
        return text


def _check_path(text: str) -> None:
    if text.startswith("/"):
        raise ValidationError(_("It cannot begin with a slash."))
    if plain(text) != text:
        raise ValidationError(_("There are characters in this that cannot be seen. Type it anew."))
    if not can_be_linked(text):
        raise ValidationError(_("“.” and “..” cannot stand for a folder: no address could carry the name."))


class TemplateForm(ReasonForm):
    """The settings of a template. buckets: those of the region, None where they could not be read.

    confirm: names the template that is replaced, as it was when it was shown. seen: the template as it was when the
    form was opened.
    """

    bucket = forms.ChoiceField(label=_("Bucket"), error_messages={"required": _("Choose a bucket.")})
    project_id = forms.CharField(
        label=_("Project id of the bucket's region"),
        max_length=64,
        widget=forms.TextInput(attrs=_TYPED),
        validators=[
            RegexValidator(r"\A[0-9A-Za-z_-]+\Z", _("Letters, digits, _ and - only, without spaces."))
        ],
        help_text=_("From My Credentials in the cloud's console, for cn-north-4."),
    )
    folder = forms.CharField(
        label=_("Folder"),
        max_length=LONGEST_NAME_BYTES,
        required=False,
        widget=forms.TextInput(attrs=_TYPED | {"placeholder": "rtc/"}),
        help_text=_("Within the bucket. Left empty, its top."),
    )
    formats = forms.MultipleChoiceField(
        label=_("Formats"),
        choices=[
            ("HLS", _("HLS: a playlist and slices, there while it is recorded")),
            ("MP4", _("MP4: one file, there when it is finished")),
        ],
        initial=["MP4"],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose a format at least.")},
    )
    hls_cycle = _cycle(HLS, _("60–43,200 s (12 hours); 0 puts the whole stream into one file."), 3600)
    hls_slice = _Seconds(
        _param(HLS, "record_slice_duration"),
        _("Length of a slice"),
        _("2–60 s. A slice can be watched once it is full."),
        10,
    )
    hls_gap = _gap(HLS, _("0–300 s of silence; −1 whenever it comes back; 0 begins a new file."), 0)
    hls_prefix = _Prefix()
    mp4_cycle = _cycle(MP4, _("60–10,800 s (3 hours)."), 3600)
    mp4_gap = _gap(MP4, _("0–300 s of silence; 0 begins a new file."), 0)
    mp4_prefix = _Prefix()
    confirm = forms.CharField(required=False, max_length=200)
    seen = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args: Any, buckets: Iterable[Bucket] | None, keep: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = False
        self.fields["words"].label = _("Reason")
        if buckets is None:
            self.fields["bucket"] = forms.CharField(
                label=_("Bucket"),
                max_length=256,
                widget=forms.TextInput(attrs=_TYPED),
                help_text=_(
                    "The buckets could not be read from the cloud: give the name of one in cn-north-4."
                ),
            )
            self.order_fields(["bucket"])
            return
        choices = [(one.name, _bucket_label(one)) for one in buckets]
        if keep and keep not in dict(choices):
            choices.append((keep, gettext("%(name)s (not in the list of buckets)") % {"name": plain(keep)}))
        cast(forms.ChoiceField, self.fields["bucket"]).choices = [("", _("Choose…")), *choices]

    def full_clean(self) -> None:
        """Check what belongs to the chosen formats, and let the rest be."""
        chosen = self["formats"].value() or [] if self.is_bound else FORMATS
        for name, field in self.fields.items():
            if name.startswith(("hls_", "mp4_")):
                field.required = name[:3].upper() in chosen
        super().full_clean()
        for name, field in self.fields.items():
            if name.startswith(("hls_", "mp4_")):
                if name[:3].upper() not in chosen:
                    self.errors.pop(name, None)
                field.required = True  # of what is shown, nothing is optional

    def clean_folder(self) -> str:
        folder: str = self.cleaned_data["folder"]
        if folder:
            _check_path(folder)
        return folder

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for kind in cleaned.get("formats", ()):
            name = f"{kind.lower()}_prefix"
            if cleaned.get(name) and "folder" in cleaned:
                longest = filled(
                    cleaned["folder"], cleaned[name], kind, app_id="a" * 32, stream=_LONGEST_STREAM
                )
                if len(longest.encode()) > LONGEST_NAME_BYTES:
                    self.add_error(
                        name, gettext("With the folder it is too long: a name may have 1,024 bytes.")
                    )
        return cleaned

    def template(self, app_id: str, template_id: str = "") -> Template:
        """Return the template that the form describes, once it is valid."""
        return template_from(self.cleaned_data, app_id, template_id)

    def draft(self, app_id: str, template_id: str = "") -> Template:
        """Return the template that the form describes so far, whatever is wrong with it; for a preview."""
        return template_from({name: self[name].value() for name in self.fields}, app_id, template_id)


def template_from(data: Any, app_id: str, template_id: str) -> Template:
    """Return a template of a form's values."""
    formats = data.get("formats") or []
    hls = mp4 = None
    if "HLS" in formats:
        hls = FileSettings(
            _number(data.get("hls_cycle")),
            data.get("hls_prefix") or DEFAULT_PREFIX,
            _number(data.get("hls_gap")),
            _number(data.get("hls_slice")),
        )
    if "MP4" in formats:
        mp4 = FileSettings(
            _number(data.get("mp4_cycle")),
            data.get("mp4_prefix") or DEFAULT_PREFIX,
            _number(data.get("mp4_gap")),
        )
    return Template(
        app_id=app_id,
        template_id=template_id,
        location=RECORDING_REGION,
        bucket_project_id=data.get("project_id") or "",
        bucket=data.get("bucket") or "",
        folder=data.get("folder") or "",
        hls=hls,
        mp4=mp4,
    )


def initial_of(template: Template) -> dict[str, Any]:
    """Return what the form shows of a template."""
    found: dict[str, Any] = {
        "bucket": template.bucket,
        "project_id": template.bucket_project_id,
        "folder": template.folder,
        "formats": list(template.formats),
    }
    for kind, settings in template.files():
        short = kind.lower()
        found |= {
            f"{short}_cycle": settings.cycle_seconds,
            f"{short}_gap": settings.merge_gap_seconds,
            f"{short}_prefix": settings.prefix,
        }
        if settings.slice_seconds is not None:
            found[f"{short}_slice"] = settings.slice_seconds
    return {name: value for name, value in found.items() if value is not None}


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _bucket_label(bucket: Bucket) -> str:
    state = "" if bucket.authorized else f" ({gettext('not authorised')})"
    return f"{plain(bucket.name)}{state}"


class DeleteTemplateForm(StepUpMixin, ReasonForm):
    """Delete a template."""

    reasons = {
        "unused": _("Not used any more"),
        "moved": _("Recordings are kept elsewhere now"),
        "test": _("Was for a test only"),
    }
