"""The tables of posts and publications in one step. Those before it stay for databases that have gone a part of their way."""

import accounts.models
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.utils.timezone
import scheduler.models.said
import uuid
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

from scheduler.migrations._sql import ATTEMPT_IS_FINAL, MAY_SEND


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('scheduler', '0001_initial'),
        ('scheduler', '0002_attempts_are_written_once'),
        ('scheduler', '0003_lean_indexes'),
        ('scheduler', '0004_may_send'),
        ('scheduler', '0005_renditions'),
        ('scheduler', '0006_sound'),
        ('scheduler', '0007_audiences'),
        ('scheduler', '0008_campaigns_and_queues'),
        ('scheduler', '0009_imports_and_search'),
        ('scheduler', '0010_nothing_typed_is_lost'),
        ('scheduler', '0011_library'),
        ('scheduler', '0012_rechecked'),
        ('scheduler', '0013_cover_and_focus'),
        ('scheduler', '0014_captions'),
        ('scheduler', '0015_audiences_and_labels'),
    ]

    dependencies = [
        ('accounts', '0001_squashed_0006_more_notices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),  # trusted since PostgreSQL 13: whoever owns the database may make it
        migrations.CreateModel(
            name='Audience',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('countries', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2), blank=True, default=list, size=None)),
                ('regions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, size=None)),
                ('cities', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, size=None)),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), blank=True, default=list, size=None)),
                ('genders', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=6), blank=True, default=list, size=None)),
                ('age_min', models.PositiveSmallIntegerField(default=0)),
                ('age_max', models.PositiveSmallIntegerField(default=0)),
                ('climate', models.CharField(blank=True, choices=[('', 'any climate'), ('hot', 'hot'), ('mild', 'mild'), ('cold', 'cold')], default='', max_length=4)),
                ('time_zone', models.CharField(blank=True, max_length=50)),
                ('channels', models.ManyToManyField(blank=True, related_name='audiences', to='accounts.channel')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='audiences', to='accounts.workspace')),
            ],
            options={
                'ordering': ('name',),
                'constraints': [models.UniqueConstraint(fields=('workspace', 'name'), name='one_audience_per_name')],
            },
        ),
        migrations.CreateModel(
            name='Folder',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='folders', to='accounts.workspace')),
            ],
            options={
                'ordering': ('name',),
                'constraints': [models.UniqueConstraint(fields=('workspace', 'name'), name='one_folder_per_name')],
            },
        ),
        migrations.CreateModel(
            name='Asset',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('file', models.FileField(max_length=300, upload_to=scheduler.models.said.asset_path)),
                ('name', models.CharField(max_length=200)),
                ('mime_type', models.CharField(max_length=50)),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('width', models.PositiveIntegerField(default=0)),
                ('height', models.PositiveIntegerField(default=0)),
                ('seconds', models.FloatField(default=0)),
                ('codec', models.CharField(blank=True, max_length=20)),
                ('sound', models.CharField(blank=True, max_length=20)),
                ('alt', models.TextField(blank=True)),
                ('labels', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('use_until', models.DateField(blank=True, null=True)),
                ('poster_at', models.FloatField(blank=True, null=True)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('deleted_at', models.DateTimeField(blank=True, null=True)),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_from', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='scheduler.asset')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assets', to='accounts.workspace')),
                ('folder', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='assets', to='scheduler.folder')),
            ],
            options={
                'ordering': ('-added_at',),
                'indexes': [models.Index(fields=['workspace', '-added_at'], name='assets_by_arrival'), django.contrib.postgres.indexes.GinIndex(fields=['labels'], name='assets_by_label')],
                'constraints': [models.UniqueConstraint(fields=('workspace', 'sha256'), name='one_asset_per_content')],
            },
        ),
        migrations.CreateModel(
            name='Label',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=50, verbose_name='name')),
                ('colour', models.CharField(choices=[('blue', 'Blue'), ('azure', 'Azure'), ('indigo', 'Indigo'), ('purple', 'Purple'), ('pink', 'Pink'), ('red', 'Red'), ('orange', 'Orange'), ('yellow', 'Yellow'), ('green', 'Green'), ('teal', 'Teal')], default='blue', max_length=12, verbose_name='colour')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='labels', to='accounts.workspace')),
            ],
            options={
                'ordering': ('name',),
                'constraints': [models.UniqueConstraint(fields=('workspace', 'name'), name='one_label_per_name')],
            },
        ),
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200, verbose_name='file')),
                ('sha256', models.CharField(max_length=64)),
                ('read_as', models.CharField(max_length=100)),
                ('language', models.CharField(default='en', max_length=12)),
                ('headers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), size=None)),
                ('mapping', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(blank=True, max_length=120), size=None)),
                ('drafts_only', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('checking', 'Being checked'), ('checked', 'Checked'), ('importing', 'Being imported'), ('done', 'Imported'), ('undoing', 'Being undone'), ('undone', 'Undone')], default='checking', max_length=10)),
                ('new_labels', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('why', models.TextField(blank=True, help_text='Why it stopped, for the user.')),
                ('claimed_until', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='imports', to='accounts.workspace')),
                ('labels', models.ManyToManyField(related_name='+', to='scheduler.label')),
            ],
            options={
                'ordering': ('-created_at',),
                'indexes': [models.Index(fields=['workspace', '-created_at'], name='imports_by_time')],
            },
        ),
        migrations.CreateModel(
            name='ImportFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=2000)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('ready', 'Ready'), ('failed', 'Failed')], default='waiting', max_length=7)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('new', models.BooleanField(default=False)),
                ('why', models.TextField(blank=True)),
                ('asset', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='scheduler.asset')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='scheduler.import')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'address'), name='one_import_file_per_address')],
            },
        ),
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('aim', models.CharField(blank=True, max_length=300, verbose_name='aim')),
                ('brief', models.TextField(blank=True, verbose_name='brief')),
                ('colour', models.CharField(choices=[('blue', 'Blue'), ('azure', 'Azure'), ('indigo', 'Indigo'), ('purple', 'Purple'), ('pink', 'Pink'), ('red', 'Red'), ('orange', 'Orange'), ('yellow', 'Yellow'), ('green', 'Green'), ('teal', 'Teal')], default='blue', max_length=12, verbose_name='colour')),
                ('utm_source', models.CharField(blank=True, max_length=100)),
                ('utm_medium', models.CharField(blank=True, max_length=100)),
                ('utm_campaign', models.CharField(blank=True, max_length=100)),
                ('utm_content', models.CharField(blank=True, max_length=100)),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='starts on')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='ends on')),
                ('held', models.BooleanField(default=False, verbose_name='stopped')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('audiences', models.ManyToManyField(blank=True, related_name='campaigns', to='scheduler.audience')),
                ('channels', models.ManyToManyField(blank=True, related_name='+', to='accounts.channel')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='campaigns', to='accounts.workspace')),
                ('labels', models.ManyToManyField(blank=True, related_name='campaigns', to='scheduler.label')),
            ],
            options={
                'ordering': ('name',),
                'constraints': [models.UniqueConstraint(fields=('workspace', 'name'), name='one_campaign_per_name')],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('approved', 'Approved')], default='draft', max_length=10)),
                ('text', models.TextField(blank=True)),
                ('link', models.URLField(blank=True, max_length=2000)),
                ('first_comment', models.TextField(blank=True)),
                ('planned_for', models.DateTimeField(blank=True, help_text="The time the author has in mind; a draft's day.", null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=0, help_text='The number of its newest revision; 0: none is written yet.')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('campaign', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='posts', to='scheduler.campaign')),
                ('labels', models.ManyToManyField(blank=True, related_name='posts', to='scheduler.label')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='accounts.workspace')),
            ],
            options={
                'ordering': ('-changed_at',),
                'indexes': [models.Index(fields=['workspace', '-changed_at'], name='posts_by_change'), models.Index(fields=['workspace', 'planned_for'], name='posts_by_plan'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('text', config='simple'), name='posts_by_words')],
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('part', models.PositiveSmallIntegerField(default=0, help_text='0: the post; 1, 2, ...: what follows it')),
                ('content', models.JSONField(default=dict)),
                ('with_media', models.BooleanField(default=False, help_text='Preparing uploads files: the media workers do it.')),
                ('status', models.CharField(choices=[('scheduled', 'Scheduled'), ('preparing', 'Preparing'), ('ready', 'Ready'), ('sending', 'Sending'), ('confirming', 'Checking'), ('published', 'Published'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='scheduled', editable=False, max_length=10)),
                ('publish_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('attempt', models.PositiveIntegerField(default=0)),
                ('looks', models.PositiveIntegerField(default=0)),
                ('doubt_since', models.DateTimeField(help_text='When the first call that may have arrived began.', null=True)),
                ('absent_at', models.DateTimeField(help_text='When a look first found nothing.', null=True)),
                ('kept', models.JSONField(default=dict)),
                ('handle', models.CharField(blank=True, max_length=500)),
                ('remote_id', models.CharField(blank=True, max_length=200)),
                ('url', models.URLField(blank=True, max_length=1000)),
                ('fault', models.CharField(blank=True, choices=[('', 'none'), ('rejected', 'refused by the network'), ('unconfirmed', 'nobody can say whether it is there'), ('missed', 'too late'), ('parent', 'the post before it did not go out'), ('exhausted', 'tried too often')], default='', max_length=12)),
                ('why', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('published_at', models.DateTimeField(null=True)),
                ('told_for', models.DateTimeField(help_text='The promise of whose end people have been told.', null=True)),
                ('audience', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='scheduler.audience')),
                ('campaign', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='publications', to='scheduler.campaign')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='publications', to='accounts.channel')),
                ('parent', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='scheduler.publication')),
                ('post', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='publications', to='scheduler.post')),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='publications', to='accounts.workspace')),
            ],
            options={
                'ordering': ('publish_at', 'part'),
                'indexes': [models.Index(condition=models.Q(('campaign__isnull', False)), fields=['campaign'], name='publication_campaign'), models.Index(condition=models.Q(('audience__isnull', False)), fields=['audience'], name='publication_audience'), models.Index(condition=models.Q(('parent__isnull', False)), fields=['parent'], name='publication_parent'), models.Index(condition=models.Q(('status__in', ['scheduled', 'preparing', 'ready', 'sending', 'confirming'])), fields=['due_at', 'channel'], name='publication_due'), models.Index(condition=models.Q(('due_at__isnull', False)), fields=['channel', 'due_at'], name='publication_due_there'), models.Index(fields=['workspace', 'publish_at'], name='publication_calendar'), models.Index(condition=models.Q(('status', 'failed')), fields=['workspace', 'publish_at'], name='publication_failed'), models.Index(condition=models.Q(models.Q(('status', 'failed'), models.Q(('status', 'cancelled'), models.Q(('why', ''), _negated=True)), _connector='OR'), models.Q(('told_for', None), models.Q(('told_for', models.F('publish_at')), _negated=True), _connector='OR')), fields=['workspace'], name='publication_untold')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['scheduled', 'preparing', 'ready', 'sending', 'confirming']), ('due_at__isnull', False)), models.Q(models.Q(('status__in', ['scheduled', 'preparing', 'ready', 'sending', 'confirming']), _negated=True), ('due_at__isnull', True)), _connector='OR'), name='due_exactly_while_live'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'published'), _negated=True), models.Q(('remote_id', ''), _negated=True), _connector='OR'), name='published_has_remote_id'), models.UniqueConstraint(condition=models.Q(('status', 'cancelled'), _negated=True), fields=('post', 'channel', 'audience', 'part'), name='one_promise_per_place', nulls_distinct=False), models.UniqueConstraint(condition=models.Q(('remote_id', ''), _negated=True), fields=('channel', 'remote_id'), name='one_publication_per_remote_id'), models.UniqueConstraint(condition=models.Q(('status', 'sending')), fields=('channel',), name='one_sending_per_channel')],
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('cells', models.JSONField()),
                ('state', models.CharField(choices=[('waiting', 'Not checked yet'), ('good', 'Ready'), ('bad', 'Problem'), ('done', 'Imported'), ('undone', 'Undone'), ('kept', 'Kept')], default='waiting', max_length=7)),
                ('problems', models.JSONField(default=list)),
                ('notes', models.JSONField(default=list)),
                ('made_at', models.DateTimeField(null=True)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='scheduler.import')),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='scheduler.post')),
            ],
            options={
                'ordering': ('number',),
                'indexes': [models.Index(fields=['source', 'state', 'number'], name='import_rows_by_state')],
                'constraints': [models.UniqueConstraint(fields=('source', 'number'), name='one_import_row_per_line')],
            },
        ),
        migrations.CreateModel(
            name='PostChannel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.TimeField(blank=True, null=True)),
                ('audience', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='targets', to='scheduler.audience')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.channel')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='scheduler.post')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('post', 'channel', 'audience'), name='one_target_per_channel', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='PostMedia',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('alt', models.TextField(blank=True)),
                ('fit', models.CharField(default='pad', max_length=12)),
                ('cover', models.CharField(blank=True, max_length=40)),
                ('language', models.CharField(blank=True, max_length=20)),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='scheduler.asset')),
                ('captions', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='scheduler.asset')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='media', to='scheduler.post')),
            ],
            options={
                'ordering': ('position', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Recheck',
            fields=[
                ('publication', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='recheck', serialize=False, to='scheduler.publication')),
                ('promise', models.DateTimeField()),
                ('problems', models.JSONField(default=list)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('problems', []), _negated=True), fields=['at'], name='rechecks_with_problems')],
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('step', models.CharField(max_length=12)),
                ('outcome', models.CharField(max_length=20)),
                ('asked', models.CharField(blank=True, max_length=300)),
                ('http', models.PositiveSmallIntegerField(default=0)),
                ('ms', models.PositiveIntegerField(default=0)),
                ('said', models.TextField(blank=True)),
                ('next_at', models.DateTimeField(null=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='scheduler.publication')),
            ],
            options={
                'ordering': ('pk',),
                'indexes': [models.Index(condition=models.Q(('by__isnull', False)), fields=['by'], name='attempt_by')],
            },
        ),
        migrations.CreateModel(
            name='Queue',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=50, verbose_name='name')),
                ('colour', models.CharField(choices=[('blue', 'Blue'), ('azure', 'Azure'), ('indigo', 'Indigo'), ('purple', 'Purple'), ('pink', 'Pink'), ('red', 'Red'), ('orange', 'Orange'), ('yellow', 'Yellow'), ('green', 'Green'), ('teal', 'Teal')], default='blue', max_length=12, verbose_name='colour')),
                ('paused', models.BooleanField(default=False, verbose_name='paused')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='queues', to='accounts.workspace')),
            ],
            options={
                'ordering': ('created_at', 'name'),
                'constraints': [models.UniqueConstraint(fields=('workspace', 'name'), name='one_queue_per_name')],
            },
        ),
        migrations.CreateModel(
            name='Rendition',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('profile', models.CharField(max_length=80)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('working', 'Working'), ('ready', 'Ready'), ('failed', 'Failed')], default='waiting', max_length=7)),
                ('percent', models.PositiveSmallIntegerField(default=0)),
                ('why', models.TextField(blank=True)),
                ('touched_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('file', models.FileField(blank=True, max_length=300, upload_to='')),
                ('mime_type', models.CharField(blank=True, max_length=50)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('width', models.PositiveIntegerField(default=0)),
                ('height', models.PositiveIntegerField(default=0)),
                ('seconds', models.FloatField(default=0)),
                ('asset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='renditions', to='scheduler.asset')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('asset', 'profile'), name='one_rendition_per_profile')],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('content', models.JSONField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='scheduler.post')),
            ],
            options={
                'ordering': ('-number',),
                'constraints': [models.UniqueConstraint(fields=('post', 'number'), name='one_revision_per_number')],
            },
        ),
        migrations.CreateModel(
            name='Slot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField()),
                ('at', models.TimeField()),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='slots', to='accounts.channel')),
                ('queue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='slots', to='scheduler.queue')),
            ],
            options={
                'ordering': ('weekday', 'at'),
                'constraints': [models.UniqueConstraint(fields=('channel', 'weekday', 'at'), name='one_slot_per_time'), models.CheckConstraint(condition=models.Q(('weekday__lte', 6)), name='slot_on_a_weekday')],
            },
        ),
        migrations.CreateModel(
            name='Snippet',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('text', models.TextField(verbose_name='text')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='snippets', to='accounts.workspace')),
            ],
            options={
                'ordering': ('name',),
                'constraints': [models.UniqueConstraint(fields=('workspace', 'name'), name='one_snippet_per_name')],
            },
        ),
        migrations.CreateModel(
            name='Template',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('content', models.JSONField()),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='templates', to='accounts.workspace')),
            ],
            options={
                'ordering': ('name',),
                'constraints': [models.UniqueConstraint(fields=('workspace', 'name'), name='one_template_per_name')],
            },
        ),
        migrations.CreateModel(
            name='Unsaved',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.UUIDField(db_index=True)),
                ('seen', models.PositiveIntegerField(default=0)),
                ('typed', models.JSONField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('set_aside', models.BooleanField(default=False)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='unsaved', to='accounts.workspace')),
            ],
            options={
                'ordering': ('-at',),
                'constraints': [models.UniqueConstraint(fields=('workspace', 'by', 'key'), name='one_unsaved_per_person')],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('mark', models.CharField(blank=True, max_length=100)),
                ('size', models.PositiveBigIntegerField()),
                ('have', models.PositiveBigIntegerField(default=0)),
                ('pieces', models.JSONField(default=list)),
                ('touched_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('asset', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='scheduler.asset')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('folder', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='scheduler.folder')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='accounts.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='Variant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('network', models.CharField(choices=accounts.models.network_choices, max_length=20)),
                ('text', models.TextField(blank=True, null=True)),
                ('thread', models.JSONField(blank=True, default=list)),
                ('media', models.JSONField(blank=True, null=True)),
                ('options', models.JSONField(blank=True, default=dict)),
                ('audience', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='scheduler.audience')),
                ('channel', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.channel')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='variants', to='scheduler.post')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('text', config='simple'), name='variants_by_words')],
                'constraints': [models.UniqueConstraint(fields=('post', 'network', 'channel', 'audience'), name='one_variant_per_place', nulls_distinct=False)],
            },
        ),
        migrations.RunSQL(*ATTEMPT_IS_FINAL),
        migrations.RunSQL(*MAY_SEND),
    ]
