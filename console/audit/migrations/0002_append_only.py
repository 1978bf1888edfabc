"""From here on the database refuses to change or delete what the ledger holds."""

from django.db import migrations

from console.audit import triggers


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(triggers.install, triggers.remove)]
