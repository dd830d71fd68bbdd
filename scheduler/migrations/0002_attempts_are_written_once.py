"""An attempt tells what happened: PostgreSQL refuses to change it afterwards."""

from django.db import migrations

from scheduler.migrations._sql import ATTEMPT_IS_FINAL


class Migration(migrations.Migration):
    dependencies = [("scheduler", "0001_initial")]
    operations = [migrations.RunSQL(*ATTEMPT_IS_FINAL)]
