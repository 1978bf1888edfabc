"""Figures in words, for pages and letters: big numbers, rows, and what moved most."""

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.analytics.moving import Moved, biggest_mover
from console.analytics.services.backlog import Backlog
from console.analytics.services.figures import AppFigure, Combining, Field, Found, View
from console.core.text import plain

__all__ = ["app_row", "mover_said", "owed_said", "signed", "tile"]


def owed_said(owed: Backlog, *, several: bool, rests: str) -> str:
    """Say which days are still being fetched, and how long that takes. rests: why collecting pauses, or ""."""
    said = {"first": owed.first, "last": owed.last, "have": owed.fetched, "all": owed.offered}
    if several and owed.first == owed.last:
        text = _(
            "Figures of %(first)s are still being fetched: those of %(have)s of %(all)s applications are here."
        )
    elif several:
        text = _(
            "Figures of %(first)s to %(last)s are still being fetched: %(have)s of %(all)s days are here, those of each"
            " application counted."
        )
    elif owed.first == owed.last:
        text = _("The figures of %(first)s are still being fetched: %(have)s of %(all)s days are here.")
    else:
        text = _(
            "The figures of %(first)s to %(last)s are still being fetched: %(have)s of %(all)s days are here."
        )
    if rests:
        more = _("Collecting pauses; what you see is what was known before.") + " " + rests
    else:
        more = _time_left(owed.lasts)
    return " ".join([text % said, more, _("Hatched is what is not known; that is not nought.")])


def _time_left(length: timedelta) -> str:
    minutes = max(1, math.ceil(length / timedelta(minutes=1)))
    if minutes <= 90:
        return ngettext("About %(count)s minute is left.", "About %(count)s minutes are left.", minutes) % {
            "count": minutes
        }
    hours = round(minutes / 60)
    return ngettext("About %(count)s hour is left.", "About %(count)s hours are left.", hours) % {
        "count": hours
    }


def signed(number: float, digits: int = 0) -> str:
    """Return a difference with its sign; without one where it is nought as it is written."""
    text = f"{number:+.{digits}f}"
    return text.lstrip("+-") if not text.strip("+-0.") else text


def _difference(field: Field, value: float, before: float) -> str:
    """Say by how much two differ, as they are written: shares in points, all else in per cent of what it was."""
    if field.combining is Combining.RATE:
        digits = field.unit.digits
        points = round(value * 100, digits) - round(before * 100, digits)
        return _("%(points)s points") % {"points": signed(points, digits)}
    alike = field.unit.write(value) == field.unit.write(before)
    return f"{signed(0.0 if alike else (value - before) / before * 100, 1)} %"


def tile(found: Found, *, several: bool) -> dict[str, Any]:
    """Return a field as a big number with its difference and what it lacks."""
    field, value = found.field, found.whole.value
    before = found.then.value if found.then else None
    change, tone = "", ""
    if value is not None and before and found.comparable:
        share = (value - before) / before
        change = _difference(field, value, before)
        if field.more_is_better is not None and abs(share) >= 0.0005:
            tone = "an-better" if (share > 0) == field.more_is_better else "an-worse"
    written = field.unit.write(value)
    if field.combining is Combining.MOST and several and value is not None:
        written = _("at most %(value)s") % {"value": written}
    return {
        "label": field.label,
        "value": written,
        "before": field.unit.write(before) if before is not None else "",
        "change": change,
        "tone": tone,
        "incomparable": before is not None and value is not None and not found.comparable,
        "estimated": field.estimated,
        "missing": found.whole.possible - found.whole.known,
        "possible": found.whole.possible,
        "missing_then": found.then.possible - found.then.known if found.then and before is not None else 0,
        "possible_then": found.then.possible if found.then else 0,
    }


def app_row(view: View, one: AppFigure) -> dict[str, Any]:
    """Return an application with its main figure, now and before."""
    field = view.fields[0]
    unit, share = field.unit, ""
    if one.change is not None and one.before and one.value is not None:
        share = _difference(field, one.value, one.before)
    return {
        "app": one.application,
        "value": unit.write(one.value),
        "before": unit.write(one.before) if one.before is not None else "",
        "share": share,
        "missing": one.now.possible - one.now.known,
        "possible": one.now.possible,
    }


def mover_said(view: View, by_app: Sequence[AppFigure]) -> str:
    """Say which application moved the main figure most, and how much of the whole's movement that is."""
    field = view.fields[0]
    rate = field.combining in (Combining.RATE, Combining.MEDIAN)
    moved = biggest_mover([one.sides for one in by_app], rate=rate)
    if moved is None:
        return ""
    write = field.unit.write
    said = {
        "name": plain(by_app[moved.place].application.name),
        "field": field.label,
        "before": write(moved.before),
        "value": write(moved.now),
        "whole_before": write(moved.whole_before),
        "whole_now": write(moved.whole_now),
    }
    if len(by_app) == 1 or said["before"] == said["value"]:  # less than a figure is written with
        return ""
    if moved.by_share:
        text = _(
            "Moved most: %(name)s, because it became another part of the whole; its %(field)s went from %(before)s"
            " to %(value)s."
        )
    else:
        text = _("Moved most: %(name)s, %(field)s from %(before)s to %(value)s.")
    return " ".join(filter(None, [text % said, _of_whole(moved, said)]))


def _of_whole(moved: Moved, said: Mapping[str, object]) -> str:
    if said["whole_before"] == said["whole_now"]:
        return _("All together it is the same as before.")
    if moved.share is None:
        return _("All together moved the other way: from %(whole_before)s to %(whole_now)s.") % said
    if moved.share > 1:
        text = _(
            "That is more than all together moved (from %(whole_before)s to %(whole_now)s): others moved against it."
        )
        return text % said
    return _(
        "That is %(share)s %% of the movement of all together, from %(whole_before)s to %(whole_now)s."
    ) % {
        **said,
        "share": round(moved.share * 100),
    }
