"""Recording templates: at most one per application and location, each with its earlier versions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from console.sandbox.clock import iso_millis
from console.sandbox.errors import not_found
from console.sandbox.state.ids import Ids

__all__ = ["CHANGE_SECONDS", "DEFAULT_PREFIX", "Template", "Templates", "found_settings"]

CHANGE_SECONDS = 300.0
DEFAULT_PREFIX = "{app_id}/{record_format}/{stream}_{file_start_time}/{stream}_{file_start_time}"


@dataclass
class Template:
    """One recording template. versions: when each came, and its settings as the API writes them."""

    rule_id: str
    app_id: str
    created: float
    versions: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, Any]:
        """Return the settings as they stand."""
        return self.versions[-1][1]

    @property
    def location(self) -> str:
        """Return the region its bucket is in."""
        return self.settings["obs_addr"]["location"]

    def settings_for(self, at: float) -> dict[str, Any]:
        """Return the settings of a recording that starts now: a change needs five minutes to reach it."""
        settled = [settings for since, settings in self.versions[1:] if since + CHANGE_SECONDS <= at]
        return settled[-1] if settled else self.versions[0][1]

    def body(self) -> dict[str, Any]:
        """Write it as the API does."""
        return {
            "rule_id": self.rule_id,
            "app_id": self.app_id,
            **self.settings,
            "create_time": iso_millis(self.created),
            "update_time": iso_millis(self.versions[-1][0]),
        }


class Templates:
    """The account's recording templates. Its callers hold the cloud's lock."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._known: dict[str, Template] = {}

    def of(self, app_id: str) -> list[Template]:
        """Return an application's templates in the order of their creation."""
        return [template for template in self._known.values() if template.app_id == app_id]

    def get(self, app_id: str, rule_id: str) -> Template:
        """Return one. Raises the refusal 404, also when it is another application's."""
        template = self._known.get(rule_id)
        if template is None or template.app_id != app_id:
            raise not_found("rule_id")
        return template

    def save(self, app_id: str, settings: dict[str, Any], at: float) -> tuple[Template, bool]:
        """Store settings for their location; return the template, and whether it is a new one.

        A template that stood in that location is silently replaced and keeps its id.
        """
        for template in self.of(app_id):
            if template.location == settings["obs_addr"]["location"]:
                template.versions.append((at, settings))
                return template, False
        template = Template(self._ids.next("template", 24), app_id, at, [(at, settings)])
        self._known[template.rule_id] = template
        return template, True

    def delete(self, rule_id: str) -> None:
        """Forget one."""
        del self._known[rule_id]

    def forget_application(self, app_id: str) -> None:
        """Forget all of an application."""
        for template in self.of(app_id):
            self.delete(template.rule_id)


def found_settings(project_id: str) -> dict[str, Any]:
    """Return the settings of a recording template that was there before anybody came."""
    return {
        "obs_addr": {
            "location": "cn-north-4",
            "project_id": project_id,
            "bucket": "classroom-recordings",
            "object": "rtc/",
        },
        "record_formats": ["HLS", "MP4"],
        "hls_config": {
            "record_cycle": 3600,
            "record_prefix": DEFAULT_PREFIX,
            "record_slice_duration": 60,
            "record_max_duration_to_merge_file": 0,
        },
        "mp4_config": {
            "record_cycle": 7200,
            "record_prefix": DEFAULT_PREFIX,
            "record_max_duration_to_merge_file": 30,
        },
    }
