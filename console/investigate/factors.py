"""The cloud's reasons for abnormal events, in words."""

from console.investigate.verdict.evidence import AbnormalEvent, EventKind
from console.rooms.factors import reason_words

__all__ = ["factor_words", "is_own"]

# Reasons that the cloud calls local for want of another place: the other one, the server, the service, or none at all.
_NOT_THEIRS = {
    EventKind.JOIN: frozenset([2, 3, 4, 90100009, 10000001, 31000003, 32000030]),
    EventKind.PICTURE: frozenset(range(16, 22)),
    EventKind.SOUND: frozenset(range(16, 22)),
}


def factor_words(kind: EventKind, factor: int | None) -> str:
    """Say what the cloud gives as a reason; an unknown code is said to be unknown, with its number."""
    return reason_words(factor, joining=kind is EventKind.JOIN)


def is_own(event: AbnormalEvent) -> bool:
    """Say whether the reason lies with whoever was hit, as far as the cloud tells."""
    return not event.peer_id and event.factor not in _NOT_THEIRS[event.kind]
