"""What rules can watch: a registry, filled by the modules beside it. Readers read the store; none asks the cloud."""

from console.alerts.signals.registry import (
    Group,
    Series,
    Signal,
    all_signals,
    get_signal,
    register_signal,
)

__all__ = ["Group", "Series", "Signal", "all_signals", "get_signal", "register_signal"]
