"""What the sandbox is started with, and the made-up names it answers with."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

__all__ = ["AK", "PROJECT_ID", "REGIONS", "SK", "Options", "region_project"]

AK = "AKDEMO0SPARKRTC00001"
SK = "SKdemo0SparkRtcSandboxSecretKey000000001"
PROJECT_ID = "0f5c2a7b9d3e4f60a1b2c3d4e5f60718"
REGIONS = ("cn-north-4", "cn-north-1", "cn-north-5", "cn-north-6", "cn-south-1", "cn-east-2")


@dataclass(frozen=True)
class Options:
    """The command line, one field per option.

    security_token: with one, the access key is a temporary one and requests must carry and sign it.
    quota: "strict" or "off". quota_scope: for what a limit holds: "cell", "category" or "operation".
    callback_hosts: where notifications may go besides loopback. generation: gives what is made later ids of its own.
    """

    host: str = "127.0.0.1"
    port: int = 8801
    ak: str = AK
    sk: str = SK
    security_token: str = ""
    project_id: str = PROJECT_ID
    iam_domain: str = "example-tenant"
    iam_user: str = "console-demo"
    iam_password: str = "Sandbox-Demo-1"  # noqa: S105 - printed at start, made up
    seed: int = 1
    scale: str = "small"
    quota: str = "strict"
    quota_scope: str = "cell"
    callback_hosts: tuple[str, ...] = ()
    generation: str = ""


def region_project(options: Options, region: str) -> str:
    """Return the account's project id in a region; the one of cn-north-4 is the one it signs with."""
    if region == REGIONS[0]:
        return options.project_id
    return hashlib.sha256(f"{options.project_id}/{region}".encode()).hexdigest()[:32]
