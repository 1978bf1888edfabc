"""Logging: one line an event, with the click's id, without secrets."""

import logging
from typing import Any

import structlog

from console.core.clicks import clicked

__all__ = ["RefusalsInALine", "logging_settings"]


def _add_click(_logger: Any, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    click = clicked.get()
    if click is not None:
        event["click_id"] = click.id
    return event


class RefusalsInALine(logging.Filter):
    """What was refused is no fault of ours: it is told in one line, without where in the code it was refused."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return True


def logging_settings(*, json_lines: bool, level: str) -> dict[str, Any]:
    """Return Django's LOGGING: JSON lines for machines, aligned text for a terminal."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_click,
    ]
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if json_lines else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            last,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "filters": {"refusals": {"()": RefusalsInALine}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.request": {"filters": ["refusals"]},
            "django.server": {"level": logging.WARNING},
            "django-q": {"level": logging.WARNING},
        },
    }
