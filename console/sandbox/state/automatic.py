"""Automatic recording: a job of its own for every stream in rooms that opened after it was switched on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.sandbox.state.applications import Application
from console.sandbox.state.jobs import Job
from console.sandbox.state.tape import Tape

if TYPE_CHECKING:
    from console.sandbox.cloud import Cloud

__all__ = ["MOST_STREAMS", "AutomaticRecording"]

MOST_STREAMS = 10  # at the same time per application, so that a large world stays small in memory
_LOOK_SECONDS = 5.0
_IDLE_SECONDS = 30
_KBPS = 1500
_PICTURE = (1280, 720)


class AutomaticRecording:
    """Start the jobs that nobody asked for. Its callers hold the cloud's lock."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._looked = cloud.clock()

    def look(self, at: float) -> None:
        """Start what should be recorded by now; looks at the world every five seconds at most."""
        if 0 <= at - self._looked < _LOOK_SECONDS:
            return
        self._looked = at
        for app in self._cloud.applications:
            if app.automatic.rule_id and app.state == "ACTIVATION":
                self._start(app, at)

    def _start(self, app: Application, at: float) -> None:
        running = {
            (job.room_id, job.user_id)
            for job in self._cloud.jobs.running()
            if job.kind == "automatic" and job.app_id == app.app_id
        }
        world = self._cloud.world
        for room in world.rooms(app.app_id, app.automatic.changed, at, "RUNNING", now=at)[:MOST_STREAMS]:
            room_id = room.room_id
            for user_id in world.publishers(app.app_id, room_id, at):
                if len(running) >= MOST_STREAMS or self._cloud.jobs.is_full(app.app_id):
                    return
                if (room_id, user_id) not in running:
                    running.add((room_id, user_id))
                    self._cloud.jobs.add(self._job(app, room_id, user_id, at))

    def _job(self, app: Application, room_id: str, user_id: str, at: float) -> Job:
        cloud = self._cloud
        stream = f"{app.app_id}_{room_id}_{user_id}_AV_CAMERASTREAM"
        template = cloud.templates.get(app.app_id, app.automatic.rule_id)
        return Job(
            job_id=cloud.ids.next("job"),
            kind="automatic",
            app_id=app.app_id,
            room_id=room_id,
            user_id=user_id,
            stream=stream,
            max_idle_seconds=_IDLE_SECONDS,
            created=at,
            parameters={},
            rule_id=template.rule_id,
            tape=Tape(template.settings_for(at), app.app_id, stream, _KBPS),
            key=("automatic", room_id, user_id),
            picture=_PICTURE,
        )
