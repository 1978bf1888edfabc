"""This app's part of /metrics: quotas and who waits, as they are now; calls, waits and reads, as they were counted."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from console.connections import tallies
from console.connections.meter import QuotaBar, meter_bars
from console.connections.models import Connection, Tally
from console.connections.spending import WAIT_STEPS
from console.sparkrtc.permits import Lane

__all__ = ["connection_metrics"]

_COUNTERS = {
    "calls": ("sparkrtc_calls", "Calls of an operation, retries not counted.", ("operation", "outcome")),
    "requests": ("sparkrtc_requests", "Requests that had a permit.", ("quota", "lane", "outcome")),
    "permits": ("sparkrtc_permits", "Wishes for a permit.", ("quota", "lane", "outcome")),
    "reads": ("sparkrtc_reads", "Shared reads, by where the answer was found.", ("operation", "found")),
}


def connection_metrics() -> Iterator[Metric]:
    """Return everything. Two queries, and four for each connection in use."""
    tallies.flush()
    counted: dict[str, dict[tuple[str, ...], float]] = defaultdict(dict)
    for name, joined, value in Tally.objects.values_list("name", "labels", "value"):
        counted[name][tuple(joined.split("|"))] = value
    for name, (metric, text, labels) in _COUNTERS.items():
        family = CounterMetricFamily(metric, text, labels=labels)
        for values, value in sorted(counted[name].items()):
            family.add_metric(values, value)
        yield family
    yield _waits(counted["waits"], counted["wait_seconds"])
    yield from _quotas((one, meter_bars(one)) for one in Connection.objects.filter(active=True))


def _waits(
    steps: dict[tuple[str, ...], float], seconds: dict[tuple[str, ...], float]
) -> HistogramMetricFamily:
    family = HistogramMetricFamily(
        "sparkrtc_permit_wait_seconds",
        "Time from the wish for a permit to its end.",
        labels=("quota", "lane"),
    )
    for quota, lane in sorted({(quota, lane) for quota, lane, _step in steps}):
        below, buckets = 0.0, []
        for step in [f"{step:g}" for step in WAIT_STEPS] + ["+Inf"]:
            below += steps.get((quota, lane, step), 0.0)
            buckets.append((step, below))
        family.add_metric((quota, lane), buckets, sum_value=seconds.get((quota, lane), 0.0))
    return family


def _quotas(found: Iterable[tuple[Connection, list[QuotaBar]]]) -> Iterator[Metric]:
    """Connections of one cloud account each tell of the same quotas."""
    by_quota = ("connection", "quota")
    limit = GaugeMetricFamily("sparkrtc_quota_limit", "Requests allowed in a window.", labels=by_quota)
    window = GaugeMetricFamily(
        "sparkrtc_quota_window_seconds", "Length of a quota's window.", labels=by_quota
    )
    effective = GaugeMetricFamily(
        "sparkrtc_quota_effective_limit",
        "Requests believed to be left to us in a window: less than the limit while somebody else uses the account.",
        labels=by_quota,
    )
    free = GaugeMetricFamily("sparkrtc_quota_free", "Permits free now.", labels=by_quota)
    paused = GaugeMetricFamily(
        "sparkrtc_quota_paused_seconds",
        "For how long nothing is sent any more, after a 429.",
        labels=by_quota,
    )
    waiting = GaugeMetricFamily(
        "sparkrtc_quota_waiting",
        "1 while somebody of the lane waits for a permit.",
        labels=(*by_quota, "lane"),
    )
    busy = GaugeMetricFamily(
        "sparkrtc_quota_busy", "Permits out or not yet free again.", labels=(*by_quota, "lane")
    )
    for connection, bars in found:
        for bar in bars:
            labels = (connection.slug, bar.name)
            limit.add_metric(labels, bar.limit)
            effective.add_metric(labels, bar.effective)
            window.add_metric(labels, bar.seconds)
            free.add_metric(labels, bar.free)
            paused.add_metric(labels, bar.blocked_for)
            shares = {share.lane: share.count for share in bar.shares}
            for lane in Lane:
                name = lane.name.lower()
                busy.add_metric((*labels, name), shares.get(name, 0))
                waiting.add_metric((*labels, name), float(lane in bar.waiting))
    yield from (limit, effective, window, free, busy, waiting, paused)
