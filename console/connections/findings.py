"""What is found about a connection: kept as a code with its values, said in the language of whoever looks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from console.core import told
from console.core.sayings import register_sayings
from console.sparkrtc.errors import SparkError

__all__ = ["Finding", "Found", "as_it_is", "of_the_cloud"]

_ADDRESSES: dict[str, Promise] = {
    "not_an_endpoint": _("This is not an address. Write it like https://rtc-api.myhuaweicloud.com"),
    "not_an_address": _("This is not an address."),
    "only_https": _("Only https is allowed: over http the answers could be read on the way."),
    "credentials_in_address": _("Credentials don't belong into the address."),
    "more_than_host": _("Only the scheme and the host are wanted, without anything after them."),
    "port_0": _("Port 0 cannot be connected to."),
    "no_scheme": _("An address begins with http:// or https:// and names a host."),
    "odd_characters": _("An address has no spaces and no backslashes."),
    "fragment": _("What follows a # is never sent: leave it out."),
    "long_host": _("No host can have such a name: 253 characters at most, and 63 between two dots."),
    "never_allowed": _("Nothing of this console may lead to %(address)s, whatever the settings."),
    "not_public": _(
        "%(address)s is not a public address. Only an operator can allow it (ALLOW_PRIVATE_ENDPOINTS)."
    ),
}

_REACHING: dict[str, Promise] = {
    "unknown_name": _(
        "The name %(host)s is not known here. Check its spelling, and that this machine's DNS works."
    ),
    "untrusted": _("The certificate of %(host)s is not trusted: %(why)s."),
    "no_tls": _("%(host)s does not speak https at port %(port)s."),
    "slow": _(
        "%(host)s does not answer at port %(port)s. A firewall may be in the way: this console must reach it."
    ),
    "refuses": _("%(host)s refuses connections at port %(port)s. Check the endpoint's host and port."),
    "no_connection": _("No connection to %(host)s at port %(port)s came about."),
    "trusted": _("The certificate is valid."),
    "in_clear": _("Not encrypted. Right for a sandbox on this machine only."),
}

_USING: dict[str, Promise] = {
    "switched_off": _("The connection %(name)s is switched off. Switch it on under Settings › Connections."),
    "key_lost": _(
        "The secret of the connection %(name)s was sealed with a key that this console no longer has. "
        "Add that key to SEALING_KEYS, or enter the secret again."
    ),
    "no_secret": _("The connection %(name)s has no secret yet. Enter it under Settings › Connections."),
}

_ANSWERS: dict[str, Promise] = {
    "clock_unknown": _("The cloud did not say what time it has."),
    "clock_agrees": _("Both clocks agree."),
    "clock_differs": _(
        "This machine's clock differs from the cloud's by %(seconds)s s. Set it: beyond 900 s nothing works."
    ),
    "accepted": _("The cloud accepts the credentials."),
    "project_known": _("The cloud knows the project."),
    "applications": ngettext_lazy(
        "%(count)s application is visible.", "%(count)s applications are visible.", "count"
    ),
    "permits_free": _("Permits were free, and the cloud counted no more than this console."),
    "iam_unreached": _("The identity service %(host)s cannot be reached: %(why)s"),
    "iam_refuses": _(
        "The identity service does not accept the account name, the user name or the password; it does not say "
        "which. Check that the user may sign in by program, and that the password has not expired."
    ),
    "iam_forbids": _(
        "The identity service gives this user no token for the account. Check the account name."
    ),
    "not_iam": _("%(host)s does not answer as an identity service. Check the IAM endpoint."),
    "no_token": _("The identity service %(host)s gave no token: %(why)s"),
    "token_refused": _("The cloud does not accept the token of this user: %(why)s"),
    "key_unknown": _(
        "The cloud does not know this access key id (AK). Check it, and that the key was not deleted."
    ),
    "wrong_secret": _(
        "The secret access key (SK) does not belong to this access key id (AK). Enter the secret again."
    ),
    "key_refused": _(
        "The cloud does not accept the access key: either its id (AK) is unknown or disabled, or the secret (SK) does "
        "not belong to it. The cloud does not say which. Check the AK, then enter the SK again."
    ),
    "other_project": _(
        "The credentials are good, but the project id %(project)s is not one of theirs. Copy it from My Credentials in "
        "the cloud's console."
    ),
    "right_missing": _(
        "The credentials are good, but their policy in the cloud does not allow reading (%(operation)s). Grant the "
        "user the rights to SparkRTC. The cloud says: %(said)s"
    ),
    "throttled": _(
        "The cloud counts more requests than this console sends: somebody else uses the account. Try again in a "
        "minute; the credentials look good."
    ),
    "used_up": _(
        "This console has used up its share of requests for the moment. Try again in %(seconds)s s."
    ),
    "other_service": _(
        "%(host)s answers, but it does not know the SparkRTC API. Check the endpoint; usually it is "
        "https://rtc-api.myhuaweicloud.com"
    ),
}

_TEXTS: dict[str, str | Promise] = {
    **_ADDRESSES,
    **_REACHING,
    **_USING,
    **_ANSWERS,
    "as_it_is": "%(said)s",
    "of_the_cloud": "%(why)s",
}

# Failures stand in the trail too, in English. What is counted never fails.
register_sayings(
    text
    for table in (_ADDRESSES, _REACHING, _USING, _ANSWERS)
    for code, text in table.items()
    if code != "applications"
)


@dataclass(frozen=True)
class Finding:
    """A sentence about a connection: its code in _TEXTS and what stands in its places; str() says it.

    values: as JSON can hold them; a list is an error of the cloud as console.core.told keeps it.
    """

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        values = {
            name: told.say(value) if isinstance(value, list) else value for name, value in self.values.items()
        }
        return str(_TEXTS[self.code] % values)


class Found(Exception):
    """Something is wrong with a connection or an address; str() says what, in the language of whoever looks."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.finding = Finding(code, values)

    def __str__(self) -> str:
        return str(self.finding)


def as_it_is(said: str) -> Finding:
    """Return a finding that is the same in every language: an address, or what was once kept as text."""
    return Finding("as_it_is", {"said": said})


def of_the_cloud(error: SparkError) -> Finding:
    """Return what an error of the cloud says by itself."""
    return Finding("of_the_cloud", {"why": told.keep(error)})
