"""Parameters that several categories have in common."""

from __future__ import annotations

import re

from console.sparkrtc.operation import Param, Pattern, in_path, in_query, moment, text, whole

__all__ = [
    "APPLICATION",
    "END_TIME",
    "NAME",
    "PAGE_NUMBER",
    "PROJECT",
    "RECORDING_REGION",
    "REQUIRED_WINDOW",
    "ROOM_FILTER",
    "ROOM_ID",
    "ROOM_IN_PATH",
    "ROW_LIMIT",
    "ROW_OFFSET",
    "START_TIME",
    "STATISTICS_APPLICATION",
    "app_in_query",
]

ROOM_ID = Pattern(re.compile(r"[A-Za-z0-9_-]{1,64}"), 'up to 64 letters, digits, "_" or "-"')
NAME = Pattern(re.compile(r"[\w-]{1,64}"), 'up to 64 letters, digits, "_" or "-"')

# Recordings can be kept in one region only, although buckets of six can be authorized.
RECORDING_REGION = "cn-north-4"

APPLICATION = Param("app_id", in_path, text, required=True)
PROJECT = Param("project_id", in_path, text, required=True, filled=True)

# Rooms and participants come from lists of the cloud, so an id that breaks the documented form must still
# be usable to end the room or remove the person: no pattern here, only what a path can carry.
ROOM_IN_PATH = Param("room_id", in_path, text, required=True)
ROOM_FILTER = Param("room_id", in_query, text, shortest=1)


def app_in_query(wire: str) -> Param:
    """The application of a statistics query, which is `app` in some operations and `app_id` in others."""
    return Param("app_id", in_query, text, wire=wire, required=True)


STATISTICS_APPLICATION = app_in_query("app")

START_TIME = Param("start_time", in_query, moment)
END_TIME = Param("end_time", in_query, moment)
REQUIRED_WINDOW = (
    Param("start_time", in_query, moment, required=True),
    Param("end_time", in_query, moment, required=True),
)

# `offset` is a page number in two lists and a number of rows in the others.
PAGE_NUMBER = Param("offset", in_query, whole, low=0, unit="pages")
ROW_OFFSET = Param("offset", in_query, whole, low=0, unit="rows", default=0)
ROW_LIMIT = Param("limit", in_query, whole, low=1, unit="rows", default=10)
