"""What the cloud refused, beside the field of the form that it is about."""

import re
from collections.abc import Mapping

from django.forms import Form
from django.utils.translation import gettext as _

from console.core import sentences
from console.core.text import plain
from console.sparkrtc.errors import InvalidParameters, Refused, SparkError

__all__ = ["put_on_form"]


def put_on_form(form: Form, error: SparkError, fields: Mapping[str, str]) -> bool:
    """Add a refusal to the form's errors, at the field that it is about; False when it is about none of them.

    fields: {error code or the cloud's name of a parameter: field of the form}; "" is the form as a whole. A code
    decides before a parameter that the cloud's own text names, so that one code for many fields is left out here.
    """
    if isinstance(error, InvalidParameters):
        return _put_problems(form, error, fields)
    if not isinstance(error, Refused):
        return False
    found = fields.get(error.error_code)
    if found is None:
        found = next((field for name, field in fields.items() if _names(error.cloud_message, name)), None)
    if found is None or (found and found not in form.fields):
        return False
    form.add_error(found or None, _said(error))
    return True


def _put_problems(form: Form, error: InvalidParameters, fields: Mapping[str, str]) -> bool:
    placed = False
    for name, problem in error.problems.items():
        field = fields.get(name, fields.get(name.partition(".")[0]))
        if field is not None and (not field or field in form.fields):
            form.add_error(field or None, sentences.complaint(problem))
            placed = True
    return placed


def _names(text: str, parameter: str) -> bool:
    return bool(parameter) and re.search(rf"(?<![\w.]){re.escape(parameter)}(?![\w])", text) is not None


def _said(error: Refused) -> str:
    """Say that it was the cloud, what its code means, and its own words, which nobody need trust."""
    meaning = " ".join(sentences.parts(error)[1:])
    first = _("The cloud refused this.")
    own = f"({plain(error.cloud_message)[:200]})" if error.cloud_message else ""
    return " ".join(part for part in (first, meaning, own) if part)
