"""What must hold in the statement that commits 'sending', as a function: PostgreSQL plans it once and not for every post."""

from django.db import migrations

from scheduler.migrations._sql import MAY_SEND


class Migration(migrations.Migration):
    dependencies = [("scheduler", "0003_lean_indexes"), ("accounts", "0001_initial")]
    operations = [migrations.RunSQL(*MAY_SEND)]
