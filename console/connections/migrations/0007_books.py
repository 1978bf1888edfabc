from typing import Any

from django.db import migrations, models


def start_over(apps: Any, _editor: Any) -> None:
    """The permits that were out are forgotten: no store has this stamp, so each bucket waits a window."""
    apps.get_model("connections", "Bucket").objects.update(stamp="before books")


class Migration(migrations.Migration):
    dependencies = [
        ("connections", "0006_quota_measurements"),
    ]

    operations = [
        migrations.AddField("bucket", "book", models.JSONField(default=dict)),
        migrations.RunPython(start_over, migrations.RunPython.noop),
        migrations.RemoveField("bucket", "last_start"),
        migrations.RemoveField("bucket", "blocked_until"),
        migrations.RemoveField("bucket", "turn_at"),
        migrations.RemoveField("bucket", "waiting"),
        migrations.RemoveField("bucket", "before_permit"),
        migrations.DeleteModel("TakenPermit"),
    ]
