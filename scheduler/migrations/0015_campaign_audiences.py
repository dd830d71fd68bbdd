"""A campaign says whom it is for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scheduler", "0013_cover_and_focus")]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="audiences",
            field=models.ManyToManyField(blank=True, related_name="campaigns", to="scheduler.audience"),
        ),
    ]
