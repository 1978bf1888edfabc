"""The signature by which a client may enter a room.

hex(HMAC-SHA256(app_key, app_id + "+" + room_id + "+" + user_id + "+" + ctime)), ctime being the moment up to which it
holds, in seconds since 1970. The reference's formula leaves the plus signs out, its code sample has them; the sample is
followed. Source: API reference, access authentication.
"""

from __future__ import annotations

import hashlib
import hmac

from console.sparkrtc.secret import Secret

__all__ = ["LONGEST_SECONDS", "USUAL_SECONDS", "sign_access"]

USUAL_SECONDS = 2 * 3600  # recommended
LONGEST_SECONDS = 12 * 3600 - 1  # less than 12 hours


def sign_access(app_key: Secret, app_id: str, room_id: str, user_id: str, ctime: int) -> str:
    """Return the signature with which the user may enter the room until ctime, in lower-case hexadecimal digits."""
    content = f"{app_id}+{room_id}+{user_id}+{ctime}"
    return hmac.new(app_key.reveal().encode(), content.encode(), hashlib.sha256).hexdigest()
