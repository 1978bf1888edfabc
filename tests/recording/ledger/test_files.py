"""Which file belongs to which recording."""

from datetime import UTC, datetime, timedelta

import pytest

from console.recording.models import LedgerEntry
from console.recording.naming import names_of
from console.recording.services.ledger_files import find_files
from console.recording.shapes.templates import FileSettings, Template
from console.sparkrtc.replies import StoredObject

NOON = datetime(2027, 3, 2, 12, 0, tzinfo=UTC)
PATTERNS = [
    pattern
    for _kind, pattern in names_of(
        Template(
            app_id="app-1",
            template_id="t",
            location="cn-north-4",
            bucket_project_id="",
            bucket="recordings",
            folder="rtc",
            hls=FileSettings(600, "{stream}/{file_start_time}", -1, 10),
            mp4=None,
        )
    )
]


def entry(
    number: int, stream: str, *, job: bool = False, began: float = 0, ended: float | None = None
) -> LedgerEntry:
    """Minutes from noon."""
    return LedgerEntry(
        pk=number,
        source="job" if job else "automatic",
        stream=stream,
        began_at=NOON + timedelta(minutes=began),
        ended_at=None if ended is None else NOON + timedelta(minutes=ended),
    )


def row(stream: str, minute: float | None, ending: str = ".m3u8") -> StoredObject:
    at = None if minute is None else NOON + timedelta(minutes=minute)
    return StoredObject(
        file_name=f"rtc/{stream}/20270302120000{ending}",
        size_kb=1,
        modified=None if at is None else int(at.timestamp()),
    )


def found(rows: list[StoredObject], *entries: LedgerEntry) -> dict[int, str]:
    return {key: file.name for key, file in find_files(rows, PATTERNS, entries, {}).items()}


def test_a_job_by_its_stream_and_no_other_by_its_beginning() -> None:
    jobs = (
        entry(1, "m_j1_lesson", job=True),
        entry(2, "m_j1_lesson-2", job=True),
        entry(3, "m_j9_x", job=True),
    )
    rows = [row("m_j1_lesson", 5), row("m_j1_lesson-2", 6, "_00000.ts")]
    assert found(rows, *jobs) == {1: rows[0].file_name, 2: rows[1].file_name}


def test_a_room_by_the_longest_name_that_fits() -> None:
    """Ids hold underscores: lesson_2 is a room, and also somebody called 2 in the room lesson."""
    rooms = entry(1, "app-1_lesson_"), entry(2, "app-1_lesson_2_")
    rows = [row("app-1_lesson_2_anna_AV_CAMERASTREAM", 5)]
    assert found(rows, *rooms) == {2: rows[0].file_name}
    assert found([row("app-1_lesson_anna_AV_CAMERASTREAM", 5)], *rooms).keys() == {1}


@pytest.mark.parametrize(
    ("minute", "owner"),
    [(-5, None), (3, 1), (12, 1), (19.9, 1), (25, 1), (35, 2), (500, 2), (None, 2)],
)
def test_a_room_that_is_used_again(minute: float | None, owner: int | None) -> None:
    """The first use lasts from 0 to 15, so that its files may come until 25; the second one begins at 20."""
    uses = entry(1, "app-1_lesson_", ended=15), entry(2, "app-1_lesson_", began=20)
    rows = [row("app-1_lesson_anna_AV_CAMERASTREAM", minute)]
    assert found(rows, *uses).keys() == ({owner} if owner else set())


def test_what_notifications_told_of_needs_no_name_that_tells() -> None:
    job = entry(1, "m_j1_lesson", job=True)
    rows = [StoredObject(file_name="elsewhere/a.mp4", size_kb=1, modified=int(NOON.timestamp()))]
    assert not find_files(rows, PATTERNS, [job], {})
    assert find_files(rows, PATTERNS, [job], {"elsewhere/a.mp4": job})[1].modified_at == NOON
