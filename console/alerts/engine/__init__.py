"""Rules over series by the minute: no Django, no clock, no database. The same code back-tests and keeps watch.

problems(condition, scale)                    what makes a rule pointless, before it is saved
fold(condition, state, start, minutes)        goes on from a state; returns the next one and what happened
"""

from console.alerts.engine.condition import Condition, Problem, Scale, Side, problems
from console.alerts.engine.folding import Event, Minute, State, fold
from console.alerts.engine.silence import ALWAYS_LOUD, Silence

__all__ = [
    "ALWAYS_LOUD",
    "Condition",
    "Event",
    "Minute",
    "Problem",
    "Scale",
    "Side",
    "Silence",
    "State",
    "fold",
    "problems",
]
