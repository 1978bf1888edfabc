"""Keys for trying the console on one machine: made once, kept under var/, readable by their owner only."""

import base64
import os
import secrets
from pathlib import Path

__all__ = ["local_keys"]


def local_keys(var_dir: Path) -> dict[str, str]:
    """Return the local mode's keys, made at the first call.

    Two processes that start at once agree: whoever links the finished file first wins, the other reads it.
    """
    path = var_dir / "local-keys.env"
    if not path.exists():
        var_dir.mkdir(parents=True, exist_ok=True)
        _make(path)
    pairs = (line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
    return dict(pairs)


def _make(path: Path) -> None:
    keys = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SEALING_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "AUDIT_SIGNING_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }
    draft = path.with_suffix(f".{os.getpid()}.draft")
    draft.touch(mode=0o600)
    draft.write_text("".join(f"{name}={value}\n" for name, value in keys.items()))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
