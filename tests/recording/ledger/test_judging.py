"""What becomes of a recording, by what is known of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.recording.judging import GRACE, LATE_FOR, BucketSeen, Facts, due_at, judge, seen_by_refusal

BEGAN = datetime(2027, 3, 2, 10, 0, tzinfo=UTC)
ENDED = BEGAN + timedelta(minutes=30)
DUE = ENDED + GRACE


def facts(**more: Any) -> Facts:
    return Facts(**{"began_at": BEGAN, "ended_at": ENDED, "due_at": DUE, **more})


@pytest.mark.parametrize(
    ("after_due", "state"),
    [
        (timedelta(seconds=-1), "expected"),
        (timedelta(0), "late"),
        (LATE_FOR - timedelta(seconds=1), "late"),
        (LATE_FOR, "missing"),
        (LATE_FOR + timedelta(days=3), "missing"),
    ],
)
def test_by_the_clock(after_due: timedelta, state: str) -> None:
    assert judge(facts(), DUE + after_due) == (state, "")


def test_what_goes_on_is_expected_however_long_it_takes() -> None:
    assert judge(facts(ended_at=None, due_at=None), BEGAN + timedelta(days=6)) == ("expected", "")


@pytest.mark.parametrize("known", [{"has_file": True}, {"notified": True, "names_tell": False}])
def test_what_goes_on_has_not_arrived_with_its_first_file(known: dict[str, Any]) -> None:
    assert judge(facts(ended_at=None, due_at=None, **known), BEGAN + timedelta(hours=1)) == ("expected", "")
    assert judge(facts(**known), DUE) == ("arrived", "")


def test_a_file_settles_it_whatever_else_is_wrong() -> None:
    wrong = facts(has_file=True, bucket=BucketSeen.NOT_AUTHORISED, template_known=False, in_arrears=True)
    assert judge(wrong, DUE + timedelta(days=1)) == ("arrived", "")


FORESEEN = [
    ({"in_arrears": True}, "arrears"),
    ({"template_known": False}, "no_template"),
    ({"bucket": BucketSeen.MISSING}, "no_bucket"),
    ({"bucket": BucketSeen.NOT_AUTHORISED}, "withdrawn"),
]


@pytest.mark.parametrize(("known", "reason"), FORESEEN)
def test_what_will_go_wrong_is_said_before_it_does(known: dict[str, Any], reason: str) -> None:
    assert judge(facts(ended_at=None, due_at=None, **known), BEGAN) == ("expected", reason)
    assert judge(facts(**known), DUE + LATE_FOR) == ("missing", reason)


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"stop_reason": "INTERNAL_ERROR"}, "failed"),
        ({"stop_reason": "TENANT_STOP"}, ""),
        ({"stop_reason": "EXCEED_MAX_IDLE_TIME", "idle_seconds": 1800}, "nobody"),
        ({"stop_reason": "EXCEED_MAX_IDLE_TIME", "idle_seconds": 60}, ""),
        ({"stop_reason": "EXCEED_MAX_IDLE_TIME", "idle_seconds": None}, ""),
        ({"began_at": ENDED - timedelta(seconds=15)}, "short"),
        ({"began_at": ENDED - timedelta(seconds=16)}, ""),
        ({"sending": "absent"}, "absent"),
        ({"sending": "silent"}, "nobody"),
        ({"sending": "silent", "names_tell": False}, "nobody"),
        ({"sending": "sent"}, ""),
        ({"sending": "absent", "stop_reason": "INTERNAL_ERROR"}, "failed"),
        ({"notified": True}, "not_listed"),
        ({"notified": True, "stop_reason": "INTERNAL_ERROR"}, "not_listed"),
    ],
)
def test_the_likely_reason_is_found_afterwards(known: dict[str, Any], reason: str) -> None:
    assert judge(facts(**known), DUE - timedelta(seconds=1)) == ("expected", "")
    assert judge(facts(**known), DUE + LATE_FOR) == ("missing", reason)


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"bucket": BucketSeen.UNKNOWN}, ""),
        ({"bucket": BucketSeen.REFUSED}, "unreadable"),
        ({"bucket": BucketSeen.ENCRYPTED}, "encrypted"),
        ({"bucket": BucketSeen.OVERDUE}, "overdue"),
        ({"names_tell": False}, "nameless"),
    ],
)
def test_nothing_is_missing_where_nobody_could_look(known: dict[str, Any], reason: str) -> None:
    assert judge(facts(**known), DUE + timedelta(days=5)) == ("late", reason)
    assert judge(facts(notified=True, **known), DUE) == ("arrived", "")  # then the notification counts


@pytest.mark.parametrize(
    ("gap", "minutes"), [(None, 10), (-1, 10), (0, 10), (30, 10.5), (3600, 70), (86_400, 70)]
)
def test_a_file_is_due_once_no_stream_can_go_on_in_it(gap: int | None, minutes: float) -> None:
    assert due_at(ENDED, gap) == ENDED + timedelta(minutes=minutes)
    assert due_at(None, gap) is None


@pytest.mark.parametrize(
    ("sending", "state"), [("absent", "nothing"), ("silent", "nothing"), ("sent", "missing")]
)
def test_where_nobody_asked_for_it_silence_is_no_loss(sending: str, state: str) -> None:
    assert judge(facts(automatic=True, sending=sending), DUE + LATE_FOR)[0] == state


UNTOLD = {"has_file": True, "ours": True}


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        (UNTOLD, "unreached"),
        ({**UNTOLD, "heard": True}, ""),
        ({**UNTOLD, "heard": True, "unverified": True}, "unverified"),
        ({**UNTOLD, "notified": True}, ""),
        ({**UNTOLD, "ours": False}, ""),
    ],
)
def test_a_file_that_no_notification_told_of(known: dict[str, Any], reason: str) -> None:
    assert judge(facts(**known), DUE - timedelta(seconds=1)) == ("arrived", "")
    assert judge(facts(**known), DUE) == ("arrived", reason)


@pytest.mark.parametrize(
    ("code", "text", "seen"),
    [
        ("ArrearOrInsufficientBalance", "", BucketSeen.OVERDUE),
        ("RTC.00001003", "the account is overdue", BucketSeen.OVERDUE),
        ("X.1", "账户已欠费", BucketSeen.OVERDUE),
        ("KMS.Disabled", "", BucketSeen.ENCRYPTED),
        ("AccessDenied", "Server side encryption is on", BucketSeen.ENCRYPTED),
        ("AccessDenied", "Access Denied", None),
        ("", "", None),
    ],
)
def test_what_a_refusal_tells_of_the_bucket(code: str, text: str, seen: BucketSeen | None) -> None:
    assert seen_by_refusal(code, text) is seen
