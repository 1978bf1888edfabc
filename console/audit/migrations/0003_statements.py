"""Statements over all ledgers, which only grow like the rest.

The first one is signed here, over the ledgers as they are found. It cannot vouch for what happened before: a ledger that
had vanished by now is in no statement. An empty console gets its first one when something was recorded.
"""

from typing import Any

from django.db import migrations, models
from django.utils import timezone

from console.audit import statements, triggers
from console.audit.keys import KeyMissing


def state_what_is_found(apps: Any, schema_editor: Any) -> None:
    found = apps.get_model("audit", "Ledger").objects.filter(number__gt=0)
    heads = {
        name: (number, its_hash) for name, number, its_hash in found.values_list("name", "number", "hash")
    }
    if heads:
        try:
            first = statements.fields_after(None, heads, timezone.now())
        except KeyMissing:
            return  # the heads are not signed either; whoever sets a key gets both
        apps.get_model("audit", "Statement").objects.create(**first)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("serial", models.BigIntegerField(primary_key=True, serialize=False)),
                ("heads_json", models.TextField()),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
                ("signed_at", models.DateTimeField()),
                ("key_id", models.CharField(max_length=16)),
                ("signature", models.CharField(max_length=100)),
            ],
        ),
        migrations.RunPython(state_what_is_found, migrations.RunPython.noop),
        # Backwards the table takes its triggers along, and the others stay.
        migrations.RunPython(triggers.install, migrations.RunPython.noop),
    ]
