"""The cloud as a Python library: its operations as data, one client that sends them. No Django.

from console.sparkrtc import AccessKey, Client, Lane
from console.sparkrtc.catalogue.rooms import LIST_ROOMS

client = Client(endpoint, AccessKey(ak, sk), project_id, permits=permits)
answer = client.call(LIST_ROOMS, app_id="…", state="RUNNING", lane=Lane.PAGE, max_wait=2)
answer.value.rooms
"""

from console.sparkrtc.answers import Answer
from console.sparkrtc.bounded import new_session
from console.sparkrtc.client import Client
from console.sparkrtc.credentials import AccessKey, Credentials, IamUser
from console.sparkrtc.operation import Effect, Operation, Param, Quota
from console.sparkrtc.permits import Lane, Permit, Permits
from console.sparkrtc.secret import MASK, Secret, SecretForgotten
from console.sparkrtc.tokens import InProcessTokens, Token, TokenCache
from console.sparkrtc.transport import Timeouts

__all__ = [
    "MASK",
    "AccessKey",
    "Answer",
    "Client",
    "Credentials",
    "Effect",
    "IamUser",
    "InProcessTokens",
    "Lane",
    "Operation",
    "Param",
    "Permit",
    "Permits",
    "Quota",
    "Secret",
    "SecretForgotten",
    "Timeouts",
    "Token",
    "TokenCache",
    "new_session",
]
