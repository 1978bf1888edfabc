"""Hours in which nobody is told, as rules and channels store them."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from console.alerts.engine.silence import Silence

__all__ = ["Silenced"]


class Silenced(models.Model):
    """What silent hours consist of (engine/silence.py). silent_spares: what is critical is told all the same."""

    silent_zone = models.CharField(_("zone"), max_length=64, default="UTC")
    silent_days = models.JSONField(default=list, blank=True)
    silent_from = models.PositiveSmallIntegerField(default=0)
    silent_until = models.PositiveSmallIntegerField(default=0)
    silent_spares = models.BooleanField(default=True)

    class Meta:
        abstract = True

    @property
    def silence(self) -> Silence:
        """The same as the engine takes it."""
        return Silence(self.silent_zone, frozenset(self.silent_days), self.silent_from, self.silent_until)

    def silence_for(self, severity: str) -> Silence:
        """Return the silence that holds for alerts of a severity."""
        return Silence() if severity == "critical" and self.silent_spares else self.silence

    def be_silent(self, silence: Silence, spares: bool) -> None:
        """Take over silent hours; not saved."""
        self.silent_zone, self.silent_days = silence.zone, sorted(silence.days)
        self.silent_from, self.silent_until, self.silent_spares = silence.start, silence.end, spares

    def silence_on_record(self) -> dict[str, Any]:
        """Return what the trail keeps of it."""
        names = ("silent_zone", "silent_days", "silent_from", "silent_until", "silent_spares")
        return {name: getattr(self, name) for name in names} if self.silent_days else {"silent_days": []}
