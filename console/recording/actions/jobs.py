"""What is done to recording jobs, and what looking finds out afterwards."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from console.audit import Action, register
from console.audit.witnesses import register_witness, rows_of_connections
from console.audit.words import Word, register_target_kinds, register_words
from console.core.sayings import register_sayings

__all__ = [
    "ADOPT",
    "ENDED",
    "EXPORT",
    "FOUND_BY_CALLBACK",
    "FOUND_BY_FILE",
    "FOUND_BY_PERSON",
    "GIVE_UP",
    "GONE",
    "NOT_FOUND",
    "NOT_STOPPED",
    "NOT_TAKEN",
    "START_MIX",
    "START_SINGLE",
    "STOPPED",
    "STOP_MIX",
    "STOP_SINGLE",
    "TAKEN",
    "UPDATE_MIX",
    "UPDATE_SINGLE",
]

START_MIX = "recording.mix_job.start"
UPDATE_MIX = "recording.mix_job.update"
STOP_MIX = "recording.mix_job.stop"
START_SINGLE = "recording.single_job.start"
UPDATE_SINGLE = "recording.single_job.update"
STOP_SINGLE = "recording.single_job.stop"
ADOPT = "recording.job.adopt"
GIVE_UP = "recording.job.give_up"
EXPORT = "recording.job.export"

register(Action(START_MIX, _("Start recording a room")))
register(Action(UPDATE_MIX, _("Change the recording of a room")))
register(Action(STOP_MIX, _("Stop recording a room")))
register(Action(START_SINGLE, _("Start recording a participant")))
register(Action(UPDATE_SINGLE, _("Change the recording of a participant")))
register(Action(STOP_SINGLE, _("Stop recording a participant")))
register(Action(ADOPT, _("Adopt a recording started elsewhere")))
register(Action(GIVE_UP, _("Give up looking for a recording")))
register(Action(EXPORT, _("Export the list of recordings")))

# As it is written down; reason is the cloud's word, like TENANT_STOP.
ENDED = gettext_noop("the recording ended: %(reason)s")
STOPPED = gettext_noop("seen to have stopped: %(reason)s")
NOT_STOPPED = gettext_noop("still running: it was not seen to stop")
TAKEN = gettext_noop("the job was seen to do what was asked")
NOT_TAKEN = gettext_noop("the job was not seen to do what was asked")
GONE = gettext_noop("the cloud no longer knows the job")
FOUND_BY_CALLBACK = gettext_noop("found by a notification of the cloud: it took effect")
FOUND_BY_FILE = gettext_noop("found by a file in the bucket: it took effect")
FOUND_BY_PERSON = gettext_noop("named by a person and found in the cloud: it took effect")
NOT_FOUND = gettext_noop("an hour later no notification and no file tells of it")

register_sayings(
    [
        ENDED,
        STOPPED,
        NOT_STOPPED,
        TAKEN,
        NOT_TAKEN,
        GONE,
        FOUND_BY_CALLBACK,
        FOUND_BY_FILE,
        FOUND_BY_PERSON,
        NOT_FOUND,
    ]
)

register_witness(
    "recording.RecordingJob",
    rows_of_connections(
        "recording.RecordingJob", "recordings that were started are remembered", attempt_id__isnull=False
    ),
)

register_words(
    "recording",
    {
        "room_id": Word(_("Room"), line=True),
        "user_id": _("User id"),
        "job_id": _("Job id"),
        "record_rule_id": _("Template"),
        "settings": _("Settings"),
        "state": _("State"),
        "stop_reason": _("Why it ended"),
        "started_at": _("Started"),
        "stopped_at": _("Ended"),
        "created_at": _("Created"),
        "found_by": _("Found by"),
        "of_attempt": _("Of attempt"),
        "searches": _("Searches"),
        "kind": _("Kind"),
        "rows": _("Rows"),
        "asked": Word(_("What was asked for"), {"stop": _("stop")}),
        "on": _("On"),
        "template": _("Template"),
        "template_id": _("Template id"),
        "location": _("Region"),
        "bucket": _("Bucket"),
        "bucket_project_id": _("Project of the bucket"),
        "folder": _("Folder"),
        "replaced": _("Replaced"),
        "url": _("Address"),
        "signed": _("Signed"),
        "the_key": _("Key"),
        "shown": _("Shown"),
        "status": _("Status"),
        "milliseconds": _("Milliseconds"),
        "answered": _("Got an answer"),
        "deliveries_verified": _("Notifications verified"),
        "from": _("Comes from"),
        "name": _("Name"),
        "ratio": _("Aspect ratio"),
        "panes": _("Panes"),
    },
)
register_target_kinds({"layout": _("layout")})
