"""The cloud's reasons for abnormal events, in words. Source: API reference, ListRtcAbnormalEvents."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

__all__ = ["reason_words"]

_JOIN: dict[int, str | Promise] = {
    1: _("the link could not be set up"),
    2: _("the room was not free"),
    3: _("a fault of the server"),
    4: _("the server answered 503"),
    5: _("the credentials were refused"),
    6: _("the credentials were tried again"),
    7: _("the clocks could not be brought together"),
    8: _("a wrong address"),
    9: _("a fault inside the client"),
    15: _("the browser refused the session's description"),
    90000004: _("the signalling of the join timed out"),
    90100008: _("no WebSocket could be opened"),
    90100009: _("the web client got no configuration"),
    10000001: _("a fault of the service"),
    31000003: _("a fault of the service"),
    32000030: _("a fault of the service"),
}
_FREEZE: dict[int, str | Promise] = {
    1: _("the device's processor was busy"),
    2: _("the app kept the processor busy"),
    3: _("delay of the sound on the way up"),
    4: _("jitter of the sound on the way up"),
    5: _("delay of the picture on the way up"),
    6: _("jitter of the picture on the way up"),
    7: _("delay of the sound on the way down"),
    8: _("jitter of the sound on the way down"),
    9: _("delay of the picture on the way down"),
    10: _("jitter of the picture on the way down"),
    11: _("sound was lost on the way up"),
    12: _("picture was lost on the way up"),
    13: _("sound was lost on the way down"),
    14: _("picture was lost on the way down"),
    15: _("the sound that came was silent"),
    16: _("another reason"),
    17: _("the other one was gone"),
    18: _("the other one sent no stream"),
    19: _("the other one sent no pictures"),
    20: _("the server passed no stream on"),
    21: _("the server passed no pictures on"),
}


def reason_words(factor: int | None, *, joining: bool) -> str:
    """Say what the cloud gives as a reason of a slow join or of freezes.

    An unknown code is said to be unknown, with its number.
    """
    if factor is None:
        return gettext("no reason given")
    book = _JOIN if joining else _FREEZE
    known = book.get(factor)
    return (
        str(known) if known is not None else gettext("a reason without a name (%(code)s)") % {"code": factor}
    )
