"""Indexes for each way to narrow the inbox, and for people's names. pg_trgm is a trusted extension: the owner may create it."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Upper

ORDER = ["-last_at", "-id"]


class Migration(migrations.Migration):
    dependencies = [("inbox", "0002_work")]

    operations = [
        TrigramExtension(),
        migrations.RemoveIndex(model_name="conversation", name="inbox_unread"),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(fields=["channel", "state", *ORDER], name="inbox_of_channel"),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(fields=["workspace", "state", "kind", *ORDER], name="inbox_of_kind"),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(fields=["workspace", "state", *ORDER], name="inbox_new", condition=Q(unread=True)),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                fields=["workspace", "state", *ORDER], name="inbox_waiting", condition=Q(waits_since__isnull=False)
            ),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=GinIndex(OpClass(Upper("person_name"), name="gin_trgm_ops"), name="people_by_name"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["conversation"], name="reply_failed", condition=Q(status="failed")),
        ),
    ]
