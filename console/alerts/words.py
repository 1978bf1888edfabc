"""Rules and incidents in words, and their colours."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from console.alerts.engine import Problem, Side
from console.alerts.models import Incident, Rule
from console.alerts.signals import get_signal
from console.core.charts import NUMBER

__all__ = ["PROBLEMS", "SEVERITY_TONES", "STATE_TONES", "condition_said", "signal_name", "write"]

SEVERITY_TONES = {Rule.Severity.CRITICAL: "bad", Rule.Severity.WARNING: "watch", Rule.Severity.INFO: "info"}
STATE_TONES = {
    Incident.State.OPEN: "bad",
    Incident.State.ACKNOWLEDGED: "watch",
    Incident.State.RESOLVED: "good",
}

# The field that each belongs to, and what to say.
PROBLEMS: dict[Problem, tuple[str, str | Promise]] = {
    Problem.NOT_A_NUMBER: ("limit", _("Enter numbers.")),
    Problem.OUT_OF_RANGE: ("limit", _("There is no such value: what is watched never reaches it.")),
    Problem.NEVER_FIRES: ("limit", _("No value lies beyond this limit, so the rule could never fire.")),
    Problem.NEVER_WELL: ("margin", _("No value lies that far on the good side, so an alert could never end.")),
    Problem.BAD_MARGIN: ("margin", _("The margin is nought or more.")),
    Problem.BAD_WINDOW: ("window", _("Take 1 to 240 minutes.")),
    Problem.BAD_BREACHES: ("breaches", _("At least one, and no more than there are minutes to look at.")),
    Problem.BAD_RECOVERY: ("recovery", _("Take 1 to 240 minutes.")),
    Problem.NO_SAMPLE: ("minimum_sample", _("Nothing is counted beside this, so there is no sample. Leave it at 0.")),
    Problem.BAD_SAMPLE: ("minimum_sample", _("The sample is nought or more.")),
    Problem.SAMPLE_FORBIDS: (
        "minimum_sample",
        _("With so many people the value is never below the limit, so the rule could never fire."),
    ),
}  # fmt: skip


def signal_name(signal_id: str) -> str:
    """Return what a signal is called; its id when this version does not know it."""
    signal = get_signal(signal_id)
    return str(signal.label) if signal else signal_id


def write(signal_id: str, value: float) -> str:
    """Return a value in the unit of its signal."""
    signal = get_signal(signal_id)
    return (signal.unit if signal else NUMBER).write(value)


def condition_said(what: Rule | Incident) -> str:
    """Say when it fires: "above 5.00 % in 3 of 5 minutes"."""
    breaches = what.breaches_wanted if isinstance(what, Incident) else what.breaches
    values = {"limit": write(what.signal, what.limit), "breaches": breaches, "window": what.window}
    if what.side == Side.ABOVE:
        return gettext("above %(limit)s in %(breaches)s of %(window)s minutes") % values
    return gettext("below %(limit)s in %(breaches)s of %(window)s minutes") % values
