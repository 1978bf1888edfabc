"""What the console remembers of the cloud's statistics. It belongs to the cloud's project, not to a connection.

What people add to it (annotations, saved views, reports, screens) belongs to the connection.
"""

from console.analytics.models.annotations import Annotation
from console.analytics.models.days import DayChange, DayQuality, DayScale, DayUsage
from console.analytics.models.errands import Errand
from console.analytics.models.events import AbnormalDay, AbnormalHour
from console.analytics.models.minutes import MinuteDay
from console.analytics.models.projects import CloudProject, KnownApplication
from console.analytics.models.reports import Report, ReportLetter
from console.analytics.models.saved import SavedView
from console.analytics.models.screens import Screen
from console.analytics.models.spreads import Spread, SpreadDay

__all__ = [
    "AbnormalDay",
    "AbnormalHour",
    "Annotation",
    "CloudProject",
    "DayChange",
    "DayQuality",
    "DayScale",
    "DayUsage",
    "Errand",
    "KnownApplication",
    "MinuteDay",
    "Report",
    "ReportLetter",
    "SavedView",
    "Screen",
    "Spread",
    "SpreadDay",
]
