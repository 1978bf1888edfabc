"""From evidence to a verdict: pure functions, no Django, nothing asked of anybody."""

from console.investigate.verdict.catalogue import ENGINE, RULES
from console.investigate.verdict.comparing import compare
from console.investigate.verdict.evidence import Complaint, Evidence, Symptom
from console.investigate.verdict.judging import judge
from console.investigate.verdict.limits import LIMITS, BadLimits, Limits, limits_in_force
from console.investigate.verdict.result import Verdict
from console.investigate.verdict.wanted import wanted, with_answer

__all__ = [
    "ENGINE",
    "LIMITS",
    "RULES",
    "BadLimits",
    "Complaint",
    "Evidence",
    "Limits",
    "Symptom",
    "Verdict",
    "compare",
    "judge",
    "limits_in_force",
    "wanted",
    "with_answer",
]
