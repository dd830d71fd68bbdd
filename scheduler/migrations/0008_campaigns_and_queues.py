import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

COLOURS = [
    ("blue", "Blue"), ("azure", "Azure"), ("indigo", "Indigo"), ("purple", "Purple"), ("pink", "Pink"),
    ("red", "Red"), ("orange", "Orange"), ("yellow", "Yellow"), ("green", "Green"), ("teal", "Teal"),
]


def queue_what_has_none(apps, schema_editor):
    """Slots had no queue: each workspace gets one for those that it has."""
    Slot, Queue = apps.get_model("scheduler", "Slot"), apps.get_model("scheduler", "Queue")
    for workspace in Slot.objects.values_list("channel__workspace", flat=True).distinct().order_by():
        queue = Queue.objects.create(workspace_id=workspace, name="Everyday")
        Slot.objects.filter(channel__workspace=workspace).update(queue=queue)


def colour():
    return models.CharField(choices=COLOURS, default="blue", max_length=12, verbose_name="colour")


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0001_initial"),
        ("scheduler", "0007_audiences"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Label",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=50, verbose_name="name")),
                ("colour", colour()),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="labels", to="accounts.workspace")),
            ],
            options={
                "ordering": ("name",),
                "constraints": [models.UniqueConstraint(fields=("workspace", "name"), name="one_label_per_name")],
            },
        ),
        migrations.CreateModel(
            name="Queue",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=50, verbose_name="name")),
                ("colour", colour()),
                ("paused", models.BooleanField(default=False, verbose_name="paused")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("workspace", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="queues", to="accounts.workspace")),
            ],
            options={
                "ordering": ("created_at", "name"),
                "constraints": [models.UniqueConstraint(fields=("workspace", "name"), name="one_queue_per_name")],
            },
        ),
        migrations.AddField(
            "slot", "queue",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="slots", to="scheduler.queue"),
        ),
        migrations.RunPython(queue_what_has_none, migrations.RunPython.noop, elidable=True),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),  # else the next ALTER has to wait for them
        migrations.AlterField(
            "slot", "queue",
            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="slots", to="scheduler.queue"),
        ),
        migrations.AddConstraint(
            "slot", models.CheckConstraint(condition=models.Q(("weekday__lte", 6)), name="slot_on_a_weekday")
        ),
        migrations.AddField("post", "labels", models.ManyToManyField(blank=True, related_name="posts", to="scheduler.label")),
        migrations.AlterField("campaign", "colour", colour()),
        migrations.AddField("campaign", "brief", models.TextField(blank=True, verbose_name="brief")),
        migrations.AddField(
            "campaign", "owner",
            models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField("campaign", "channels", models.ManyToManyField(blank=True, related_name="+", to="accounts.channel")),
        migrations.AddField("campaign", "labels", models.ManyToManyField(blank=True, related_name="campaigns", to="scheduler.label")),
        *(
            migrations.AddField("campaign", f"utm_{name}", models.CharField(blank=True, max_length=100))
            for name in ("source", "medium", "campaign", "content")
        ),
    ]
