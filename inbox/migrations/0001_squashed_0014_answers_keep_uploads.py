"""The tables of conversations in one step. Those before it stay for databases that have gone a part of their way."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
import uuid
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

from inbox.migrations._sql import STEP_IS_FINAL


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('inbox', '0001_initial'),
        ('inbox', '0002_work'),
        ('inbox', '0003_speed'),
        ('inbox', '0004_moderation'),
        ('inbox', '0005_answering'),
        ('inbox', '0006_trouble'),
        ('inbox', '0007_rules_and_goals'),
        ('inbox', '0008_speaks'),
        ('inbox', '0009_attachments'),
        ('inbox', '0010_contacts'),
        ('inbox', '0011_steps'),
        ('inbox', '0012_likes'),
        ('inbox', '0013_reactions'),
        ('inbox', '0014_answers_keep_uploads'),
    ]

    dependencies = [
        ('accounts', '0001_squashed_0006_more_notices'),
        ('scheduler', '0001_squashed_0015_audiences_and_labels'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),  # trusted since PostgreSQL 13: whoever owns the database may make it
        migrations.CreateModel(
            name='Conversation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=10)),
                ('thread', models.CharField(max_length=300)),
                ('about', models.CharField(blank=True, max_length=200)),
                ('person_id', models.CharField(blank=True, max_length=200)),
                ('person_name', models.CharField(blank=True, max_length=200)),
                ('person_url', models.URLField(blank=True, max_length=500)),
                ('state', models.CharField(choices=[('open', 'Open'), ('snoozed', 'Snoozed'), ('done', 'Done'), ('spam', 'Spam')], default='open', max_length=10)),
                ('snoozed_until', models.DateTimeField(null=True)),
                ('unread', models.BooleanField(default=True)),
                ('waits_since', models.DateTimeField(null=True)),
                ('last_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('last_text', models.CharField(blank=True, max_length=200)),
                ('last_mine', models.BooleanField(default=False)),
                ('language', models.CharField(blank=True, max_length=3)),
                ('mood', models.CharField(blank=True, choices=[('positive', 'Positive'), ('neutral', 'Neutral'), ('negative', 'Negative')], max_length=8)),
                ('assignee', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='conversations', to='accounts.member')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conversations', to='accounts.channel')),
                ('labels', models.ManyToManyField(blank=True, related_name='conversations', to='scheduler.label')),
                ('publication', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='conversations', to='scheduler.publication')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conversations', to='accounts.workspace')),
            ],
            options={
                'ordering': ('-last_at', '-pk'),
                'indexes': [models.Index(fields=['workspace', 'state', '-last_at', '-id'], name='inbox_list'), models.Index(condition=models.Q(('assignee__isnull', False)), fields=['assignee', 'state', '-last_at', '-id'], name='inbox_assigned'), models.Index(condition=models.Q(('assignee__isnull', True), ('state', 'open')), fields=['workspace', '-last_at', '-id'], name='inbox_unassigned'), models.Index(condition=models.Q(('snoozed_until__isnull', False)), fields=['snoozed_until'], name='inbox_snoozed'), models.Index(fields=['channel', 'state', '-last_at', '-id'], name='inbox_of_channel'), models.Index(fields=['workspace', 'state', 'kind', '-last_at', '-id'], name='inbox_of_kind'), models.Index(condition=models.Q(('unread', True)), fields=['workspace', 'state', '-last_at', '-id'], name='inbox_new'), models.Index(condition=models.Q(('waits_since__isnull', False)), fields=['workspace', 'state', '-last_at', '-id'], name='inbox_waiting'), models.Index(fields=['channel', 'person_id'], name='inbox_person'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('person_name'), name='gin_trgm_ops'), name='people_by_name')],
                'constraints': [models.UniqueConstraint(fields=('channel', 'kind', 'thread'), name='one_conversation_per_thread'), models.CheckConstraint(condition=models.Q(models.Q(('snoozed_until__isnull', False), ('state', 'snoozed')), models.Q(models.Q(('state', 'snoozed'), _negated=True), ('snoozed_until__isnull', True)), _connector='OR'), name='snoozed_until_some_time')],
            },
        ),
        migrations.CreateModel(
            name='Hours',
            fields=[
                ('workspace', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='hours', serialize=False, to='accounts.workspace')),
                ('week', models.JSONField(default=list)),
                ('holidays', django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), default=list, size=None)),
                ('counted_in', models.CharField(max_length=50)),
            ],
        ),
        migrations.CreateModel(
            name='Usual',
            fields=[
                ('workspace', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='usual', serialize=False, to='accounts.workspace')),
                ('hour', models.DateTimeField()),
                ('rates', models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('note', models.TextField(blank=True)),
                ('note_at', models.DateTimeField(null=True)),
                ('note_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='accounts.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='Clock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('aim', models.CharField(choices=[('answer', 'Answer'), ('resolve', 'Done')], max_length=8)),
                ('began_at', models.DateTimeField()),
                ('warns_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('seconds', models.PositiveBigIntegerField(null=True)),
                ('told', models.CharField(blank=True, choices=[('', 'nothing'), ('soon', 'soon'), ('late', 'late')], default='', max_length=4)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='clocks', to='accounts.workspace')),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clocks', to='inbox.conversation')),
            ],
            options={
                'ordering': ('due_at', 'pk'),
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True), ('warns_at__isnull', False)), fields=['workspace', 'warns_at'], name='clocks_late'), models.Index(condition=models.Q(('ended_at__isnull', True), models.Q(('told', 'late'), _negated=True)), fields=['warns_at'], name='clocks_to_tell'), models.Index(condition=models.Q(('ended_at__isnull', False)), fields=['workspace', 'ended_at'], name='clocks_ended')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('conversation', 'aim'), name='one_running_clock'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('seconds__isnull', True)), models.Q(('ended_at__isnull', False), ('seconds__isnull', False)), _connector='OR'), name='ended_clock_has_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Cursor',
            fields=[
                ('channel', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='cursor', serialize=False, to='accounts.channel')),
                ('read_until', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('listened_at', models.DateTimeField(null=True)),
                ('why', models.TextField(blank=True)),
            ],
            options={
                'indexes': [models.Index(fields=['due_at'], name='cursor_due')],
            },
        ),
        migrations.CreateModel(
            name='Deed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('assigned', 'gave it to %(value)s'), ('unassigned', 'gave it to nobody'), ('snoozed', 'put it off until %(value)s'), ('woke', 'It is due again.'), ('done', 'marked it as done'), ('opened', 'opened it again'), ('spam', 'marked it as spam'), ('hide', 'hid what %(value)s said'), ('unhide', 'showed again what %(value)s said'), ('like', 'liked what %(value)s said'), ('unlike', 'took back the like of what %(value)s said'), ('delete', 'deleted what %(value)s said'), ('block', 'blocked %(value)s'), ('labelled', 'put the label %(value)s on it'), ('unlabelled', 'took the label %(value)s off it'), ('undone', 'took that back'), ('rule', 'rule %(value)s'), ('mood', 'corrected how it sounds: %(value)s'), ('joined', 'said that it is the same person as %(value)s'), ('parted', 'said that %(value)s is somebody else')], max_length=10)),
                ('value', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deeds', to='inbox.conversation')),
            ],
            options={
                'ordering': ('at', 'pk'),
                'indexes': [models.Index(fields=['conversation', 'at'], name='deeds_of')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('network', models.CharField(max_length=20)),
                ('practice', models.BooleanField(default=False)),
                ('headers', models.JSONField(default=dict)),
                ('body', models.BinaryField()),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, null=True)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('why', models.TextField(blank=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='event_due'), models.Index(fields=['received_at'], name='event_age')],
            },
        ),
        migrations.CreateModel(
            name='Goal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(blank=True, max_length=10)),
                ('answer_minutes', models.PositiveIntegerField(null=True)),
                ('resolve_minutes', models.PositiveIntegerField(null=True)),
                ('channel', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.channel')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='goals', to='accounts.workspace')),
            ],
            options={
                'ordering': ('channel__network', 'channel__name', 'kind', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('workspace', 'channel', 'kind'), name='one_goal_each', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('answer_minutes__isnull', False), ('resolve_minutes__isnull', False), _connector='OR'), name='goal_for_something')],
            },
        ),
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('network', models.CharField(max_length=20)),
                ('practice', models.BooleanField(default=False)),
                ('server', models.URLField(blank=True)),
                ('person_id', models.CharField(max_length=200)),
                ('channel', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.channel')),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identities', to='inbox.contact')),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='identities', to='accounts.workspace')),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [models.UniqueConstraint(fields=('workspace', 'person_id', 'network', 'practice', 'server', 'channel'), name='one_contact_per_account', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('person_id', ''), _negated=True), name='account_of_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('began_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('peak', models.FloatField(default=0)),
                ('calm_since', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('channels', models.ManyToManyField(related_name='incidents', to='accounts.channel')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='incidents', to='accounts.workspace')),
            ],
            options={
                'ordering': ('-opened_at',),
                'indexes': [models.Index(fields=['workspace', '-opened_at'], name='incidents_by_time')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('workspace',), name='one_open_incident')],
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('released_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('campaign', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='scheduler.campaign')),
                ('channel', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.channel')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holds', to='inbox.incident')),
            ],
            options={
                'ordering': ('at', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('channel__isnull', True), ('campaign__isnull', True), _connector='OR'), name='hold_of_one_thing')],
            },
        ),
        migrations.CreateModel(
            name='Lesson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=60)),
                ('weight', models.FloatField(default=0)),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='lessons', to='accounts.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'word'), name='one_lesson_per_word')],
            },
        ),
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('opened', 'The incident was opened'), ('spread', 'It reached another channel'), ('rose', 'It is growing'), ('calm', 'It is as quiet as usual again'), ('back', 'It has come back'), ('held', 'Outgoing posts were held'), ('released', 'Outgoing posts go on'), ('closed', 'The incident was closed')], max_length=8)),
                ('details', models.JSONField(default=dict)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='milestones', to='inbox.incident')),
            ],
            options={
                'ordering': ('at', 'pk'),
                'indexes': [models.Index(fields=['incident', 'at'], name='milestones_of')],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='inbox.conversation')),
            ],
            options={
                'ordering': ('at', 'pk'),
                'indexes': [models.Index(fields=['conversation', 'at'], name='notes_of')],
            },
        ),
        migrations.CreateModel(
            name='Past',
            fields=[
                ('channel', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='past', serialize=False, to='accounts.channel')),
                ('began_at', models.DateTimeField()),
                ('reached_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, null=True)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('why', models.TextField(blank=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='past_due')],
            },
        ),
        migrations.CreateModel(
            name='Reaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('remote_id', models.CharField(max_length=300)),
                ('person_id', models.CharField(max_length=200)),
                ('person_name', models.CharField(blank=True, max_length=200)),
                ('emoji', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField()),
                ('channel', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.channel')),
            ],
            options={
                'ordering': ('at', 'pk'),
                'indexes': [models.Index(fields=['at'], name='reaction_age')],
                'constraints': [models.UniqueConstraint(fields=('channel', 'remote_id', 'person_id'), name='one_reaction_per_person'), models.CheckConstraint(condition=models.Q(('remote_id', ''), _negated=True), name='reaction_to_something')],
            },
        ),
        migrations.CreateModel(
            name='Rule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('position', models.PositiveIntegerField(default=0)),
                ('when', models.CharField(choices=[('new', 'Somebody says something'), ('waiting', 'Nobody has answered for a while')], default='new', max_length=8)),
                ('minutes', models.PositiveIntegerField(null=True)),
                ('conditions', models.JSONField(default=dict)),
                ('actions', models.JSONField(default=dict)),
                ('is_on', models.BooleanField(default=False)),
                ('since', models.DateTimeField(null=True)),
                ('why', models.TextField(blank=True)),
                ('deleted_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(help_text="It acts with this member's rights.", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.member')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='accounts.workspace')),
            ],
            options={
                'ordering': ('position', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('minutes__isnull', False), ('when', 'waiting')), models.Q(models.Q(('when', 'waiting'), _negated=True), ('minutes__isnull', True)), _connector='OR'), name='rule_waits_for_minutes'), models.CheckConstraint(condition=models.Q(('is_on', False), ('since__isnull', False), _connector='OR'), name='rule_on_since')],
            },
        ),
        migrations.CreateModel(
            name='SavedReply',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=80)),
                ('asked', models.TextField(blank=True)),
                ('gone_at', models.DateTimeField(null=True)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_replies', to='accounts.workspace')),
            ],
            options={
                'ordering': ('title',),
                'constraints': [models.UniqueConstraint(condition=models.Q(('gone_at__isnull', True)), fields=('workspace', 'title'), name='one_saved_reply_per_title')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('remote_id', models.CharField(blank=True, max_length=300)),
                ('parent_remote_id', models.CharField(blank=True, max_length=300)),
                ('author_name', models.CharField(blank=True, max_length=200)),
                ('author_id', models.CharField(blank=True, max_length=200)),
                ('mine', models.BooleanField(default=False)),
                ('text', models.TextField(blank=True)),
                ('url', models.URLField(blank=True, max_length=1000)),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('edited', models.BooleanField(default=False)),
                ('hidden', models.BooleanField(default=False, help_text='We hid it on the network.')),
                ('liked', models.BooleanField(default=False)),
                ('blocked', models.BooleanField(default=False, help_text='We blocked who wrote it.')),
                ('private', models.BooleanField(default=False, help_text='Our private answer to something public.')),
                ('stars', models.PositiveSmallIntegerField(default=0, help_text='Of a review: out of five; 0: none were given.')),
                ('recommends', models.BooleanField(help_text='Of a review: whether they recommend us.', null=True)),
                ('likes', models.PositiveIntegerField(default=0, help_text='How many like it or react to it on the network, when that was last told.')),
                ('deleted', models.BooleanField(default=False, help_text='Deleted on the network: the row stays, its content is gone.')),
                ('status', models.CharField(choices=[('received', 'Received'), ('queued', 'Waiting to be sent'), ('sending', 'Sending'), ('confirming', 'Checking'), ('sent', 'Sent'), ('failed', 'Not sent')], default='received', max_length=10)),
                ('due_at', models.DateTimeField(null=True)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('waits', models.PositiveIntegerField(default=0, help_text='Tries that found the network still at work on the file.')),
                ('kept', models.JSONField(default=dict)),
                ('looks', models.PositiveIntegerField(default=0)),
                ('doubt_since', models.DateTimeField(help_text='When the first call that may have arrived began.', null=True)),
                ('absent_at', models.DateTimeField(help_text='When a look first found nothing.', null=True)),
                ('why', models.TextField(blank=True)),
                ('language', models.CharField(blank=True, max_length=3)),
                ('mood', models.CharField(blank=True, choices=[('positive', 'Positive'), ('neutral', 'Neutral'), ('negative', 'Negative')], max_length=8)),
                ('mood_words', models.JSONField(default=list, help_text='The words that decided, each with what it brought.')),
                ('mood_by_hand', models.BooleanField(default=False, help_text='Somebody has corrected it.')),
                ('answers', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='inbox.message')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.channel')),
                ('picture', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='scheduler.asset')),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='inbox.conversation')),
                ('rule', models.ForeignKey(db_index=False, help_text='That said it.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='answers', to='inbox.rule')),
                ('saved', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='uses', to='inbox.savedreply')),
            ],
            options={
                'ordering': ('sent_at', 'pk'),
                'indexes': [models.Index(condition=models.Q(('status', 'failed')), fields=['conversation'], name='reply_failed'), models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='reply_due'), models.Index(condition=models.Q(('saved__isnull', False)), fields=['saved', '-id'], name='saved_reply_used'), models.Index(condition=models.Q(models.Q(('stars__gt', 0), ('stars__lt', 5)), models.Q(('recommends', False), ('recommends__isnull', False)), _connector='OR'), fields=['channel'], name='rated_badly'), models.Index(condition=models.Q(('rule__isnull', False)), fields=['rule'], name='said_by_rule'), models.Index(fields=['conversation', 'sent_at', 'id'], name='thread_order'), models.Index(condition=models.Q(('deleted', False), ('mine', False)), fields=['channel', 'sent_at'], include=('mood',), name='heard_when'), models.Index(condition=models.Q(('deleted', False), ('mine', False), ('mood', '')), fields=['id'], name='not_yet_read'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('text', config='simple'), name='messages_by_words')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('remote_id', ''), _negated=True), fields=('channel', 'remote_id'), name='one_message_per_remote_id'), models.UniqueConstraint(condition=models.Q(('status__in', ['queued', 'sending', 'confirming'])), fields=('conversation',), name='one_reply_on_its_way'), models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', False), ('status__in', ['queued', 'sending', 'confirming'])), models.Q(models.Q(('status__in', ['queued', 'sending', 'confirming']), _negated=True), ('due_at__isnull', True)), _connector='OR'), name='reply_due_exactly_on_its_way'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'sent'), _negated=True), models.Q(('remote_id', ''), _negated=True), _connector='OR'), name='sent_reply_has_remote_id')],
            },
        ),
        migrations.CreateModel(
            name='Errand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=10)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='errands', to='inbox.message')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inbox.rule')),
            ],
            options={
                'indexes': [models.Index(fields=['due_at'], name='errand_due')],
                'constraints': [models.UniqueConstraint(fields=('message', 'what'), name='one_errand_each')],
            },
        ),
        migrations.CreateModel(
            name='Act',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('did', models.TextField(blank=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='acts', to='accounts.workspace')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inbox.message')),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='acts', to='inbox.conversation')),
                ('rule', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='acts', to='inbox.rule')),
            ],
            options={
                'ordering': ('-at', '-pk'),
                'indexes': [models.Index(fields=['workspace', 'at'], name='acts_by_time')],
                'constraints': [models.UniqueConstraint(fields=('rule', 'message'), name='once_per_rule_and_message')],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=16)),
                ('number', models.PositiveIntegerField()),
                ('why', models.CharField(blank=True, max_length=500)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('message', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='inbox.message')),
            ],
            options={
                'ordering': ('pk',),
                'indexes': [models.Index(fields=['message', 'id'], name='steps_of'), models.Index(condition=models.Q(('by__isnull', False)), fields=['by'], name='step_by')],
            },
        ),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='turn', serialize=False, to='accounts.member')),
                ('takes', models.BooleanField(default=True)),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=3), default=list, size=None)),
                ('last_at', models.DateTimeField(null=True)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='accounts.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(blank=True, max_length=12)),
                ('text', models.TextField()),
                ('reply', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wordings', to='inbox.savedreply')),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [models.UniqueConstraint(fields=('reply', 'language'), name='one_wording_per_language')],
            },
        ),
        migrations.CreateModel(
            name='Arrival',
            fields=[
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='inbox.message')),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('tries', models.PositiveIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['due_at'], name='arrival_due')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=300)),
                ('place', models.PositiveSmallIntegerField(default=0)),
                ('kind', models.CharField(choices=[('picture', 'Picture'), ('video', 'Video'), ('audio', 'Sound'), ('sticker', 'Sticker'), ('file', 'File')], max_length=8)),
                ('source', models.TextField()),
                ('name', models.CharField(blank=True, max_length=200)),
                ('alt', models.TextField(blank=True)),
                ('file', models.CharField(blank=True, max_length=300)),
                ('mime_type', models.CharField(blank=True, max_length=60)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('width', models.PositiveIntegerField(default=0)),
                ('height', models.PositiveIntegerField(default=0)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, null=True)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('why', models.TextField(blank=True)),
                ('message', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='inbox.message')),
            ],
            options={
                'ordering': ('place', 'key'),
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='attachment_due')],
                'constraints': [models.UniqueConstraint(fields=('message', 'key'), name='one_attachment_per_key')],
            },
        ),
        migrations.RunSQL(*STEP_IS_FINAL),
    ]
