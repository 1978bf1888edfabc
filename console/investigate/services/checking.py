"""Whether what is kept of a call is what the cloud sent: every answer is hashed again, and the trail is asked."""

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from console.audit.models import AuditEntry
from console.investigate.actions import KEPT
from console.investigate.models import KeptAnswer, KeptCall

__all__ = ["CheckedAnswer", "CheckedCall", "Trail", "check_kept", "digest_of"]


class Trail(StrEnum):
    """What the trail says about a kept call's digest."""

    SAME = "same"
    DIFFERENT = "different"
    SILENT = "silent"  # kept before digests were written there


@dataclass(frozen=True)
class CheckedAnswer:
    """A kept answer, and whether its bytes have the digest that was written down with them."""

    answer: KeptAnswer
    good: bool


@dataclass(frozen=True)
class CheckedCall:
    """A kept call with its answers, in order. whole: none is missing and none was added since it was kept."""

    kept: KeptCall
    answers: Sequence[CheckedAnswer]
    whole: bool
    trail: Trail

    @property
    def good(self) -> bool:
        """Whether all of it is as it was when it was kept."""
        return self.whole and self.trail is not Trail.DIFFERENT and all(one.good for one in self.answers)

    @property
    def wrong(self) -> int:
        """How many answers are not what they were."""
        return sum(not one.good for one in self.answers)


def check_kept(kept: KeptCall) -> CheckedCall:
    """Hash everything that is kept of a call again. Two queries."""
    answers = list(kept.answers.all())
    return CheckedCall(
        kept,
        tuple(CheckedAnswer(one, hash_of(one) == one.digest) for one in answers),
        not kept.digest or digest_of(answers) == kept.digest,
        _trail(kept),
    )


def digest_of(answers: Iterable[KeptAnswer]) -> str:
    """Return the SHA-256 of all answers' digests, a line each, in order."""
    return hashlib.sha256("".join(f"{one.digest}\n" for one in answers).encode()).hexdigest()


def hash_of(answer: KeptAnswer) -> str:
    """Return the SHA-256 of an answer's bytes as they are now, "" where they can't be unpacked."""
    try:
        return hashlib.sha256(zlib.decompress(bytes(answer.body))).hexdigest()
    except zlib.error:
        return ""


def _trail(kept: KeptCall) -> Trail:
    """Ask the trail what was kept of this call last."""
    if not kept.digest:
        return Trail.SILENT
    entries = AuditEntry.objects.filter(
        action=KEPT, target_id=kept.room_id, app_id=kept.app_id, connection_id=kept.connection_id
    ).order_by("-pk")
    started_at = kept.started_at.isoformat()
    told = next((one.details for one in entries[:50] if one.details.get("started_at") == started_at), None)
    if told is None:
        return Trail.SILENT
    return Trail.SAME if told.get("sha256") == kept.digest else Trail.DIFFERENT
