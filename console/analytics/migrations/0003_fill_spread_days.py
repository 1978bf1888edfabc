"""Add up the distributions that are stored already, day by day."""

from collections import Counter
from datetime import UTC
from typing import Any

from django.db import migrations


def fill(apps: Any, schema_editor: Any) -> None:
    spread, day_of = apps.get_model("analytics", "Spread"), apps.get_model("analytics", "SpreadDay")
    rows = spread.objects.order_by("application", "dimension", "at").values_list(
        "application_id", "dimension", "at", "people"
    )
    made: list[Any] = []
    now = None
    for application, dimension, at, people in rows.iterator(2000):
        key = (application, dimension, at.astimezone(UTC).date())
        if key != now:
            now = key
            made.append(day_of(application_id=key[0], dimension=key[1], day=key[2], people=Counter()))
        made[-1].moments += 1
        for value, count in people:
            made[-1].people[value] += count
        if len(made) > 500:
            day_of.objects.bulk_create(made[:-1])
            made = made[-1:]
    day_of.objects.bulk_create(made)


class Migration(migrations.Migration):
    dependencies = [("analytics", "0002_spread_days_and_what_people_add")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
