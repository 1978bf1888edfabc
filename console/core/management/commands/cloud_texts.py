"""`manage.py cloud_texts`: list the texts of the cloud's library for translation anew."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from console.core import cloud_texts
from console.sparkrtc.messages import TEXTS

__all__ = ["Command", "listing"]

_HEAD = '''"""Every text of the cloud's library, listed for translation. Written by `manage.py cloud_texts`."""

# ruff: noqa: E501  (sentences of others, as they are)
from django.utils.translation import gettext_noop as _

__all__ = ["TEXTS"]

TEXTS = (
'''


class Command(BaseCommand):
    help = "Write console/core/cloud_texts.py anew, after the texts of console/sparkrtc/messages.py changed."

    def handle(self, *args: Any, **options: Any) -> None:
        Path(cloud_texts.__file__).write_text(listing())
        self.stdout.write(f"{len(set(TEXTS.values()))} texts. Run `make format`, then `make translations`.")


def listing() -> str:
    """Return the module's source."""
    texts = dict.fromkeys(TEXTS.values())
    return _HEAD + "".join(f"    _({json.dumps(text, ensure_ascii=False)}),\n" for text in texts) + ")\n"
