"""All rules about one person's trouble: which claim it, which deny it, and in which order they are believed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from console.investigate.verdict.catalogue import ORDER
from console.investigate.verdict.curves import UNSURE
from console.investigate.verdict.rules.absence import peer_absent, peer_sends_nothing
from console.investigate.verdict.rules.base import Claim, Denial, Trouble
from console.investigate.verdict.rules.devices import receiver_device, sender_device
from console.investigate.verdict.rules.network import receiver_downlink, sender_uplink, user_network
from console.investigate.verdict.rules.picture import adaptation
from console.investigate.verdict.rules.service import media_service
from console.investigate.verdict.rules.sound import sound_path

__all__ = ["PART", "WHOLE", "claims_about", "share_of"]

WHOLE, PART = 0.5, 0.2  # shares of what hurt that a cause must explain to be the cause, or to be mentioned
_WORSE = 0.35  # so much worse a fit is doubted
_CLEARLY = 0.25  # so much less explained, by figures that fit less, comes after
_ABOUT_SENDERS = (
    peer_absent,
    peer_sends_nothing,
    sender_uplink,
    sender_device,
    media_service,
    adaptation,
    sound_path,
)
_ABOUT_RECEIVERS = (user_network, receiver_downlink, receiver_device)
_COVERS = {
    "R12": {"R8"},
    "R5": {"R6", "R11"},
    "R6": {"R11"},
    "R11": {"R9", "R10"},
}  # who is believed, and what it says as well


def claims_about(trouble: Trouble) -> tuple[list[Claim], list[Denial]]:
    """Return the claims, the first to be believed first, and the denials of rules that nobody claims."""
    answers: list[Claim | Denial | None] = [rule(trouble) for rule in _ABOUT_RECEIVERS]
    for sender in trouble.suspects:
        answers += [rule(trouble, sender) for rule in _ABOUT_SENDERS]
    claims = _outshone(_uncovered([answer for answer in answers if isinstance(answer, Claim)]))
    rivals = tuple(claims)
    claims.sort(key=lambda claim: _rank(claim, trouble, rivals))
    claims = _once(claims)
    claims = [claim for place, claim in enumerate(claims) if place == 0 or share_of(claim, trouble) >= PART]
    if any(claim.strong and share_of(claim, trouble) >= WHOLE for claim in claims):
        claims = [claim for claim in claims if claim.strong]
    held = {claim.rule for claim in claims}
    about = {trouble.person, *trouble.suspects[:1]}
    denials = [
        answer
        for answer in answers
        if isinstance(answer, Denial) and answer.rule not in held and answer.person in about
    ]
    denials.sort(key=lambda denial: ORDER.index(denial.rule))
    return claims, denials


def share_of(claim: Claim, trouble: Trouble) -> float:
    """Return which share of what hurt a claim explains."""
    hurts = trouble.mine.minutes
    return len(claim.minutes & hurts) / len(hurts) if hurts else 0.0


def _uncovered(claims: Iterable[Claim]) -> list[Claim]:
    """Leave out what a wider claim says as well: a bad network both ways is bad downwards too."""
    kept = list(claims)
    strong = {claim.rule for claim in kept if claim.strong}
    covered = {rule for wider in strong for rule in _COVERS.get(wider, ())}
    return [claim for claim in kept if claim.rule not in covered]


def _outshone(claims: list[Claim]) -> list[Claim]:
    """Doubt claims whose figures fit badly where those of another fit well: overload shakes the network a little.

    About one person only the best counts; different people can each have their share.
    """
    strong = [claim for claim in claims if claim.strong]
    kept = []
    for claim in claims:
        own = max((_worth(other) for other in strong if other.person == claim.person), default=0.0)
        best = max((other.quality for other in strong), default=0.0)
        poor = claim.quality < best - _WORSE or _worth(claim) < (1 - _WORSE) * own
        kept.append(replace(claim, strong=False) if claim.strong and poor else claim)
    return kept


def _worth(claim: Claim) -> float:
    return claim.quality * len(claim.minutes)


def _once(claims: list[Claim]) -> list[Claim]:
    """Join claims of one rule about one person: each stream of a bad way shows it again."""
    kept: dict[tuple[str, str], Claim] = {}
    for claim in claims:
        first = kept.get((claim.rule, claim.person))
        kept[claim.rule, claim.person] = (
            claim if first is None else replace(first, minutes=first.minutes | claim.minutes)
        )
    return list(kept.values())


def _rank(claim: Claim, trouble: Trouble, rivals: Sequence[Claim]) -> tuple[int, bool, bool, int, float]:
    share = share_of(claim, trouble)
    tier = (0 if share >= WHOLE else 1) if claim.strong else (2 if share >= WHOLE else 3)
    alike = [other for other in rivals if other.strong == claim.strong]
    best = max(other.quality * share_of(other, trouble) for other in alike)
    behind = claim.quality * share < best - _CLEARLY
    # Without a calm minute all figures look alike; then what the cloud named counts.
    blind = max(other.quality for other in alike) <= UNSURE
    doubted = blind and not claim.named and any(other.named for other in alike)
    return tier, behind, doubted, ORDER.index(claim.rule), -share
