"""Verdicts in words, in the reader's language: clauses to sentences, figures with units, rules for people."""

from console.investigate.wording.clauses import CLAUSES, sentence
from console.investigate.wording.figures import figure, limit_name, metric_name
from console.investigate.wording.rules import RULE_TEXTS, RuleText

__all__ = ["CLAUSES", "RULE_TEXTS", "RuleText", "figure", "limit_name", "metric_name", "sentence"]
