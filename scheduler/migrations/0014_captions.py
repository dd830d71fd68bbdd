"""A video in a post may have captions, in a language."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scheduler", "0013_cover_and_focus")]

    operations = [
        migrations.AddField(
            model_name="postmedia",
            name="captions",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="scheduler.asset"
            ),
        ),
        migrations.AddField(
            model_name="postmedia",
            name="language",
            field=models.CharField(blank=True, default="", max_length=20),
            preserve_default=False,
        ),
    ]
