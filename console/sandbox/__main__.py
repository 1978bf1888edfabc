"""python -m console.sandbox"""

from __future__ import annotations

import argparse
import errno
import gc
import signal
import sys
import threading
from collections.abc import Sequence

from console.sandbox.app import Sandbox
from console.sandbox.options import REGIONS, Options
from console.sandbox.quotas import SCOPES


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until Ctrl-C or SIGTERM; return the exit status."""
    options = _options(arguments)
    try:
        sandbox = Sandbox(options)
    except OSError as problem:
        print(_why_not(options, problem), file=sys.stderr)
        return 1
    finished = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: finished.set())
    # What the world is made of stays: looking through it again and again would hold up answers.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 1_000)
    sandbox.start()
    _introduce(sandbox, options)
    finished.wait()
    sandbox.stop()
    return 0


def _options(arguments: Sequence[str] | None) -> Options:
    defaults = Options()
    parser = argparse.ArgumentParser(prog="python -m console.sandbox", description="A stand-in for SparkRTC.")
    add = parser.add_argument
    add("--host", default=defaults.host, help="address to listen on (default: %(default)s)")
    add("--port", type=_port, default=defaults.port, help="0 picks a free one (default: %(default)s)")
    add("--ak", default=defaults.ak, help="access key id (default: made up)")
    add("--sk", default=defaults.sk, help="secret access key (default: made up)")
    add("--security-token", default="", help="makes the access key a temporary one")
    add("--project-id", default=defaults.project_id)
    add("--iam-domain", default=defaults.iam_domain, help="account name (default: %(default)s)")
    add("--iam-user", default=defaults.iam_user, help="IAM user (default: %(default)s)")
    add("--iam-password", default=defaults.iam_password, help="its password (default: %(default)s)")
    add("--seed", type=int, default=defaults.seed, help="the same seed makes the same world")
    add("--scale", choices=("small", "large"), default=defaults.scale)
    add("--quota", choices=("strict", "off"), default=defaults.quota)
    add(
        "--quota-scope",
        choices=SCOPES,
        default=defaults.quota_scope,
        help="for what a limit holds (default: %(default)s, a row of the published table)",
    )
    add(
        "--callback-hosts",
        type=lambda text: tuple(part for part in text.split(",") if part),
        default=(),
        help="hosts, separated by commas, that notifications may be sent to besides this machine",
    )
    add(
        "--generation",
        default="",
        help="any text, another one at each start: no id that is handed out was handed out before",
    )
    return Options(**vars(parser.parse_args(arguments)))


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return port


def _introduce(sandbox: Sandbox, options: Options) -> None:
    lines = (
        f"endpoint      {sandbox.endpoint}",
        f"IAM endpoint  {sandbox.endpoint}",
        f"access key    {options.ak}",
        f"secret key    {options.sk}",
        f"project id    {options.project_id} ({REGIONS[0]})",
        f"IAM user      {options.iam_user} of {options.iam_domain}, password {options.iam_password}",
        f"world         seed {options.seed}, {options.scale}, quota {options.quota} by {options.quota_scope}",
        "ready",
    )
    print("\n".join(lines), flush=True)


def _why_not(options: Options, problem: OSError) -> str:
    place = f"{options.host}:{options.port}"
    if problem.errno == errno.EADDRINUSE:
        return (
            f"{place} is in use by another program, perhaps an earlier sandbox. "
            "Stop that one, or choose another port with --port (0 picks a free one)."
        )
    if problem.errno == errno.EACCES:
        return f"{place} needs special rights. Choose a port above 1023 with --port."
    return f"Cannot listen on {place}: {problem.strerror}. Check --host and --port."


if __name__ == "__main__":
    sys.exit(main())
