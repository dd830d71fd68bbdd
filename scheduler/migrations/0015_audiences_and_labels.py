"""A campaign says whom it is for; an import remembers the labels that it made."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scheduler", "0014_captions")]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="audiences",
            field=models.ManyToManyField(blank=True, related_name="campaigns", to="scheduler.audience"),
        ),
        migrations.AddField(
            model_name="import",
            name="new_labels",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
        ),
        migrations.AddField(
            model_name="import",
            name="labels",
            field=models.ManyToManyField(related_name="+", to="scheduler.label"),
        ),
    ]
