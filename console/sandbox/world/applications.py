"""The applications of the world, small or large."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from console.sandbox.world.characters import CHARACTERS, Character
from console.sandbox.world.dice import Dice
from console.sandbox.world.rhythm import EPOCH

__all__ = ["Scale", "WorldApplication", "found_applications"]

Scale = Literal["small", "large"]
DAY = 86_400


@dataclass(frozen=True)
class WorldApplication:
    """An application. app_id: 32 hexadecimal digits. created_at: epoch seconds.

    character: what its rooms are like ("support", "classroom" …; "quiet" has none). scope: DOMESTIC, OVERSEA or
    GLOBAL. state: the state it is found in when the world begins.
    """

    app_id: str
    name: str
    domain: str
    created_at: float
    character: str
    scope: str
    state: str = "ACTIVATION"


def found_applications(dice: Dice, scale: Scale) -> list[tuple[WorldApplication, Character]]:
    """Return the applications that a world begins with."""
    plan = _small() if scale == "small" else _large()
    return [
        (_application(dice, number, name, character, state), character)
        for number, (name, character, state) in enumerate(plan)
    ]


def application(app_id: str, name: str, created_at: float, scope: str = "GLOBAL") -> WorldApplication:
    """Return an application without any rooms."""
    return WorldApplication(app_id, name, domain_of(app_id), created_at, "quiet", scope)


def domain_of(app_id: str) -> str:
    """Return the domain of an application."""
    return f"{app_id}.sparkrtc.myhuaweicloud.com"


def _application(dice: Dice, number: int, name: str, character: Character, state: str) -> WorldApplication:
    app_id = dice.token(number)
    age = EPOCH + int(dice.unit(number, 1) * 400) * DAY + dice.roll(number, 2)[0] % DAY
    kind = character.name if state == "ACTIVATION" else "quiet"
    return WorldApplication(app_id, name, domain_of(app_id), float(age), kind, character.scope, state)


def _small() -> list[tuple[str, Character, str]]:
    plan = [(character.title, character, "ACTIVATION") for character in CHARACTERS.values()]
    meeting = CHARACTERS["meeting"]
    return [
        *plan,
        ("<script>alert('app')</script> \u202eQA\u202c 环境 🚀", meeting, "DEACTIVATION"),
        ('=HYPERLINK("http://evil.invalid","old")', meeting, "ARREARS"),
    ]


# character, open rooms at the busiest hour, how much bigger than usual
_CROWD = (
    ("support", 340.0, 1.0),
    *(("meeting", 270.0, 2.55),) * 7,
    *(("classroom", 165.0, 2.0),) * 7,
    *(("social", 190.0, 1.6),) * 3,
    ("clinic", 260.0, 1.0),
    ("webinar", 50.0, 1.0),
)


def _large() -> list[tuple[str, Character, str]]:
    plan: list[tuple[str, Character, str]] = []
    for number, (name, open_rooms, bigger) in enumerate(_CROWD):
        character = CHARACTERS[name].scaled(open_rooms, bigger, night=0.8, patience=0.3)
        plan.append((f"{character.title}-{number + 1}", character, "ACTIVATION"))
    return plan
