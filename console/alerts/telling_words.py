"""Channels, messages and what became of them, in words, and their colours."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from console.alerts.engine.silence import Silence
from console.alerts.models import Message
from console.core.text import aside, listed

__all__ = [
    "DROPPED",
    "FORMAT_NAMES",
    "MESSAGE_TONES",
    "PROBLEM_WORDS",
    "WEEKDAYS",
    "problem_said",
    "silence_said",
]

MESSAGE_TONES = {
    Message.State.WAITING: "watch",
    Message.State.SENDING: "info",
    Message.State.DELIVERED: "good",
    Message.State.GIVEN_UP: "bad",
}
FORMAT_NAMES: dict[str, str | Promise] = {
    "generic": _("JSON, signed (for programs)"),
    "slack": _("Slack, Mattermost"),
    "feishu": _("Feishu, Lark"),
    "dingtalk": _("DingTalk"),
    "wecom": _("WeCom"),
}
WEEKDAYS = [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]

# Why an attempt failed, and what to do.
PROBLEM_WORDS: dict[str, str | Promise] = {
    "mail_none": _("No mail server is set. An owner enters it under Settings › E-mail."),
    "mail_url": _("MAIL_URL or MAIL_FROM is not right. See the console's README."),
    "mail_sealed": _("The password of the mail server was sealed with a key that is gone. Enter it again."),
    "mail_name": _("The name %(host)s is not known here. Check its spelling, and that this machine's DNS works."),
    "mail_address": _("%(host)s leads to an address that is never connected to. Check its name."),
    "mail_slow": _("%(host)s does not answer at port %(port)s. A firewall may be in the way, or the port is wrong."),
    "mail_closed": _("%(host)s refuses connections at port %(port)s. Check host and port."),
    "mail_unreached": _("%(host)s does not answer as a mail server at port %(port)s. Check port and encryption."),
    "mail_greeting": _("%(host)s does not want to talk to this console. It said: %(said)s"),
    "mail_certificate": _("The certificate of %(host)s is not trusted: %(why)s."),
    "mail_no_tls": _("%(host)s does not speak TLS like this at port %(port)s. Choose another encryption or port."),
    "mail_no_starttls": _("%(host)s offers no STARTTLS at port %(port)s. Choose another encryption or port."),
    "mail_sign_in": _("The mail server did not accept the user name %(user)s with this password. It said: %(said)s"),
    "mail_no_sign_in": _("%(host)s offers no sign-in here. Leave the user name empty, or choose another encryption."),
    "mail_sender": _("The mail server refused the sender %(sender)s. It said: %(said)s"),
    "mail_recipient": _("The mail server refused the recipient %(to)s. It said: %(said)s"),
    "mail_content": _("The mail server refused the message. It said: %(said)s"),
    "mail_lost": _("%(host)s closed the connection or fell silent in the middle."),
    "no_right": _("The person does not see this alert in the console any more."),
    "no_address": _("The person has no e-mail address any more."),
    "channel_gone": _("The channel was deleted."),
    "channel_off": _("The channel was switched off."),
    "sealed": _("The channel was sealed with a key that this console no longer has. Enter its address again."),
    "hook_private": _("%(host)s is not a public address. Only an operator can allow it (ALLOW_PRIVATE_ENDPOINTS)."),
    "hook_name": _("The name %(host)s is not known here."),
    "hook_connection": _("No connection to %(host)s came about, or it leads into a private network."),
    "hook_tls": _("The certificate or encryption of %(host)s was not accepted."),
    "hook_slow": _("%(host)s took longer than 10 s to answer."),
    "hook_cut": _("%(host)s closed the connection before it had answered."),
    "hook_large": _("%(host)s answered with more than 64 KB, which no receiver of messages does."),
    "hook_status": _("%(host)s answered with status %(status)s."),
    "hook_refused": _("%(host)s did not take it. It said: %(said)s"),
    "lost": _("Whoever sent it stopped each time before the answer was read."),
    "surprise": _("Something went wrong in the console itself; its log says what."),
}  # fmt: skip

# Why somebody was not told.
DROPPED: dict[str, str | Promise] = {
    "no_right": _("not told: they don't see this alert in the console"),
    "no_address": _("not told: they have no e-mail address"),
    "no_channel": _("not told: the channel was deleted"),
    "channel_off": _("not told: the channel was switched off"),
    "looked_after": _("not reminded: somebody looked after it"),
    "not_told": _("not told: that it began never arrived"),
    "over": _("not reminded: it was over"),
}


def problem_said(problem: Mapping[str, Any]) -> str:
    """Say what was the problem of an attempt; "" for none."""
    if not problem:
        return ""
    words = PROBLEM_WORDS.get(problem.get("code", ""), PROBLEM_WORDS["surprise"])
    try:
        return str(words) % problem
    except KeyError:
        return str(words)


def silence_said(silence: Silence) -> str:
    """Say when nobody is told: "Mon–Fri 22:00–07:00 (Asia/Shanghai)"; "" for never."""
    if not silence.days:
        return ""
    days = gettext("every day") if len(silence.days) == 7 else _days(sorted(silence.days))
    whole = silence.start == silence.end
    hours = gettext("all day") if whole else f"{_clock(silence.start)}–{_clock(silence.end)}"
    return aside(f"{days} {hours}", silence.zone)


def _days(days: list[int]) -> str:
    """Name days of the week, three and more in a row by the first and the last: "Mon–Fri, Sun"."""
    rows: list[list[int]] = []
    for day in days:
        if rows and day == rows[-1][-1] + 1:
            rows[-1].append(day)
        else:
            rows.append([day])
    named = []
    for row in rows:
        names = [str(WEEKDAYS[day]) for day in row]
        named += [f"{names[0]}–{names[-1]}"] if len(names) > 2 else names
    return listed(named)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
