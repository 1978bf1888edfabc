"""Front-end files that come from npm: which ones, from where, and the icons' sprite made of them.

Only what is listed here is served or collected; the packages bring thousands of files more.
"""

import hashlib
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

__all__ = ["FILES", "ICONS", "SPRITE", "front_end_is_installed", "sprite_path"]

# {name under /static/: path below node_modules}
FILES = {
    "vendor/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/echarts.common.min.js": "echarts/dist/echarts.common.min.js",
}
SPRITE = "vendor/icons.svg"
_OUTLINE = "@tabler/icons/icons/outline"
_FILLED = "@tabler/icons/icons/filled"

# Names as on tabler.io/icons; "/filled" behind a name takes its filled form, and is part of the name in templates.
ICONS = """
    activity adjustments-horizontal alert-circle alert-triangle alert-triangle/filled antenna-bars-5 apps archive
    arrow-back-up arrow-down arrow-forward-up arrow-left arrow-narrow-down arrow-narrow-up arrow-right arrow-up
    ban bell bolt broadcast browser building building-broadcast-tower
    calendar chart-bar chart-histogram chart-line check checks chevron-down chevron-left chevron-right chevron-up
    circle circle/filled circle-check circle-check/filled circle-dashed circle-minus circle-x circle-x/filled
    clipboard clipboard-check clipboard-list clock clock-exclamation clock-hour-4 clock-pause cloud cloud-check
    cloud-off cloud-x copy
    database device-desktop device-floppy device-laptop device-mobile device-tablet devices
    dots dots-vertical door-exit download
    edit external-link eye eye-off
    file-text filter filter-off fingerprint flag folder gavel
    help help-circle history home hourglass
    id inbox info-circle info-circle/filled key keyboard
    language layout-dashboard layout-grid layout-sidebar-left-collapse layout-sidebar-left-expand
    link list list-check lock
    lock-access loader-2 login-2 logout
    mail map-pin menu-2 message microphone microphone-off microscope minus mood-empty moon
    network notes
    password pin pinned/filled player-pause player-play player-record player-record/filled player-stop
    plug plug-connected plug-connected-x plug-x plus
    point/filled
    question-mark
    refresh report-search rotate-clockwise route
    screen-share search send server server-off settings shield-check shield-lock shield-x sort-ascending
    sort-descending square-rounded-x stack-2 sun switch-horizontal
    table tag timeline trash trending-down trending-up
    upload user user-check user-circle user-minus user-off user-plus user-question user-search user-x users users-group
    users-minus
    video video-off
    webhook wifi wifi-off world world-search x zoom-in zoom-out zoom-question
""".split()  # noqa: SIM905  (a list to read and to add to)

_EMPTY = 'd="M0 0h24v24H0z"'  # every icon begins with an invisible square
_MISSING = "The front-end files are not installed: {} is missing."


def node_modules() -> Path:
    """Return where npm put the packages."""
    return Path(settings.BASE_DIR) / "node_modules"


def sprite_path() -> Path | None:
    """Return the icons' sprite, made at the first call and whenever the list or a package changed.

    None when the icons are not installed.
    """
    if not (node_modules() / _OUTLINE).is_dir():
        return None
    return _sprite(str(settings.VAR_DIR))


@lru_cache(maxsize=1)
def _sprite(var_dir: str) -> Path:
    text = _draw_sprite()
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    path = Path(var_dir) / "front-end" / f"icons-{digest}.svg"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.draft")
        draft.write_text(text)
        draft.replace(path)  # whole or not at all: two processes may draw at once
    return path


def _draw_sprite() -> str:
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(_symbol(name) for name in ICONS) + "</svg>\n"


def _symbol(name: str) -> str:
    plain, _, form = name.partition("/")
    source = (node_modules() / (_FILLED if form else _OUTLINE) / f"{plain}.svg").read_text()
    drawing = "".join(path for path in re.findall(r"<path[^>]*/>", source) if _EMPTY not in path)
    paint = 'fill="currentColor" stroke="none"' if form else 'fill="none" stroke="currentColor"'
    return f'<symbol id="{name.replace("/", "-")}" viewBox="0 0 24 24" {paint}>{drawing}</symbol>'


@register(Tags.staticfiles)
def front_end_is_installed(**_: Any) -> list[CheckMessage]:
    """Report what npm has not brought yet, unless the files were collected already (as in the image)."""
    if not settings.LOCAL and (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        return []
    wanted = [node_modules() / path for path in (*FILES.values(), f"{_OUTLINE}/circle.svg")]
    missing = [path for path in wanted if not path.is_file()]
    if not missing:
        return []
    return [
        Error(
            _MISSING.format(missing[0].relative_to(settings.BASE_DIR)),
            hint="Run `make setup` (it runs `npm ci`).",
            id="console.E010",
        )
    ]
