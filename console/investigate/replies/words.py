"""Sentences of replies to the people who were in the call: what happened to them, and what they can do about it.

A verdict's own sentences are for those who know what packet loss is. Each entry is (to somebody about themselves, about
somebody else); an empty one is never said. A test finds verdicts that have none.
"""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["ADVICE", "HAPPENED", "NO_ENTRY", "SURE", "Audience"]

Text = str | Promise


class Audience(StrEnum):
    """For whom a reply is."""

    USER = "user"
    ENGINEER = "engineer"
    INTERNAL = "internal"


_TOO_LITTLE = _("There are too few figures of this call to say what happened.")
_TRY_LATER = _("The figures of this call are not complete yet. We look again as soon as they are.")
_NO_TRACE = _("We found no trace of this call. Please tell us the time and the name of the room once more.")

# {clause that says what happened: (you, somebody else)}
HAPPENED: dict[str, tuple[Text, Text]] = {
    "R0.short": (_TOO_LITTLE, _TOO_LITTLE),
    "R0.not_yet": (_TRY_LATER, _TRY_LATER),
    "R0.forgotten": (_TOO_LITTLE, _TOO_LITTLE),
    "R0.no_points": (_TOO_LITTLE, _TOO_LITTLE),
    "R0.few_points": (_TOO_LITTLE, _TOO_LITTLE),
    "R0.not_here": (_NO_TRACE, _NO_TRACE),
    "R0.never_seen": (_NO_TRACE, _NO_TRACE),
    "R0.join_not_yet": (_TRY_LATER, _TRY_LATER),
    "source.failed": (_TOO_LITTLE, _TOO_LITTLE),
    "source.forgotten": (_TOO_LITTLE, _TOO_LITTLE),
    "source.not_asked": (_TOO_LITTLE, _TOO_LITTLE),
    "R1.says": (
        _("You could not get into the call because the app's sign-in to it was not accepted."),
        _("%(person)s could not get into the call because the app's sign-in to it was not accepted."),
    ),
    "R1.says_slow": (
        _("It took you long to get into the call because the app's sign-in to it was not accepted at once."),
        _(
            "It took %(person)s long to get into the call because the app's sign-in to it was not accepted at once."
        ),
    ),
    "R2.says": (
        _("You could not get into the call: your network, a proxy or your browser stood in the way."),
        _(
            "%(person)s could not get into the call: their network, a proxy or their browser stood in the way."
        ),
    ),
    "R2.says_slow": (
        _("It took you long to get into the call: your network, a proxy or your browser stood in the way."),
        _(
            "It took %(person)s long to get into the call: their network, a proxy or their browser stood in the way."
        ),
    ),
    "R3.says": (
        _("You could not get into the call because of a fault of the service. We are sorry."),
        _("%(person)s could not get into the call because of a fault of the service. We are sorry."),
    ),
    "R3.says_slow": (
        _("It took you long to get into the call because of a fault of the service. We are sorry."),
        _("It took %(person)s long to get into the call because of a fault of the service. We are sorry."),
    ),
    "R4.says": (
        _("You were not let into the call. Somebody decided so; it was no technical fault."),
        _("%(person)s was not let into the call. Somebody decided so; it was no technical fault."),
    ),
    "R4.says_slow": (
        _("At first you were not let into the call. Somebody decided so; it was no technical fault."),
        _("At first %(person)s was not let into the call. Somebody decided so; it was no technical fault."),
    ),
    "R5.says_left": (_("You had left the call."), _("%(person)s had left the call.")),
    "R5.says_muted": (
        _("Your microphone was switched off."),
        _("The microphone of %(person)s was switched off."),
    ),
    "R5.says_camera_off": (
        _("Your camera was switched off."),
        _("The camera of %(person)s was switched off."),
    ),
    "R6.says_sound": (
        _("You were in the call, but no sound came from your device. It may have been muted."),
        _("%(person)s was in the call, but no sound came from their device. It may have been muted."),
    ),
    "R6.says_picture": (
        _("You were in the call, but no picture came from your device."),
        _("%(person)s was in the call, but no picture came from their device."),
    ),
    "R6.says_nothing": (
        _("You were in the call, but neither sound nor picture came from your device."),
        _("%(person)s was in the call, but neither sound nor picture came from their device."),
    ),
    "R7.says": (
        _("Your connection lost or delayed what you sent."),
        _("The connection of %(person)s lost or delayed what they sent."),
    ),
    "R7.says_several": (
        _("Your connection lost or delayed what you sent, so several others could not receive you well."),
        _(
            "The connection of %(person)s lost or delayed what they sent, so several could not receive it well."
        ),
    ),
    "R7.says_everybody": (
        _("Your connection lost or delayed what you sent, so the others could not receive you well."),
        _(
            "The connection of %(person)s lost or delayed what they sent, so the others could not receive it well."
        ),
    ),
    "R7.says_wide": (
        _(
            "What you sent was lost or late; so it was for many others who use the same network or live nearby."
        ),
        _("What %(person)s sent was lost or late; so it was for many others of the same network or region."),
    ),
    "R8.says_wide": (
        _(
            "What was sent to you was lost or late; so it was for many others who use the same network or live nearby."
        ),
        _(
            "What was sent to %(person)s was lost or late; so it was for many others of the same network or region."
        ),
    ),
    "R12.says_wide": (
        _(
            "Your network was bad in both directions; so it was for many others who use the same one or live nearby."
        ),
        _("The network of %(person)s was bad in both directions; so it was for many others of it or nearby."),
    ),
    **dict.fromkeys(
        ("R8.says", "R8.says_only"),
        (
            _("Your connection lost or delayed what was sent to you."),
            _("The connection of %(person)s lost or delayed what was sent to them."),
        ),
    ),
    "R9.says": (
        _("Your device was too busy to send sound and picture in time."),
        _("The device of %(person)s was too busy to send sound and picture in time."),
    ),
    "R10.says": (
        _("Your device was too busy to play what it received."),
        _("The device of %(person)s was too busy to play what it received."),
    ),
    "R11.says": (
        _("What %(peer)s sent did not reach you because of a fault of the service. We are sorry."),
        _("What %(peer)s sent did not reach %(person)s because of a fault of the service. We are sorry."),
    ),
    "R12.says": (
        _("Your network was bad in both directions at the same time."),
        _("The network of %(person)s was bad in both directions at the same time."),
    ),
    "R13.says_sent": (
        _("You sent a smaller picture for a while, probably because your connection did not carry more."),
        _(
            "%(person)s sent a smaller picture for a while, probably because their connection did not carry more."
        ),
    ),
    "R13.says_received": (
        _("Your picture arrived smaller for a while, probably because the connection did not carry more."),
        _(
            "The picture of %(person)s arrived smaller for a while, probably because the connection did not carry more."
        ),
    ),
    "R14.says_uplink": (
        _("Your sound broke up on its way to us; your picture did not."),
        _("The sound of %(person)s broke up on its way to us; the picture did not."),
    ),
    "R14.says_downlink": (
        _("Sound broke up on its way to you; the picture did not."),
        _("Sound broke up on its way to %(person)s; the picture did not."),
    ),
    "R14.says_silent": (
        _("The sound of %(peer)s arrived, but it was silent."),
        _("The sound of %(peer)s arrived at %(person)s, but it was silent."),
    ),
    "R15.says": (
        _("We see that the call went badly for you, but the figures do not say why."),
        _("We see that the call went badly for %(person)s, but the figures do not say why."),
    ),
    "calm": (
        _("The figures show no trouble in what reached you in this call."),
        _("The figures show no trouble in what reached %(person)s in this call."),
    ),
    "calm.others_hit": (
        _(
            "The figures show no trouble in what reached you. Others in the call had trouble; "
            "the figures do not show that it came from you."
        ),
        _(
            "The figures show no trouble in what reached %(person)s. Others in the call had trouble; "
            "the figures do not show that it came from them."
        ),
    ),
    "calm.own_stream": (
        _(
            "The figures show no trouble in what reached you, but others received you badly. "
            "The figures do not say why."
        ),
        _(
            "The figures show no trouble in what reached %(person)s, but others received them badly. "
            "The figures do not say why."
        ),
    ),
    "calm.everybody": (
        _("The figures show nothing wrong with anybody in this call."),
        _("The figures show nothing wrong with anybody in this call."),
    ),
    "echo": (
        _("Whether there was an echo, or how loud it was, no figure of the service can tell."),
        _("Whether there was an echo, or how loud it was, no figure of the service can tell."),
    ),
    "join.fine": (
        _("You got into the call without trouble."),
        _("%(person)s got into the call without trouble."),
    ),
    "join.unknown": (
        _("You could not get into the call. The service does not say why."),
        _("%(person)s could not get into the call. The service does not say why."),
    ),
}

# {advice of a verdict: (to do oneself, to ask somebody else for)}
ADVICE: dict[str, tuple[Text, Text]] = {
    "advice.time_and_room": (
        _("Please tell us when it happened and in which room."),
        _("Please tell us when it happened and in which room."),
    ),
    "advice.check_token": ("", ""),
    "advice.check_clock": (
        _("Please check that date and time of your device are right."),
        _("Please ask them to check that date and time of their device are right."),
    ),
    "advice.other_network": (
        _("Please try another network, for example your phone's hot spot."),
        _("Please ask them to try another network, for example a phone's hot spot."),
    ),
    "advice.allow_websocket": (
        _("If you are in an office, please ask whether a proxy or firewall blocks WebSocket connections."),
        _("If they are in an office, a proxy or firewall there may block WebSocket connections."),
    ),
    "advice.cloud_ticket": (_("You need not change anything."), _("You need not change anything.")),
    "advice.network_ticket": ("", ""),
    "advice.explain_rule": ("", ""),
    "advice.ask_switch_on": (
        _("Please switch it on again."),
        _("Please ask them to switch it on again."),
    ),
    "advice.ask_why_left": ("", _("Please ask them why they left.")),
    "advice.check_capture": (
        _("Please check that the app may use the device, and that no other program uses it."),
        _("Please ask them to check that the app may use the device, and that no other program uses it."),
    ),
    "advice.cable": (
        _("A network cable, or a place nearer to the Wi-Fi, helps."),
        _("A network cable, or a place nearer to the Wi-Fi, would help them."),
    ),
    "advice.lower_resolution": (
        _("Sending a smaller picture helps."),
        _("It would help if they sent a smaller picture."),
    ),
    "advice.close_programs": (
        _("Please close other programs on your device."),
        _("It would help if they closed other programs on their device."),
    ),
    "advice.fewer_streams": (
        _("Showing fewer people at once helps."),
        _("It would help if they showed fewer people at once."),
    ),
    "advice.headset": (_("Please try a headset."), _("A headset may help them.")),
    "advice.client_log": (
        _("Please send us the log of the app from that time."),
        _("Please send us the log of their app from that time."),
    ),
}

SURE: dict[str, Text] = {
    "high": _("The figures of the call show this clearly."),
    "medium": _("The figures of the call point to this, but do not prove it."),
    "low": _("This is our best guess; the figures of the call are few."),
}

# What we did ourselves, without the number under which our own records have it.
NO_ENTRY: dict[str, Text] = {
    "action.removed": _("A moderator had removed them at %(at)s."),
    "action.dismissed": _("A moderator had ended the room at %(at)s."),
    "action.disabled": _("The application was switched off since %(at)s."),
    "action.enabled": _("The application was switched on again at %(at)s."),
}
