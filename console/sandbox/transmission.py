"""Send an answer whole, or spoilt the way a fault asks for."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from console.sandbox.wire import head_bytes

__all__ = ["Answer", "Manner", "transmit"]

Manner = Literal["whole", "none", "half", "drip", "oversize", "streamed"]
_PADDING = b" " * 65_536


@dataclass(frozen=True)
class Answer:
    """What goes back, and how.

    manner: whole; none (the connection is cut unanswered); half (cut in the middle of the body, or of the status);
    drip (byte by byte over seconds); oversize (size bytes of padding before the body); streamed (size bytes of stream
    instead of a body).
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    manner: Manner = "whole"
    seconds: float = 0.0
    size: int = 0
    stream: Iterable[bytes] = ()


def transmit(sock: socket.socket, answer: Answer, *, keep_alive: bool, stopping: threading.Event) -> bool:
    """Send the answer; return whether the connection may be used again."""
    if answer.manner == "none":
        return False
    keep_alive = keep_alive and answer.manner != "half"
    head = head_bytes(answer.status, _framed(answer, keep_alive))
    if answer.manner == "half":
        # Without a body, cut within the status: clients take headers that break off for complete ones.
        whole = head + answer.body
        sock.sendall(whole[: len(head) + len(answer.body) // 2] if answer.body else whole[:11])
    elif answer.manner == "drip":
        _drip(sock, head, answer, stopping)
    elif answer.manner == "oversize":
        _oversize(sock, head, answer)
    elif answer.manner == "streamed":
        sock.sendall(head)
        for piece in answer.stream:
            sock.sendall(piece)
    else:
        sock.sendall(head + answer.body)
    return keep_alive


def _framed(answer: Answer, keep_alive: bool) -> dict[str, str]:
    headers = dict(answer.headers)
    if answer.status != 204:
        size = answer.size if answer.manner in ("oversize", "streamed") else 0
        headers["Content-Length"] = str(len(answer.body) + size)
    headers["Connection"] = "keep-alive" if keep_alive else "close"
    return headers


def _drip(sock: socket.socket, head: bytes, answer: Answer, stopping: threading.Event) -> None:
    whole = head + answer.body
    pause = answer.seconds / len(whole)
    for place in range(len(whole)):
        sock.sendall(whole[place : place + 1])
        if stopping.wait(pause):
            return


def _oversize(sock: socket.socket, head: bytes, answer: Answer) -> None:
    sock.sendall(head)
    left = answer.size
    while left > 0:
        sock.sendall(_PADDING[:left])
        left -= len(_PADDING)
    sock.sendall(answer.body)
