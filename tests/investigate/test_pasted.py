"""What a pasted text says: a table of what people paste, and what is read out of it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.investigate.pasted import Pasted, read_pasted
from console.investigate.verdict.evidence import Symptom

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2027, 3, 2, 12, 0, tzinfo=UTC)  # a Tuesday, 20:00 in Shanghai
APPS = {"a" * 32: "Demo School", "b" * 32: "帮助台"}
U1_FROZE: dict[str, Any] = {"ids": ("u-1",), "symptom": Symptom.FREEZE}
SESSION = "5d41402abc4b2a76b9719d911017c592"


def read(text: str) -> Pasted:
    return read_pasted(text, zone=SHANGHAI, now=NOW, apps=APPS)


def when(pasted: Pasted) -> tuple[str, str] | None:
    """The moment in the customer's zone."""
    if pasted.moment is None:
        return None
    return tuple(  # type: ignore[return-value]
        one.astimezone(SHANGHAI).strftime("%m-%d %H:%M") for one in (pasted.moment.start, pasted.moment.end)
    )


def at(text: str) -> tuple[str, str]:
    return text, text


@pytest.mark.parametrize(
    ("text", "told", "moment"),
    [
        ("u-4711", {"ids": ("u-4711",)}, None),
        ("alice", {"ids": ("alice",)}, None),
        ("4711", {"ids": ("4711",)}, None),
        (
            "u-4711 could not hear anybody at 15:10",
            {"ids": ("u-4711",), "symptom": Symptom.NO_SOUND},
            at("03-02 15:10"),
        ),
        ("yesterday 3 pm u-1 froze", {"ids": ("u-1",), "symptom": Symptom.FREEZE}, at("03-01 15:00")),
        (
            "昨天下午3点 用户 u-4711 听不到声音",
            {"users": ("u-4711",), "symptom": Symptom.NO_SOUND},
            at("03-01 15:00"),
        ),
        ("昨天下午3点", {}, at("03-01 15:00")),
        (
            "用户u-4711在房间lecture-7 15:10听不见",
            {"users": ("u-4711",), "rooms": ("lecture-7",), "symptom": Symptom.NO_SOUND},
            at("03-02 15:10"),
        ),
        (
            "user bob_1 in room lecture-7 from 3 to 4 pm",
            {"users": ("bob_1",), "rooms": ("lecture-7",)},
            ("03-02 15:00", "03-02 16:00"),
        ),
        ("15:10-15:30 room r1", {"rooms": ("r1",)}, ("03-02 15:10", "03-02 15:30")),
        ("between 23:50 and 00:10 u-1", {"ids": ("u-1",)}, ("03-01 23:50", "03-02 00:10")),
        ("2027-03-01T14:30:00Z u-2", {"ids": ("u-2",)}, at("03-01 22:30")),
        ("2027-03-01 14:30–15:00 u-2 (UTC+8)", {"ids": ("u-2",)}, ("03-01 14:30", "03-01 15:00")),
        ("2027/03/01 14:30 u-2 北京时间", {"ids": ("u-2",)}, at("03-01 14:30")),
        ("13.02.2027 9:00 u-1", {"ids": ("u-1",)}, at("02-13 09:00")),
        ("2027年3月1日 15点10分 u-1", {"ids": ("u-1",)}, at("03-01 15:10")),
        (
            "3月1日 下午3点半 u-9 进不去房间",
            {"ids": ("u-9",), "symptom": Symptom.CANNOT_JOIN},
            at("03-01 15:30"),
        ),
        ("Mar 1 at 7:15 pm user u-8", {"users": ("u-8",)}, at("03-01 19:15")),
        ("1st of March u-8", {"ids": ("u-8",)}, ("03-01 00:00", "03-02 00:00")),
        ("u-1 on Monday at 10", {"ids": ("u-1",)}, at("03-01 10:00")),
        ("上周五晚上8点 u-1", {"ids": ("u-1",)}, at("02-26 20:00")),
        (
            "20 minutes ago u-3 black screen",
            {"ids": ("u-3",), "symptom": Symptom.NO_PICTURE},
            at("03-02 19:40"),
        ),
        ("2小时前 u-3 很卡", {"ids": ("u-3",), "symptom": Symptom.FREEZE}, at("03-02 18:00")),
        ("u-4711 at 15h", {"ids": ("u-4711",)}, at("03-02 15:00")),
        ("中午12点半 u-1", {"ids": ("u-1",)}, at("03-02 12:30")),
        ("u-1 at 12 am", {"ids": ("u-1",)}, at("03-02 00:00")),
        ("u-1 at noon", {"ids": ("u-1",)}, at("03-02 12:00")),
        ("u-1 22:30", {"ids": ("u-1",)}, at("03-01 22:30")),  # not yet today, so it was yesterday
        ("u-1 yesterday afternoon", {"ids": ("u-1",)}, ("03-01 12:00", "03-01 18:00")),
        ("u-1 yesterday", {"ids": ("u-1",)}, ("03-01 00:00", "03-02 00:00")),
        ("u-1 today", {"ids": ("u-1",)}, ("03-02 00:00", "03-02 20:00")),
        (
            "u-4711 说昨晚8点声音断断续续",
            {"ids": ("u-4711",), "symptom": Symptom.BROKEN_SOUND},
            at("03-01 20:00"),
        ),
        ("王小明", {"names": ("王小明",)}, None),
        ('"Wang Li" at 9:05', {"names": ("Wang Li",)}, at("03-02 09:05")),
        ("nickname: 小红 昨天", {"names": ("小红",)}, ("03-01 00:00", "03-02 00:00")),
        ("203.0.113.24", {"addresses": ("203.0.113.24",)}, None),
        ("2001:db8::1 at 10:00", {"addresses": ("2001:db8::1",)}, at("03-02 10:00")),
        (SESSION, {"sessions": (SESSION,)}, None),
        (f"session {SESSION} at 15:10", {"sessions": (SESSION,)}, at("03-02 15:10")),
        (
            "at 3 pm, user 12345 could not join Demo School",
            {"users": ("12345",), "apps": ("a" * 32,), "symptom": Symptom.CANNOT_JOIN},
            at("03-02 15:00"),
        ),
        ("u-1 in 帮助台", {"ids": ("u-1",), "apps": ("b" * 32,)}, None),
        ("u-1: the picture is blurry", {"ids": ("u-1",), "symptom": Symptom.BLURRED}, None),
        ("u-1 hears an echo", {"ids": ("u-1",), "symptom": Symptom.ECHO}, None),
        ("u-1 slow to join", {"ids": ("u-1",), "symptom": Symptom.SLOW_JOIN}, None),
        # Dates with slashes: one reading is impossible, or has not been yet.
        ("u-1 02/24/2027 14:41", {"ids": ("u-1",)}, at("02-24 14:41")),
        ("u-1 24/02/2027 2:41 PM", {"ids": ("u-1",)}, at("02-24 14:41")),
        ("u-1 01/02/2027 14:41", {"ids": ("u-1",)}, at("02-01 14:41")),
        ("u-1 02/28 at 14:41", {"ids": ("u-1",)}, at("02-28 14:41")),
        ("u-1 answers 24/7 at 14:41", {"ids": ("u-1",)}, at("03-02 14:41")),
        # Zones by their abbreviations, in summer and winter alike.
        ("Mar 1 2:41pm PST u-1", {"ids": ("u-1",)}, at("03-02 06:41")),
        ("u-1 2027-03-01 15:10 CET", {"ids": ("u-1",)}, at("03-01 22:10")),
        ("u-1 10:00 (JST)", {"ids": ("u-1",)}, at("03-02 09:00")),
        ("u-1 is at 10:00 est", {"ids": ("u-1",)}, at("03-02 10:00")),
        # Two times with a hyphen between them are a range; an offset has seconds, an ISO date or no colon.
        ("u-1 froze yesterday 10:00-10:30", U1_FROZE, ("03-01 10:00", "03-01 10:30")),
        ("u-1 03:00-03:20", {"ids": ("u-1",)}, ("03-02 03:00", "03-02 03:20")),
        ("u-1 14:05-14:20", {"ids": ("u-1",)}, ("03-02 14:05", "03-02 14:20")),
        ("u-1 23:50-00:20", {"ids": ("u-1",)}, ("03-01 23:50", "03-02 00:20")),
        ("u-1 10:00 -10:30", {"ids": ("u-1",)}, ("03-02 10:00", "03-02 10:30")),
        ("昨天10:00-10:30 u-1", {"ids": ("u-1",)}, ("03-01 10:00", "03-01 10:30")),
        ("2027-03-01 10:00-11:00 u-1", {"ids": ("u-1",)}, ("03-01 10:00", "03-01 11:00")),
        ("2027-03-01T10:00-10:30 u-1", {"ids": ("u-1",)}, ("03-01 10:00", "03-01 10:30")),
        ("u-1 10:00-10:30 UTC", {"ids": ("u-1",)}, ("03-02 18:00", "03-02 18:30")),
        ("2027-03-01T10:00-05:00 u-1", {"ids": ("u-1",)}, at("03-01 23:00")),
        ("2027-03-01 10:00:05-05:00 u-1", {"ids": ("u-1",)}, at("03-01 23:00")),
        ("2027-03-01T10:00:05.123-0330 u-1", {"ids": ("u-1",)}, at("03-01 21:30")),
        ("2027-03-01 10:00 -0500 u-1", {"ids": ("u-1",)}, at("03-01 23:00")),
        ("2027-03-01 10:00+05:30 u-1", {"ids": ("u-1",)}, at("03-01 12:30")),
        # Chinese characters right beside a date, an address or a word are no part of it.
        ("用户 u-1在2027-02-26 17:51卡顿", {"users": ("u-1",), "symptom": Symptom.FREEZE}, at("02-26 17:51")),
        ("u-1于2027年2月25日15:10卡顿", U1_FROZE, at("02-25 15:10")),
        ("u-1在24.02.2027的14:41", {"ids": ("u-1",)}, at("02-24 14:41")),
        ("u-1在02/24/2027卡顿", U1_FROZE, ("02-24 00:00", "02-25 00:00")),
        ("u-1在Feb 24卡顿", U1_FROZE, ("02-24 00:00", "02-25 00:00")),
        ("u-1是yesterday卡顿", U1_FROZE, ("03-01 00:00", "03-02 00:00")),
        ("u-1在15h30卡顿", U1_FROZE, at("03-02 15:30")),
        ("u-1在3 pm卡顿", U1_FROZE, at("03-02 15:00")),
        ("u-1在2027-03-01T07:10:00Z卡顿", U1_FROZE, at("03-01 15:10")),
        ("u-1在07:10 UTC卡顿", U1_FROZE, at("03-02 15:10")),
        (
            "地址203.0.113.24在10:00卡顿",
            {"addresses": ("203.0.113.24",), "symptom": Symptom.FREEZE},
            at("03-02 10:00"),
        ),
        (
            "u-1在帮助台有echo，工单#48213卡",
            {"ids": ("u-1",), "apps": ("b" * 32,), "symptom": Symptom.ECHO},
            None,
        ),
        # "Last" is before today; of "上周" and "last week" it is the calendar week before this one.
        ("u-1 on Tuesday", {"ids": ("u-1",)}, ("03-02 00:00", "03-02 20:00")),
        ("u-1 last Tuesday", {"ids": ("u-1",)}, ("02-23 00:00", "02-24 00:00")),
        ("u-1 last Monday at 10:00", {"ids": ("u-1",)}, at("03-01 10:00")),
        ("上周二 u-1", {"ids": ("u-1",)}, ("02-23 00:00", "02-24 00:00")),
        ("上周一10:00 u-1", {"ids": ("u-1",)}, at("02-22 10:00")),
        ("上个星期天10:00 u-1", {"ids": ("u-1",)}, at("02-28 10:00")),
        ("周一10:00 u-1", {"ids": ("u-1",)}, at("03-01 10:00")),
        ("u-1 Monday last week at 10:00", {"ids": ("u-1",)}, at("02-22 10:00")),
        ("u-1 last week Monday 10:00", {"ids": ("u-1",)}, at("02-22 10:00")),
        # Devices, versions, durations and counts are nobody's ids.
        ("iPhone 14 iOS 17.2 u-1 froze at 16:43", U1_FROZE, at("03-02 16:43")),
        ("Windows 11 u-1 froze", U1_FROZE, None),
        ("15 minutes of freezing for u-1 at 16:43", U1_FROZE, at("03-02 16:43")),
        (
            "iPhone14 720p 4G u-1 froze for 15s at 16:43",
            {"ids": ("u-1",), "symptom": Symptom.FREEZE},
            at("03-02 16:43"),
        ),
        ("华为P40 u-1 卡顿15分钟", U1_FROZE, None),
        ("12 of 30 users: u-1 froze", U1_FROZE, None),
        ("room lecture-7: 12 tiles froze", {"rooms": ("lecture-7",), "symptom": Symptom.FREEZE}, None),
        (
            "Chrome 120.0.1 4711 froze on Mar 1",
            {"ids": ("4711",), "symptom": Symptom.FREEZE},
            ("03-01 00:00", "03-02 00:00"),
        ),
        ("iPhone 14 Mar 1 u-1", {"ids": ("u-1",)}, ("03-01 00:00", "03-02 00:00")),
        ("4711 and u-1 froze", {"ids": ("u-1", "4711"), "symptom": Symptom.FREEZE}, None),
        ("math-class u-1", {"ids": ("u-1", "math-class")}, None),
        ("12 froze", {"ids": ("12",), "symptom": Symptom.FREEZE}, None),
        ("iPhone14", {"ids": ("iPhone14",)}, None),
        ("iPhone 14", {"names": ("iPhone 14",)}, None),
        ('"iPhone 14" at 9:05', {"names": ("iPhone 14",)}, at("03-02 09:05")),
        ("win-12 froze", {"ids": ("win-12",), "symptom": Symptom.FREEZE}, None),
        # What happened is nobody's name, where something else says who it was.
        ("10.2.3.4 dropped at 15:00", {"addresses": ("10.2.3.4",)}, at("03-02 15:00")),
        ("10.2.3.4 vanished at 15:00", {"addresses": ("10.2.3.4",)}, at("03-02 15:00")),
        ("user u-1 vanished at 15:00", {"users": ("u-1",)}, at("03-02 15:00")),
        ("room lecture-7 alice", {"rooms": ("lecture-7",), "ids": ("alice",)}, None),
        ("alice at 15:00", {"ids": ("alice",)}, at("03-02 15:00")),
        ("dropped at 15:00", {}, at("03-02 15:00")),
        ("u-1 28 Feb 10:00-10:30", {"ids": ("u-1",)}, ("02-28 10:00", "02-28 10:30")),
        ("u-1 28 Feb 3 pm", {"ids": ("u-1",)}, at("02-28 15:00")),
        ("u-1 有点卡", U1_FROZE, None),
        # As people say it.
        ("u-1 下午三点", {"ids": ("u-1",)}, at("03-02 15:00")),
        ("u-1 昨天三点半卡顿", U1_FROZE, at("03-01 03:30")),
        ("u-1 十点二十卡顿", U1_FROZE, at("03-02 10:20")),
        ("u-1 十点二十分", {"ids": ("u-1",)}, at("03-02 10:20")),
        ("u-1 上午十一点四十五分", {"ids": ("u-1",)}, at("03-02 11:45")),
        ("u-1 下午两点一刻", {"ids": ("u-1",)}, at("03-02 14:15")),
        ("u-1 下午两点三刻", {"ids": ("u-1",)}, at("03-02 14:45")),
        ("u-1 十点二十五个人卡顿", U1_FROZE, at("03-02 10:00")),
        ("u-1 十点二十到十点四十", {"ids": ("u-1",)}, ("03-02 10:20", "03-02 10:40")),
        ("u-1 零点十分", {"ids": ("u-1",)}, at("03-02 00:10")),
        ("u-1 from quarter past three to half past three", {"ids": ("u-1",)}, ("03-02 03:15", "03-02 03:30")),
        ("u-1 三点零五分", {"ids": ("u-1",)}, at("03-02 03:05")),
        ("u-1 三点钟到四点钟", {"ids": ("u-1",)}, ("03-02 03:00", "03-02 04:00")),
        ("u-1 下午一点", {"ids": ("u-1",)}, at("03-02 13:00")),
        ("u-1 一点半", {"ids": ("u-1",)}, at("03-02 01:30")),
        ("u-1 有一点卡顿", U1_FROZE, None),
        ("u-1 昨天一点声音都没有", {"ids": ("u-1",)}, ("03-01 00:00", "03-02 00:00")),
        ("u-1 三月一号十点", {"ids": ("u-1",)}, at("03-01 10:00")),
        ("u-1 两小时前", {"ids": ("u-1",)}, at("03-02 18:00")),
        ("u-1 十五分钟之前", {"ids": ("u-1",)}, at("03-02 19:45")),
        ("u-1 昨晚", {"ids": ("u-1",)}, ("03-01 18:00", "03-02 00:00")),
        ("u-1 昨晚十一点半", {"ids": ("u-1",)}, at("03-01 23:30")),
        ("u-1 昨晚两点", {"ids": ("u-1",)}, at("03-02 02:00")),
        ("u-1 昨晚12点", {"ids": ("u-1",)}, at("03-02 00:00")),
        ("u-1 晚上12点", {"ids": ("u-1",)}, at("03-02 00:00")),
        ("u-1 last night", {"ids": ("u-1",)}, ("03-01 18:00", "03-02 00:00")),
        ("u-1 last night at 8", {"ids": ("u-1",)}, at("03-01 20:00")),
        ("u-1 froze last night around 11:30 pm", U1_FROZE, at("03-01 23:30")),
        ("u-1 last night at 2", {"ids": ("u-1",)}, at("03-02 02:00")),
        ("u-1 last night 23:50-00:20", {"ids": ("u-1",)}, ("03-01 23:50", "03-02 00:20")),
        ("u-1 tonight at 7", {"ids": ("u-1",)}, at("03-02 19:00")),
        ("u-1 froze two hours ago", U1_FROZE, at("03-02 18:00")),
        ("u-1 a couple of hours ago", {"ids": ("u-1",)}, at("03-02 18:00")),
        ("u-1 quarter past three", {"ids": ("u-1",)}, at("03-02 03:15")),
        ("u-1 a quarter to four yesterday afternoon", {"ids": ("u-1",)}, at("03-01 15:45")),
        ("u-1 froze at half past 3.", U1_FROZE, at("03-02 03:30")),
        ("u-1 ten past three", {"ids": ("u-1",)}, at("03-02 03:10")),
        ("u-1 20 minutes to four pm", {"ids": ("u-1",)}, at("03-02 15:40")),
        ("u-1 at midnight", {"ids": ("u-1",)}, at("03-02 00:00")),
        ("u-1 last night at midnight", {"ids": ("u-1",)}, at("03-02 00:00")),
        ("u-1 between 11 pm and midnight", {"ids": ("u-1",)}, ("03-01 23:00", "03-02 00:00")),
        ("u-1 3 o'clock yesterday", {"ids": ("u-1",)}, at("03-01 03:00")),
        ("u-1 three o’clock in the afternoon", {"ids": ("u-1",)}, at("03-02 15:00")),
        ("u-1 froze at three pm", U1_FROZE, at("03-02 15:00")),
        ("u-1 at one point froze", U1_FROZE, None),
        ("u-1 3.15pm", {"ids": ("u-1",)}, at("03-02 15:15")),
        ("u-1 half past 3 pm", {"ids": ("u-1",)}, at("03-02 15:30")),
        ("u-1 quarter to 1 pm", {"ids": ("u-1",)}, at("03-02 12:45")),
        # Out of logs, tables and tickets.
        (
            '{"user_id":"u-1","room_id":"lecture-7","time":"2027-03-01 14:41:00"}',
            {"users": ("u-1",), "rooms": ("lecture-7",)},
            at("03-01 14:41"),
        ),
        (
            "2027-03-01 10:05:33.123 [ERROR] uid=u-1 rid=lecture-7 join failed",
            {"users": ("u-1",), "rooms": ("lecture-7",)},
            at("03-01 10:05"),
        ),
        ("user_id,room_id,time u-1,lecture-7", {"ids": ("u-1", "lecture-7")}, None),
        ("u-1 1803883260", {"ids": ("u-1",)}, at("03-01 14:41")),
        ("u-1 1803883260123", {"ids": ("u-1",)}, at("03-01 14:41")),
        ("1803883260", {"ids": ("1803883260",)}, None),  # alone it is an id
        ("u-1 1500000000", {"ids": ("u-1", "1500000000")}, None),  # years ago: an id
        ("Ticket #48213: u-1 froze", {"ids": ("u-1",), "symptom": Symptom.FREEZE}, None),
        ("工单号：48213 用户 u-1 卡顿", {"users": ("u-1",), "symptom": Symptom.FREEZE}, None),
        ("#4711", {"ids": ("4711",)}, None),
        ("case-12", {"ids": ("case-12",)}, None),
        ("Kira D.", {"names": ("Kira D.",)}, None),
        ("Wang Li.", {"names": ("Wang Li",)}, None),
    ],
)
def test_it_reads(text: str, told: dict[str, Any], moment: tuple[str, str] | None) -> None:
    pasted = read(text)
    kinds = ("users", "rooms", "sessions", "names", "addresses", "ids", "apps", "symptom", "place")
    assert {name: value for name in kinds if (value := getattr(pasted, name))} == told
    assert when(pasted) == moment


@pytest.mark.parametrize(
    "text", ["", "   ", "!!!", "at 15:10", "192.168.1.300", "the sound was gone", "-", "__--__"]
)
def test_there_is_nothing_to_look_for(text: str) -> None:
    assert read(text).empty


@pytest.mark.parametrize(
    "text", ["tomorrow 10:00 u-1", "2028-01-01 10:00 u-1", "明天 u-1", "today 23:30 u-1"]
)
def test_the_future_is_told_to_be_the_future(text: str) -> None:
    moment = read(text).moment
    assert moment is not None
    assert moment.future


def test_a_range_that_ends_before_it_starts_keeps_its_start() -> None:
    pasted = read("u-1 15:30-15:10")
    assert pasted.moment is not None
    assert pasted.moment.backwards
    assert when(pasted) == at("03-02 15:30")


def test_a_zone_that_the_text_names_wins_over_the_customer_s() -> None:
    pasted = read("u-1 at 10:00 UTC")
    assert pasted.moment is not None
    assert (pasted.moment.start.hour, pasted.moment.zone) == (10, "UTC")


@pytest.mark.parametrize(
    ("link", "app_id", "room_id", "user_id"),
    [
        (
            "https://console.example.com/c/demo/rooms/app-1/lecture-7/?use=20270302T071000Z",
            "app-1",
            "lecture-7",
            "",
        ),
        (
            "/c/demo/investigate/calls/app-1/lecture-7/?at=20270302T071000Z&user=u-1",
            "app-1",
            "lecture-7",
            "u-1",
        ),
        ("see https://c.example/c/demo/investigate/users/app-1/u-1/ please", "app-1", "", "u-1"),
        ("https://c.example/c/demo/rooms/find/?app=app-1&user=u-1", "app-1", "", "u-1"),
    ],
)
def test_links_of_this_console_lead_to_their_place(
    link: str, app_id: str, room_id: str, user_id: str
) -> None:
    place = read(link).place
    assert place is not None
    assert (place.slug, place.app_id, place.room_id, place.user_id) == ("demo", app_id, room_id, user_id)


def test_other_links_are_no_place() -> None:
    assert read("https://example.com/rooms/42").place is None
    assert read("javascript:alert(1) /c/").place is None


def test_a_long_text_is_cut_and_says_so() -> None:
    pasted = read("u-1 " + "x " * 4000)
    assert pasted.cut
    assert pasted.ids == ("u-1",)


def test_the_same_id_twice_is_one() -> None:
    assert read("u-1 u-2 u-1").ids == ("u-1", "u-2")


@given(st.text(max_size=300))
def test_whatever_is_pasted_is_read(text: str) -> None:
    pasted = read(text)
    for one in (*pasted.users, *pasted.rooms, *pasted.ids, *pasted.sessions):
        assert 0 < len(one) <= 64
        assert set(one) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
    if pasted.moment is not None:
        assert pasted.moment.start <= pasted.moment.end


@given(st.datetimes(datetime(2027, 1, 1), datetime(2027, 3, 2, 19, 59)))
def test_every_written_time_is_read_back(local: datetime) -> None:
    pasted = read(f"u-1 {local:%Y-%m-%d %H:%M:%S}")
    assert pasted.moment is not None
    wanted = local.replace(tzinfo=SHANGHAI, microsecond=0)
    assert pasted.moment.start == wanted
    assert pasted.ids == ("u-1",)


@given(st.integers(0, 23), st.integers(0, 59))
def test_a_time_of_day_is_the_last_that_has_been(hour: int, minute: int) -> None:
    moment = read(f"u-1 {hour}:{minute:02}").moment
    assert moment is not None
    assert moment.start <= NOW + timedelta(minutes=5)
    assert NOW - moment.start < timedelta(days=1)
    local = moment.start.astimezone(SHANGHAI)
    assert (local.hour, local.minute) == (hour, minute)


@pytest.mark.parametrize(
    "text", ["user-4711", "end-user-12", "room-7", "my_room-7", "class-0164", "no-such-user-9"]
)
def test_an_id_with_a_word_in_it_is_one_id(text: str) -> None:
    pasted = read(f"{text} could not hear anybody")
    assert {*pasted.users, *pasted.rooms, *pasted.ids} == {text}
    assert read(f"user {text} could not hear").users == (text,)
