"""What /metrics tells: apps register functions that look when they are asked. Nothing is counted in this process.

Every number comes from what all processes share, so that any web process of any host answers the same.
"""

import hmac
import ipaddress
from collections.abc import Callable, Iterable, Iterator

import structlog
from django.conf import settings
from django.http import HttpRequest
from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from console.core.middleware import client_address

__all__ = ["CONTENT_TYPE", "Look", "exposition", "may_scrape", "register"]

log = structlog.get_logger(__name__)
CONTENT_TYPE = CONTENT_TYPE_LATEST
Look = Callable[[], Iterable[Metric]]
_looks: dict[str, Look] = {}


def register(name: str, look: Look) -> None:
    """Add a function that returns metrics; the same name again replaces it."""
    _looks[name] = look


class _Looking(Collector):
    def __init__(self, name: str, look: Look) -> None:
        self._name, self._look = name, look

    def collect(self) -> Iterator[Metric]:
        """Return what is seen; one that fails leaves the others their say."""
        try:
            yield from list(self._look())
        except Exception:
            log.exception("metrics not read", part=self._name)


def exposition() -> bytes:
    """Return all metrics in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    for name, look in _looks.items():
        registry.register(_Looking(name, look))
    return generate_latest(registry)


def may_scrape(request: HttpRequest) -> bool:
    """Say whether the asker may see the metrics: by its address, or by the token where one is set.

    METRICS_ALLOWED: networks. METRICS_TOKEN: for `Authorization: Bearer …`, from anywhere.
    A proxy of ours that isn't counted in TRUSTED_PROXY_COUNT makes everybody look like itself: what came through one
    never counts as loopback.
    """
    token = settings.METRICS_TOKEN
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    if token and scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode()):
        return True
    if not settings.TRUSTED_PROXY_COUNT and any(
        name in request.headers for name in ("X-Forwarded-For", "Forwarded")
    ):
        return False
    return _is_allowed(client_address(request))


def _is_allowed(address: str) -> bool:
    try:
        asker = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(asker, ipaddress.IPv6Address) and asker.ipv4_mapped:
        asker = asker.ipv4_mapped
    return any(asker in ipaddress.ip_network(network, strict=False) for network in settings.METRICS_ALLOWED)
