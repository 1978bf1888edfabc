"""What templates of storage need beyond the parts that all pages share."""

from django import template
from django.utils.formats import number_format

__all__ = ["register"]

register = template.Library()
_UNITS = ("KB", "MB", "GB", "TB")


@register.filter
def kb(size: int | None) -> str:
    """{{ entry.size_kb|kb }}: a size as people read it, "12.6 MB"; a dash where the cloud did not say."""
    if size is None:
        return "–"
    value, unit = float(size), 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1024, unit + 1
    digits = 0 if unit == 0 or value >= 100 else 1
    return f"{number_format(round(value, digits), digits)} {_UNITS[unit]}"  # which cuts what it is not given rounded
