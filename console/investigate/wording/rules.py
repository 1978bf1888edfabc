"""The rules for people: what each looks at, what it concludes, what to do. The page of rules is made of it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["RULE_TEXTS", "RuleText"]

Text = str | Promise


@dataclass(frozen=True)
class RuleText:
    """One rule: name; the complaints that it answers; the evidence it wants; its verdict; advice for the reply."""

    name: Text
    symptom: Text
    evidence: Text
    verdict: Text
    advice: Text


RULE_TEXTS: dict[str, RuleText] = {
    "R0": RuleText(
        _("Not enough data"),
        _("any"),
        _(
            "A call of less than a minute, no or few points in that time, figures that are not in yet or forgotten"
        ),
        _("Says what is missing and, where more will come, when to look again"),
        _("Ask for time, room and user id"),
    ),
    "R1": RuleText(
        _("Credentials or clock"),
        _("cannot join, joins slowly"),
        _("The reason of the join is authentication, its repetition or the clock (5, 6, 7)"),
        _("The customer's server gives wrong or stale credentials, or a clock is wrong"),
        _("Check the life of the access signature and the clocks"),
    ),
    "R2": RuleText(
        _("The joiner's network or browser"),
        _("cannot join, joins slowly"),
        _(
            "Link, address, client, browser, signalling or WebSocket (1, 8, 9, 15, 90000004, 90100008), and no crowd"
        ),
        _("Their network, a proxy or firewall, or their browser"),
        _("Another network; let WebSocket pass"),
    ),
    "R3": RuleText(
        _("The service at the door"),
        _("cannot join, joins slowly"),
        _("A reason of the service's, or many people on several networks who fail in the same minutes"),
        _("The service is at fault"),
        _("Open a ticket with session and request ids"),
    ),
    "R4": RuleText(
        _("Turned away on purpose"),
        _("cannot join"),
        _(
            "The room was not free (2), the application was off, or we removed them or ended the room shortly before"
        ),
        _("Policy, not a fault"),
        _("Explain the rule, and name it"),
    ),
    "R5": RuleText(
        _("The other one was away or had switched off"),
        _("no sound, no picture"),
        _("Their session had ended (17), or a client's event says in clear text that they switched off"),
        _("Something a person did, not the network"),
        _("Ask them"),
    ),
    "R6": RuleText(
        _("The other one sent nothing"),
        _("no sound, no picture"),
        _(
            "Their bits or frames are zero for a while although they are there (18, 19), and no event says why"
        ),
        _("Device busy, permission, background; for sound, possibly muted"),
        _("Check device and permission"),
    ),
    "R7": RuleText(
        _("The sender's way up"),
        _("freezes"),
        _(
            "Loss, round trip or jitter of the way up (3–6, 11, 12) goes with the freezes, and others suffer too"
        ),
        _("The sender's own network"),
        _("Cable or better Wi-Fi, a smaller picture"),
    ),
    "R8": RuleText(
        _("The receiver's way down"),
        _("freezes"),
        _(
            "Loss, round trip or jitter of the way down in most streams (7–10, 13, 14); others receive the same well"
        ),
        _("The receiver's own network"),
        _("Cable or better Wi-Fi, a smaller picture"),
    ),
    "R9": RuleText(
        _("The sender's device"),
        _("freezes"),
        _("The processor is busy when it freezes and not otherwise (1, 2), and fewer frames are sent"),
        _("The sender's device is overloaded"),
        _("Close programs, send a smaller picture"),
    ),
    "R10": RuleText(
        _("The receiver's device"),
        _("freezes"),
        _("The processor is busy when it freezes and not otherwise (1, 2), in most streams"),
        _("The receiver's device is overloaded"),
        _("Close programs, show fewer streams"),
    ),
    "R11": RuleText(
        _("The media service"),
        _("freezes, no sound, no picture"),
        _(
            "The way up is clean and carries something, nothing arrives (20, 21), and the way down of others is fine"
        ),
        _("The service did not pass it on"),
        _("Open a ticket with the cloud"),
    ),
    "R12": RuleText(
        _("A network that is bad both ways"),
        _("freezes for oneself and for others"),
        _(
            "Way up and ways down are bad in the same minutes, and both go with the freezes; looked at before R7 and R8"
        ),
        _("That person's access network"),
        _("Another network"),
    ),
    "R13": RuleText(
        _("A smaller picture"),
        _("blurred"),
        _("Width falls, or bits where somebody says that it was blurred, while nothing is lost"),
        _("Adaptation to less bandwidth; an inference"),
        _("Show fewer streams"),
    ),
    "R14": RuleText(
        _("The sound's way"),
        _("broken or robotic sound"),
        _(
            "Loss or jitter of the sound alone, or sound that arrives as silence (15), while the picture is fine"
        ),
        _("The way of the sound, up or down"),
        _("Headset test"),
    ),
    "R15": RuleText(
        _("Unknown"),
        _("any"),
        _("It hurt, and none of the rules holds"),
        _("Lists what was ruled out, with figures"),
        _("Collect the client's log"),
    ),
}
