"""Signed links, compared with those of the vendor's own SDK for object storage."""

import random
import time
import warnings
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from console.sparkrtc.credentials import AccessKey
from console.sparkrtc.obs import can_be_linked, signed_link

REGION = "https://obs.cn-north-4.myhuaweicloud.com"
LOCAL = "http://127.0.0.1:8801"
AK, SK = "AKDEMO0SPARKRTC00001", "SKdemo0SparkRtcSandboxSecretKey000000001"
NOW = 1_777_878_070
NAMES = [
    "rtc/a.mp4",
    "rtc/a+b c%20d&e=f#g?h.mp4",
    'rtc/"<script>alert(1)</script>.mp4',
    "rtc/👩‍🏫 lesson 课堂.mp4",
    "rtc/new\nline.mp4",
    "a~b/c_d-e.f(g)*!'.ts",
    "/",
    "dots..in/na.me",
]
DOWNLOAD = {"response-content-disposition": 'attachment; filename="课.mp4"'}


def theirs(endpoint: str, bucket: str, name: str, token: str = "", **more: Any) -> Any:
    from obs import ObsClient

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        client = ObsClient(
            access_key_id=AK, secret_access_key=SK, server=endpoint, security_token=token or None
        )
    return client.createSignedUrl("GET", bucket, name, expires=300, **more).signedUrl


def parts(link: str) -> tuple[Any, ...]:
    """Take a link apart; the SDK calls the key by its older name where the bucket is a folder."""
    split = urlsplit(link)
    query = {name.replace("AWSAccess", "Access"): value for name, value in parse_qs(split.query).items()}
    return split.scheme, split.netloc, split.path, query


@pytest.mark.parametrize("endpoint", [REGION, LOCAL])
@pytest.mark.parametrize("query", [{}, DOWNLOAD, {"response-content-type": "video/mp4", **DOWNLOAD}])
@pytest.mark.parametrize("name", NAMES)
def test_a_link_is_the_one_that_the_sdk_makes(endpoint: str, query: dict[str, str], name: str) -> None:
    with time_machine.travel(NOW, tick=False):
        link = theirs(endpoint, "classroom-recordings", name, queryParams=dict(query))
    ours = signed_link(
        AccessKey(AK, SK), endpoint, "classroom-recordings", name, expires_at=NOW + 300, query=query
    )
    assert parts(ours) == parts(link)


def test_with_a_temporary_key_the_token_is_signed_too() -> None:
    with time_machine.travel(NOW, tick=False):
        link = theirs(REGION, "b-b", "a.mp4", token="a token/+=")
    key = AccessKey(AK, SK, "a token/+=")
    assert parts(signed_link(key, REGION, "b-b", "a.mp4", expires_at=NOW + 300)) == parts(link)


def test_three_hundred_random_names() -> None:
    chance = random.Random(7)
    letters = "abcABC019-_.~/ +%&=?#'\"<>()*!,;:@$[]{}|\\^`日本é👍"
    for _round in range(300):
        name = "x" + "".join(chance.choice(letters) for _letter in range(chance.randrange(1, 60)))
        with time_machine.travel(NOW, tick=False):
            link = theirs(REGION, "some-bucket", name)
        ours = signed_link(AccessKey(AK, SK), REGION, "some-bucket", name, expires_at=NOW + 300)
        assert parts(ours) == parts(link), name


@pytest.mark.parametrize(
    ("endpoint", "bucket", "place"),
    [
        (REGION, "my-bucket", "https://my-bucket.obs.cn-north-4.myhuaweicloud.com/a.mp4"),
        (REGION, "my.bucket", "https://obs.cn-north-4.myhuaweicloud.com/my.bucket/a.mp4"),
        (REGION, "My-Bucket", "https://obs.cn-north-4.myhuaweicloud.com/My-Bucket/a.mp4"),
        (REGION, "<b>", "https://obs.cn-north-4.myhuaweicloud.com/%3Cb%3E/a.mp4"),
        (REGION, "evil.example/", "https://obs.cn-north-4.myhuaweicloud.com/evil.example%2F/a.mp4"),
        ("http://localhost:9", "my-bucket", "http://localhost:9/my-bucket/a.mp4"),
        ("http://[::1]:9", "my-bucket", "http://[::1]:9/my-bucket/a.mp4"),
        ("https://obs.example:8443", "my-bucket", "https://my-bucket.obs.example:8443/a.mp4"),
    ],
)
def test_a_bucket_is_a_host_where_it_can_be_one(endpoint: str, bucket: str, place: str) -> None:
    link = signed_link(AccessKey(AK, SK), endpoint, bucket, "a.mp4", expires_at=int(time.time()))
    assert link.partition("?")[0] == place


@pytest.mark.parametrize(
    ("name", "possible"),
    [("a/b.mp4", True), ("a..b/.c", True), ("", False), ("/a", False), ("a/../b", False), ("a/./b", False)],
)
def test_some_names_no_address_can_carry(name: str, possible: bool) -> None:
    assert can_be_linked(name) is possible


def test_the_secret_key_is_not_in_the_link() -> None:
    assert SK not in signed_link(AccessKey(AK, SK), REGION, "b-b", "a", expires_at=NOW)
