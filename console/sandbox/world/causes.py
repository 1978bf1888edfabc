"""What can be wrong with a call: the catalogue of causes that are put into some rooms on purpose.

Each cause names the verdict a careful reader of the statistics should reach (R0 … R15, in the order in which
they should be mentioned) and what ails whom. Curves, events and factors all follow from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["CAUSES", "JOIN_CAUSES", "Ail", "Ailment", "Cause", "JoinCause", "Quirk", "Who"]


class Who(StrEnum):
    """Whom an ailment befalls: the person who complains, the one they hear or see, or everybody."""

    USER = "user"
    PEER = "peer"
    ROOM = "room"


class Ail(StrEnum):
    """What goes wrong."""

    UPLINK_LOSS = "uplink_loss"
    UPLINK_DELAY = "uplink_delay"
    UPLINK_JITTER = "uplink_jitter"
    DOWNLINK_LOSS = "downlink_loss"
    DOWNLINK_DELAY = "downlink_delay"
    DOWNLINK_JITTER = "downlink_jitter"
    SYSTEM_CPU = "system_cpu"
    APP_CPU = "app_cpu"
    LEFT = "left"  # leaves the room half-way
    MUTED = "muted"  # microphone off, and an event says so
    CAMERA_OFF = "camera_off"  # and an event says so
    SILENT = "silent"  # sends nothing any more, and nothing says why
    DEAD_MICROPHONE = "dead_microphone"
    DEAD_CAMERA = "dead_camera"
    NO_FRAMES = "no_frames"
    SERVER_EMPTY = "server_empty"  # what the sender sent never reaches the receiver
    SERVER_NO_FRAMES = "server_no_frames"
    ADAPTED = "adapted"  # smaller picture, fewer bits, clean network
    AUDIO_LOSS_UP = "audio_loss_up"
    AUDIO_LOSS_DOWN = "audio_loss_down"
    AUDIO_JITTER_DOWN = "audio_jitter_down"
    AUDIO_SILENT = "audio_silent"
    UNEXPLAINED = "unexplained"  # freezes while every other indicator is good
    UNREPORTED = "unreported"  # the client sends no indicators at all
    GAPS = "gaps"  # the client sends indicators only now and then


class Quirk(StrEnum):
    """Figures that look bad all the time and that their owner does not suffer from."""

    FAR = "far"  # long round trips
    BUSY = "busy"  # much processor used by something else
    SHAKY = "shaky"  # jitter that the buffers take
    LOSSY = "lossy"  # loss that is mended


@dataclass(frozen=True)
class Ailment:
    """Who has what, and the factors that the cloud attaches to the freezes (0: no abnormal event at all)."""

    who: Who
    what: Ail
    video_factor: int = 0
    audio_factor: int = 0


@dataclass(frozen=True)
class Cause:
    """One entry of the catalogue.

    rules: the expected verdicts; empty where nothing is wrong. low, high: participants of a fitting room.
    seconds: how long the call lasts when that matters, else 0. video: needs a picture. quirks: figures that mislead.
    """

    name: str
    rules: tuple[str, ...]
    symptom: str
    ailments: tuple[Ailment, ...] = ()
    low: int = 2
    high: int = 60
    seconds: int = 0
    video: bool = True
    quirks: tuple[tuple[Who, Quirk], ...] = ()


@dataclass(frozen=True)
class JoinCause:
    """Why somebody could not get in, or only slowly. factor: the code of an abnormal event of type 1."""

    rule: str
    factor: int


_U, _P, _R = Who.USER, Who.PEER, Who.ROOM


def _pair(name: str, rule: str, symptom: str, *ailments: Ailment, video: bool = True) -> Cause:
    return Cause(f"{name}_pair", (rule,), symptom, ailments, low=2, high=2, video=video)


def _group(name: str, rule: str, symptom: str, *ailments: Ailment, video: bool = True) -> Cause:
    return Cause(f"{name}_group", (rule,), symptom, ailments, low=4, high=60, video=video)


def _crowd(name: str, rule: str, symptom: str, *ailments: Ailment) -> Cause:
    return Cause(f"{name}_crowd", (rule,), symptom, ailments, low=200, high=300)


_UP_LOSS = Ailment(_P, Ail.UPLINK_LOSS, 12, 11)
_UP_DELAY = Ailment(_P, Ail.UPLINK_DELAY, 5, 3)
_UP_JITTER = Ailment(_P, Ail.UPLINK_JITTER, 6, 4)
_DOWN_LOSS = Ailment(_U, Ail.DOWNLINK_LOSS, 14, 13)
_DOWN_DELAY = Ailment(_U, Ail.DOWNLINK_DELAY, 9, 7)
_DOWN_JITTER = Ailment(_U, Ail.DOWNLINK_JITTER, 10, 8)
_USER_UP_LOSS = Ailment(_U, Ail.UPLINK_LOSS, 12, 11)
_USER_UP_DELAY = Ailment(_U, Ail.UPLINK_DELAY, 5, 3)
_USER_UP_JITTER = Ailment(_U, Ail.UPLINK_JITTER, 6, 4)
_PEER_SYSTEM = Ailment(_P, Ail.SYSTEM_CPU, 1, 1)
_PEER_APP = Ailment(_P, Ail.APP_CPU, 2, 2)
_USER_SYSTEM = Ailment(_U, Ail.SYSTEM_CPU, 1, 1)
_USER_APP = Ailment(_U, Ail.APP_CPU, 2, 2)

CAUSES: tuple[Cause, ...] = (
    Cause("fine_pair", (), "none", high=2, video=False),
    Cause("fine_group", (), "none", low=4, high=60, video=False),
    Cause("fine_crowd", (), "none", low=200, high=300, video=False),
    Cause("fine_far_pair", (), "none", high=2, video=False, quirks=((_U, Quirk.FAR),)),
    Cause("fine_busy_group", (), "none", low=4, quirks=((_U, Quirk.BUSY), (_P, Quirk.BUSY))),
    Cause("fine_shaky_group", (), "none", low=4, video=False, quirks=((_P, Quirk.SHAKY),)),
    Cause("fine_lossy_pair", (), "none", high=2, quirks=((_U, Quirk.LOSSY),)),
    Cause("short_pair", ("R0",), "freeze", high=2, seconds=48, video=False),
    Cause("short_group", ("R0",), "freeze", low=3, high=12, seconds=56, video=False),
    _pair("unreported", "R0", "freeze", Ailment(_R, Ail.UNREPORTED)),
    _group("unreported", "R0", "freeze", Ailment(_R, Ail.UNREPORTED)),
    _pair("peer_left", "R5", "no picture", Ailment(_P, Ail.LEFT, 17, 17)),
    _group("peer_left", "R5", "no picture", Ailment(_P, Ail.LEFT, 17, 17)),
    _pair("peer_muted", "R5", "no sound", Ailment(_P, Ail.MUTED, 0, 18), video=False),
    _group("peer_muted", "R5", "no sound", Ailment(_P, Ail.MUTED, 0, 18), video=False),
    _group("peer_camera_off", "R5", "no picture", Ailment(_P, Ail.CAMERA_OFF, 18, 0)),
    _pair("peer_dead_microphone", "R6", "no sound", Ailment(_P, Ail.DEAD_MICROPHONE, 0, 18), video=False),
    _group("peer_dead_camera", "R6", "no picture", Ailment(_P, Ail.DEAD_CAMERA, 18, 0)),
    _pair("peer_no_frames", "R6", "no picture", Ailment(_P, Ail.NO_FRAMES, 19, 0)),
    _group("peer_silent", "R6", "no sound", Ailment(_P, Ail.SILENT, 18, 18)),
    _group("peer_uplink_loss", "R7", "freeze", _UP_LOSS),
    _group("peer_uplink_delay", "R7", "freeze", _UP_DELAY),
    _group("peer_uplink_jitter", "R7", "freeze", _UP_JITTER),
    _pair("peer_uplink_loss", "R7", "freeze", _UP_LOSS),
    _crowd("peer_uplink_loss", "R7", "freeze", _UP_LOSS),
    _group("user_downlink_loss", "R8", "freeze", _DOWN_LOSS),
    _group("user_downlink_delay", "R8", "freeze", _DOWN_DELAY),
    _group("user_downlink_jitter", "R8", "freeze", _DOWN_JITTER),
    _pair("user_downlink_loss", "R8", "freeze", _DOWN_LOSS),
    _crowd("user_downlink_loss", "R8", "freeze", _DOWN_LOSS),
    _group("peer_system_cpu", "R9", "freeze", _PEER_SYSTEM),
    _group("peer_app_cpu", "R9", "freeze", _PEER_APP),
    _pair("peer_system_cpu", "R9", "freeze", _PEER_SYSTEM),
    _crowd("peer_system_cpu", "R9", "freeze", _PEER_SYSTEM),
    _group("user_system_cpu", "R10", "freeze", _USER_SYSTEM),
    _group("user_app_cpu", "R10", "freeze", _USER_APP),
    _pair("user_system_cpu", "R10", "freeze", _USER_SYSTEM),
    _group("server_empty", "R11", "freeze", Ailment(_R, Ail.SERVER_EMPTY, 20, 20)),
    _group("server_no_frames", "R11", "freeze", Ailment(_R, Ail.SERVER_NO_FRAMES, 21, 0)),
    _pair("server_empty", "R11", "freeze", Ailment(_R, Ail.SERVER_EMPTY, 20, 20)),
    _crowd("server_empty", "R11", "freeze", Ailment(_R, Ail.SERVER_EMPTY, 20, 20)),
    _group("user_network_loss", "R12", "freeze both ways", _USER_UP_LOSS, _DOWN_LOSS),
    _group("user_network_delay", "R12", "freeze both ways", _USER_UP_DELAY, _DOWN_DELAY),
    _pair("user_network_jitter", "R12", "freeze both ways", _USER_UP_JITTER, _DOWN_JITTER),
    _crowd("user_network_loss", "R12", "freeze both ways", _USER_UP_LOSS, _DOWN_LOSS),
    _group("adapted", "R13", "blurry", Ailment(_P, Ail.ADAPTED)),
    _pair("adapted", "R13", "blurry", Ailment(_P, Ail.ADAPTED)),
    _crowd("adapted", "R13", "blurry", Ailment(_P, Ail.ADAPTED)),
    _group("audio_loss_up", "R14", "broken voice", Ailment(_P, Ail.AUDIO_LOSS_UP, 0, 11), video=False),
    _group("audio_loss_down", "R14", "broken voice", Ailment(_U, Ail.AUDIO_LOSS_DOWN, 0, 13), video=False),
    _pair("audio_jitter_down", "R14", "broken voice", Ailment(_U, Ail.AUDIO_JITTER_DOWN, 0, 8), video=False),
    _pair("audio_silent", "R14", "broken voice", Ailment(_U, Ail.AUDIO_SILENT, 0, 15), video=False),
    _pair("unexplained", "R15", "freeze", Ailment(_U, Ail.UNEXPLAINED, 16, 16)),
    _group("unexplained", "R15", "freeze", Ailment(_U, Ail.UNEXPLAINED, 16, 16)),
    _group("unexplained_no_factor", "R15", "freeze", Ailment(_U, Ail.UNEXPLAINED)),
    Cause("two_uplink_and_cpu", ("R7", "R10"), "freeze", (_UP_LOSS, _USER_SYSTEM), low=4),
    Cause("two_downlink_and_peer_cpu", ("R8", "R9"), "freeze", (_DOWN_LOSS, _PEER_APP), low=4),
    Cause(
        "two_network_and_cpu_pair", ("R12", "R10"), "freeze", (_USER_UP_LOSS, _DOWN_LOSS, _USER_APP), high=2
    ),
    Cause("gaps_uplink_loss", ("R7",), "freeze", (_UP_LOSS, Ailment(_R, Ail.GAPS)), low=4),
    Cause("gaps_downlink_loss", ("R8",), "freeze", (_DOWN_LOSS, Ailment(_R, Ail.GAPS)), low=4),
    Cause("mute_client_uplink_loss", ("R7",), "freeze", (_UP_LOSS, Ailment(_U, Ail.UNREPORTED)), low=4),
    Cause("misleading_busy_user", ("R7",), "freeze", (_UP_LOSS,), low=4, quirks=((_U, Quirk.BUSY),)),
    Cause("misleading_lossy_peer", ("R8",), "freeze", (_DOWN_LOSS,), low=4, quirks=((_P, Quirk.LOSSY),)),
    Cause("misleading_far_peer", ("R10",), "freeze", (_USER_SYSTEM,), low=4, quirks=((_P, Quirk.FAR),)),
    Cause("misleading_shaky_user_pair", ("R9",), "freeze", (_PEER_APP,), high=2, quirks=((_U, Quirk.SHAKY),)),
)

JOIN_CAUSES: tuple[JoinCause, ...] = (
    *(JoinCause("R1", factor) for factor in (5, 6, 7)),
    *(JoinCause("R2", factor) for factor in (1, 9, 15, 90000004, 90100008)),
    *(JoinCause("R3", factor) for factor in (3, 4, 90100009, 10000001, 31000003, 32000030)),
    *(JoinCause("R4", factor) for factor in (2, 2, 2)),
)
