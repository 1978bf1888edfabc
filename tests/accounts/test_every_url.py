"""Every URL against every role: whoever lacks the right is refused, whoever has it gets in.

The walk finds URLs by itself, so that a new page cannot be forgotten. What to expect is worked out here from the table
of rights and the right that the view declares, not by the code that is tested.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from console.accounts.models import RoleGrant, User
from console.accounts.rights import RIGHTS, Right, Role
from console.audit.models import AuditEntry
from console.connections.models import Connection
from tests.accounts.url_samples import APP_ID, SAMPLES, World

pytestmark = pytest.mark.django_db

# Opening a page to everybody, or to everybody who signed in, is a decision: make it here too.
OPEN = {
    "account_inactive",
    "account_login",
    "account_logout",
    "callbacks:receive",  # for the cloud: the address is a secret, the signature decides
    "core:healthz",
    "core:metrics",  # by address or token: see core/metrics.py
    "core:preferences",
    "core:readyz",
    "screen",  # for screens on walls: a token in a cookie of this address alone opens it, see services/screens.py
}
SIGNED_IN = {
    "account_change_password",
    "account_reauthenticate",
    "accounts:me",
    "accounts:sign_out_everywhere",
    "core:home",
    "core:keys",
    "core:search",
}

# Pages about the console as a whole: a right on one connection is not enough there.
EVERYWHERE = {"audit:statement", "connections:create", "mail:server", "mail:test"}

# A role, the connection it is given on (None: every one), the application ("": every one).
Given = tuple[Role, str | None, str]
VIEWERS: dict[str, list[Given] | None] = {
    "a stranger": None,
    "nobody": [],
    **{role.value: [(role, None, "")] for role in Role},
    "owner elsewhere": [(Role.OWNER, "other", "")],
    "owner of the connection": [(Role.OWNER, "demo", "")],
    "admin of another application": [(Role.ADMIN, "demo", "app-2")],
    "moderator of the application": [(Role.MODERATOR, "demo", APP_ID)],
}


@dataclass(frozen=True)
class Address:
    """A URL pattern. name: with its namespaces. keywords: what has to be filled in."""

    name: str
    route: str
    view: Any
    keywords: tuple[str, ...]

    def __str__(self) -> str:
        return self.name or self.route


def _walk(patterns: list[Any], route: str = "", spaces: tuple[str, ...] = ()) -> Iterator[Address]:
    for pattern in patterns:
        at = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from _walk(pattern.url_patterns, at, inner)
        elif isinstance(pattern, URLPattern):
            name = ":".join((*spaces, pattern.name)) if pattern.name else ""
            yield Address(name, at, pattern.callback, _keywords(at))


def _keywords(route: str) -> tuple[str, ...]:
    return tuple(part.split(">")[0].split(":")[-1] for part in route.split("<")[1:])


ADDRESSES = list(_walk(get_resolver().url_patterns))
each_address = pytest.mark.parametrize("address", ADDRESSES, ids=str)
each_viewer = pytest.mark.parametrize("who", VIEWERS)


@each_address
def test_it_has_a_name_a_mark_and_samples(address: Address) -> None:
    assert address.name, f"{address.route} needs a name, so that it can be reached and found"
    mark = getattr(address.view, "marked", None)
    assert mark, f"{address.name} says nothing about who may see it: use needs, signed_in or open_to_all"
    missing = [word for word in address.keywords if not _sample(address, word)]
    assert not missing, f"{address.name}: tell tests/accounts/url_samples.py what to fill in for {missing}"
    assert (mark == "open") == (address.name in OPEN), (
        f"{address.name} is {mark}: change OPEN if that is meant"
    )
    assert (mark == "signed_in") == (address.name in SIGNED_IN), f"{address.name} is {mark}: see SIGNED_IN"


@each_address
@each_viewer
def test_it_lets_in_whom_it_should(
    address: Address, who: str, connection: Connection, client: Client
) -> None:
    world = _world(who, connection)
    url = _url(address, world)
    for method in ("get", "post"):
        if world.viewer is not None:
            client.force_login(world.viewer)
        _ask(client, method, url, who, _expected(address, VIEWERS[who]))


def _ask(client: Client, method: str, url: str, who: str, expected: str | int) -> None:
    before = AuditEntry.objects.count()
    answer = getattr(client, method)(url)
    if answer.streaming:
        b"".join(answer)  # to its end, so that a file is closed
    if expected == "in":
        assert answer.status_code not in (403, 404, 500), f"{who} has the right to {method} {url}"
        assert not _sent_to_sign_in(answer, url)
        return
    if answer.status_code == 405:
        pass  # the view does not take this method from anybody; the walk asks by the other one too
    elif expected == "sign in":
        assert _sent_to_sign_in(answer, url), f"{who} met {answer.status_code} by {method} at {url}"
    else:
        assert answer.status_code == expected, f"{who} by {method} at {url}"
    assert AuditEntry.objects.count() == before, "a refused request left a trace in the trail"


@each_address
def test_an_expired_sign_in_takes_the_whole_page_along(
    address: Address, connection: Connection, client: Client
) -> None:
    if address.view.marked == "open":
        return
    where = "http://testserver/c/demo/rooms/?state=live"
    url = _url(address, _world("a stranger", connection))
    asked = {"HX-Request": "true", "HX-Current-URL": where}
    answers = [client.get(url, headers=asked), client.post(url, headers=asked)]
    answer = next(answer for answer in answers if answer.status_code != 405)
    assert answer["HX-Redirect"].startswith("/sign-in/?next=%2Fc%2Fdemo%2Frooms%2F%3Fstate%3Dlive")


def _sample(address: Address, word: str) -> Any:
    return SAMPLES.get(f"{address.name} {word}") or SAMPLES.get(word)


def _url(address: Address, world: World) -> str:
    return reverse(address.name, kwargs={word: _sample(address, word)(world) for word in address.keywords})


def _world(who: str, connection: Connection) -> World:
    places = {
        "demo": connection,
        "other": Connection.objects.create(slug="other", name="Other", project_id="1" * 32),
    }
    given = VIEWERS[who]
    if given is None:
        return World(connection, None, None, APP_ID)
    viewer = User.objects.create_user("viewer", "viewer@example.com", "x", display_name="Viewer")
    for role, place, app_id in given:
        RoleGrant.objects.create(
            user=viewer, role=role, connection=places[place] if place else None, app_id=app_id
        )
    role = given[0] if given else None
    return World(
        connection, viewer, places[role[1]] if role and role[1] else None, (role and role[2]) or APP_ID
    )


def _expected(address: Address, given: list[Given] | None) -> str | int:
    """Work out "in", "sign in", 403 or 404."""
    view = address.view
    if view.marked == "open":
        return "in"
    if given is None:
        return "sign in"
    if view.marked == "signed_in":
        return "in"
    if "connection" in address.keywords:
        given = [g for g in given if g[1] in (None, "demo")]
        if not given:
            return 404
    if "app_id" in address.keywords:
        given = [g for g in given if g[2] in ("", APP_ID)]
        if not given:
            return 404
    if address.name in EVERYWHERE:
        given = [g for g in given if g[1] is None]
    held: set[Right] = set()
    for role, _place, app_id in given:
        if not (view.whole and app_id):
            held |= RIGHTS[role] - ({Right.MANAGE} if app_id else set())
    return "in" if held >= set(view.rights) else 403


def _sent_to_sign_in(answer: Any, url: str) -> bool:
    # The pages for leaving lead to the sign-in page by themselves.
    if url in ("/sign-out/", "/me/sign-out-everywhere/") and "next=" not in answer.get("Location", ""):
        return False
    return answer.status_code == 302 and answer["Location"].startswith("/sign-in/?next=")
