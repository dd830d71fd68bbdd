"""A campaign says whom it is for; an import remembers the labels that it made."""

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
            name="labels",
            field=models.ManyToManyField(related_name="+", to="scheduler.label"),
        ),
    ]
