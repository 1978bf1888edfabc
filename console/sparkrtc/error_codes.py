"""What the cloud's error codes mean and what to do about them, as data.

Codes that begin with APIGW come from the gateway, before the service saw the request; RTC and DATA codes come
from the service. One code may stand for several statuses: then its key is "code/status".
Source: API Reference, Error Codes; API Gateway, Error Codes.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ERROR_CODES", "ErrorCode", "key_of"]


@dataclass(frozen=True)
class ErrorCode:
    """One error code. status: the HTTP status it comes with. meaning, action: sentences for people."""

    status: int
    meaning: str
    action: str


_SUPPORT = "Ask the cloud's support, with the request id."
_LATER = "Try again later."
_LOOK_UP = "Check the id: it may have been deleted, or belong to another application or project."

_SERVICE = {
    "RTC.00001001": ErrorCode(
        400,
        "The cloud cannot tell which account the credentials belong to.",
        "Check the account of this connection's token or access key.",
    ),
    "RTC.00001002": ErrorCode(400, "The body of the request was not valid JSON.", _SUPPORT),
    "RTC.00001003": ErrorCode(400, "A value is not allowed.", "Correct the value."),
    "RTC.00001003/404": ErrorCode(404, "The application, template or job does not exist.", _LOOK_UP),
    "RTC.00001004": ErrorCode(400, "Some values exclude each other.", "Change the combination."),
    "RTC.00001005": ErrorCode(400, "A required value is missing.", "Fill it in."),
    "RTC.00001006": ErrorCode(400, "The same job is still running.", "Wait for it to end, or stop it."),
    "RTC.00001007": ErrorCode(
        400,
        "The account has reached its number of recording jobs.",
        "Stop jobs that are not needed, or ask the cloud's support for more.",
    ),
    "RTC.00001009": ErrorCode(400, "The job has already ended.", "Look at the job again."),
    "RTC.00001010": ErrorCode(400, "The application has no such layout.", "Choose another layout."),
    "RTC.00001012": ErrorCode(400, "Recording is not offered in this region.", "Choose another region."),
    "RTC.00001013": ErrorCode(
        400,
        "The template is bound to a backup template and cannot be deleted.",
        "Ask the cloud's support to unbind it.",
    ),
    "RTC.00001016": ErrorCode(
        400, "The application is disabled.", "Enable it, or check whether the account is in arrears."
    ),
    "RTC.00001017": ErrorCode(
        400,
        "The account has reached its number of applications (20 unless it was raised).",
        "Delete one that is not needed, or ask the cloud's support for more.",
    ),
    "RTC.00001018": ErrorCode(
        400, "The address given does not answer.", "Give one that the cloud can reach."
    ),
    "RTC.00001019": ErrorCode(
        400, "The application already has a recording template.", "Change that one, or delete it first."
    ),
    "RTC.00001020": ErrorCode(
        400, "The account already has an application of this name.", "Choose another name."
    ),
    "RTC.00001021": ErrorCode(
        400,
        "The policy of this connection's user does not allow the operation.",
        "Have the action granted to the user in the cloud's identity service.",
    ),
    "RTC.00002001": ErrorCode(500, "The cloud could not make an id.", _SUPPORT),
    "RTC.00002002": ErrorCode(500, "The cloud's database had a fault.", _SUPPORT),
    "RTC.00002003": ErrorCode(500, "The cloud's media service rejected its input.", _SUPPORT),
    "RTC.00002": ErrorCode(
        500, "The cloud had an internal fault.", "Try again later; if it stays, ask its support."
    ),
    "DATA.100011001": ErrorCode(400, "A required value of a statistics query is missing.", "Fill it in."),
}

_GATEWAY = {
    "APIGW.0101": ErrorCode(
        404, "The gateway does not know this address or method.", "Check the endpoint of this connection."
    ),
    "APIGW.0103": ErrorCode(404, "The gateway has no service behind this address.", _SUPPORT),
    "APIGW.0104": ErrorCode(400, "The gateway lacks a plug-in.", _SUPPORT),
    "APIGW.0105": ErrorCode(400, "The gateway lacks the configuration of its service.", _SUPPORT),
    "APIGW.0106": ErrorCode(400, "The gateway could not map the request.", _SUPPORT),
    "APIGW.0201": ErrorCode(400, "The gateway found the request malformed.", "Correct the request."),
    "APIGW.0201/413": ErrorCode(413, "The request was larger than 12 MB.", "Send less at once."),
    "APIGW.0201/414": ErrorCode(414, "The address of the request was too long.", "Use fewer filters."),
    "APIGW.0201/494": ErrorCode(494, "The headers of the request were too large.", _SUPPORT),
    "APIGW.0201/502": ErrorCode(502, "The gateway could not reach the service.", _LATER),
    "APIGW.0201/504": ErrorCode(504, "The service took too long for the gateway.", _LATER),
    "APIGW.0301": ErrorCode(
        401,
        "The token or the signature is wrong.",
        "Check the key and its secret, the clock of this machine, and whether the token has expired.",
    ),
    "APIGW.0302": ErrorCode(
        403, "This user is not allowed to call the API.", "Check the gateway's allow and deny lists."
    ),
    "APIGW.0303": ErrorCode(401, "The application credentials are wrong.", _SUPPORT),
    "APIGW.0304": ErrorCode(403, "The application credentials are not allowed to call the API.", _SUPPORT),
    "APIGW.0305": ErrorCode(401, "Credentials are missing or wrong.", "Check this connection's credentials."),
    "APIGW.0306": ErrorCode(403, "Access is not allowed.", "Check the rights of this connection's user."),
    "APIGW.0307": ErrorCode(
        401, "The token has expired or is of another region.", "Check the endpoint of the identity service."
    ),
    "APIGW.0308": ErrorCode(429, "The request limit is reached.", "Wait; the limit cannot be raised."),
    "APIGW.0310": ErrorCode(403, "The project cannot be used.", "Check the project id of this connection."),
    "APIGW.0311": ErrorCode(401, "The debugging credentials are wrong.", _SUPPORT),
    "APIGW.0401": ErrorCode(403, "The gateway cannot tell this machine's address.", _SUPPORT),
    "APIGW.0402": ErrorCode(
        403, "This machine's address is not allowed.", "Check the gateway's allow and deny lists."
    ),
    "APIGW.0404": ErrorCode(403, "The gateway may not reach its service.", _SUPPORT),
    "APIGW.0501": ErrorCode(405, "The quota of the application is used up.", "Have the quota raised."),
    "APIGW.0502": ErrorCode(405, "The application is frozen.", "Check the account's balance."),
    "APIGW.0601": ErrorCode(500, "The gateway had a fault.", _LATER),
    "APIGW.0602": ErrorCode(400, "The gateway found the request wrong.", "Correct the request."),
    "APIGW.0605": ErrorCode(500, "The gateway could not resolve its service's name.", _SUPPORT),
    "APIGW.0606": ErrorCode(500, "The gateway could not load its configuration.", _SUPPORT),
    "APIGW.0607": ErrorCode(400, "The protocol is not supported.", "Use an https endpoint."),
    "APIGW.0608": ErrorCode(500, "The gateway could not read the account.", _SUPPORT),
    "APIGW.0609": ErrorCode(500, "The gateway has no service behind this address.", _SUPPORT),
    "APIGW.0610": ErrorCode(502, "No service is up behind the gateway.", _LATER),
    "APIGW.0611": ErrorCode(500, "The gateway has no port for its service.", _SUPPORT),
    "APIGW.0612": ErrorCode(500, "The gateway called itself.", _SUPPORT),
    "APIGW.0613": ErrorCode(503, "The identity service is down.", _LATER),
    "APIGW.0705": ErrorCode(500, "The gateway could not sign its own request.", _SUPPORT),
    "APIGW.0801": ErrorCode(403, "The service is not offered in this region.", "Check the endpoint."),
    "APIGW.0802": ErrorCode(403, "This user is not allowed in this region.", _SUPPORT),
}

ERROR_CODES: dict[str, ErrorCode] = {**_SERVICE, **_GATEWAY}


def key_of(code: str, status: int | None) -> str | None:
    """Return the key in ERROR_CODES for a code that came with a status, or None for an unknown code.

    The service announces codes RTC.00002001 to RTC.00002006 and writes RTC.00002xxx in its examples, but
    publishes the meaning of only three: the others share one entry.
    """
    for key in (f"{code}/{status}", code):
        if key in ERROR_CODES:
            return key
    return "RTC.00002" if code.startswith("RTC.00002") else None
