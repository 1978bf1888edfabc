"""The books are written otherwise: every bucket starts over, as after a change of the store, and waits a window."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def start_over(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("connections", "Bucket").objects.exclude(stamp="").update(book={}, stamp="?")


class Migration(migrations.Migration):
    dependencies = [("connections", "0009_raw_answers")]
    operations = [migrations.RunPython(start_over, migrations.RunPython.noop)]
