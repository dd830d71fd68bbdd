"""A file in a post may say what stays in view where it is cropped, a video which picture stands for it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scheduler", "0012_rechecked")]

    operations = [
        migrations.AddField(
            model_name="postmedia",
            name="cover",
            field=models.CharField(blank=True, default="", max_length=40),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="postmedia",
            name="fit",
            field=models.CharField(default="pad", max_length=12),
        ),
    ]
