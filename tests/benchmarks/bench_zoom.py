"""Zooming the pair's curves in Chromium: how long frames take with five days of 25 indicators by the minute.

    make bench ONLY=zoom
    .venv/bin/python tests/benchmarks/bench_zoom.py [--days 5] [--shots 40]

The charts are those of a call's page, with made-up values: 25 lines of 7,200 points in one group. Zooms in and out as
fast as the browser takes it; printed is how long drawing takes after each, and the frames meanwhile. Ends with 1 when a
goal is missed.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import statistics
import sys
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
MOST_MIDDLE_MS, MOST_WORST_MS = 50.0, 150.0
START = 1_803_556_800  # whatever moment
_PAGE = """{% extends "base_plain.html" %}{% load chart_tags static %}
{% block head %}{% chart_scripts %}{% endblock %}
{% block content %}{% for chart in shown %}{% chart chart 4 %}{% endfor %}{% endblock %}"""

_ZOOM = """async ([from, to]) => {
  const began = performance.now();
  document.dispatchEvent(new CustomEvent("chart:zoom", { detail: { group: "call", range: [from, to] } }));
  const sent = performance.now();
  const frame = () => new Promise((painted) => requestAnimationFrame(painted));
  const times = [];
  let last = await frame();
  for (let count = 0; count < 4; count += 1) {
    const now = await frame();
    times.push(now - last);
    last = now;
  }
  return [sent - began, performance.now() - began, Math.max(...times)];
}"""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=float, default=5)
    parser.add_argument("--shots", type=int, default=40)
    wanted = parser.parse_args()
    os.environ.update(
        DJANGO_SETTINGS_MODULE="tests.settings",
        CONSOLE_MODE="local",
        CONSOLE_VAR_DIR=tempfile.mkdtemp(prefix="console-bench-"),
        ALLOWED_HOSTS="127.0.0.1",
        LOG_LEVEL="ERROR",
    )
    import django

    django.setup()
    minutes = int(wanted.days * 1440)
    server = _serve(minutes)
    try:
        return _measure(f"http://127.0.0.1:{server.server_port}/", minutes, wanted.shots)
    finally:
        server.shutdown()


def _serve(minutes: int) -> Any:
    """Serve the page and the static files, and nothing else."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpRequest, HttpResponse
    from django.template import engines
    from django.urls import path

    from console import urls
    from console.core.marks import open_to_all

    charts = _charts(minutes)

    @open_to_all
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse(engines["django"].from_string(_PAGE).render({"shown": charts}, request))

    urls.urlpatterns.insert(0, path("bench-zoom/", page))

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_: Any) -> None: ...

    server = make_server("127.0.0.1", 0, StaticFilesHandler(get_wsgi_application()), handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def _charts(minutes: int) -> list[Any]:
    """Return 13 charts with 25 lines in all, as a pair has them."""
    from console.core import charts

    rng = random.Random(7)
    axis = charts.Grid(datetime.fromtimestamp(START, UTC), 60, minutes)
    lines = [2] * 12 + [1]
    return [
        charts.Chart(
            id=f"one-{number}",
            title=f"Indicator {number}",
            group="call",
            axis=axis,
            unit=charts.MILLISECONDS,
            series=[
                charts.Series(f"line {line}", _values(rng, minutes), colour=line) for line in range(count)
            ],
            lines=[charts.Line(400, "bad", "bad")],
        )
        for number, count in enumerate(lines)
    ]


def _values(rng: random.Random, minutes: int) -> list[float | None]:
    level = rng.uniform(50, 250)
    return [
        None
        if rng.random() < 0.005
        else round(level * (1 + 0.4 * math.sin(minute / 300)) + rng.gauss(0, 20), 1)
        for minute in range(minutes)
    ]


def _measure(address: str, minutes: int, shots: int) -> int:
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import CHROMIUM, FLAGS

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1360, "height": 900})
        page.goto(f"{address}bench-zoom/")
        page.wait_for_function(
            "() => document.querySelectorAll('figure.is-drawn').length > 3", timeout=60_000
        )
        rng, sent, whole, frames = random.Random(3), [], [], []
        for _shot in range(shots):
            width = int(minutes * 60 * 2 ** -rng.uniform(0, 6))
            begin = START + rng.randrange(0, max(1, minutes * 60 - width))
            took = page.evaluate(_ZOOM, [begin, begin + width])
            sent.append(took[0])
            whole.append(took[1])
            frames.append(took[2])
        drawn = page.locator("figure.is-drawn").count()
        browser.close()
    print(f"{minutes} minutes × 25 lines in 13 charts, {drawn} of them drawn, {shots} zooms")
    print(f"{'ms':24} {'middle':>8} {'p95':>8} {'worst':>8}")
    for name, values in (
        ("script, all charts", sent),
        ("until four frames on", whole),
        ("longest frame", frames),
    ):
        ranked = sorted(values)
        print(
            f"{name:24} {statistics.median(ranked):8.0f} {ranked[int(0.95 * len(ranked))]:8.0f} {ranked[-1]:8.0f}"
        )
    return int(
        statistics.median(frames) > MOST_MIDDLE_MS or sorted(frames)[int(0.95 * len(frames))] > MOST_WORST_MS
    )


if __name__ == "__main__":
    sys.exit(main())
