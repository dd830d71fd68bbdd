"""The tables of people, workspaces and channels in one step. Those before it stay for databases that have gone a part of their way."""

import accounts.crypto
import accounts.models
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('accounts', '0001_initial'),
        ('accounts', '0002_servers'),
        ('accounts', '0003_first_steps'),
        ('accounts', '0004_language'),
        ('accounts', '0005_notices'),
        ('accounts', '0006_more_notices'),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail')),
                ('name', models.CharField(blank=True, max_length=100, verbose_name='name')),
                ('is_active', models.BooleanField(default=True)),
                ('language', models.CharField(blank=True, choices=[('en', 'English'), ('pl', 'Polski')], default='', max_length=10, verbose_name='language')),
                ('joined_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Workspace',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('time_zone', models.CharField(default='Europe/Warsaw', max_length=50, verbose_name='time zone')),
                ('language', models.CharField(choices=[('en', 'English'), ('pl', 'Polski')], default='en', max_length=10, verbose_name='language')),
                ('held', models.BooleanField(default=False, help_text='The emergency stop: nothing goes out while it is on.', verbose_name='stopped')),
                ('late_minutes', models.PositiveIntegerField(default=60, verbose_name='late after (minutes)')),
                ('late_policy', models.CharField(choices=[('publish', 'publish them anyway'), ('hold', 'keep them for a person to decide'), ('drop', 'cancel them')], default='hold', max_length=8, verbose_name='posts that are late')),
                ('alarm', models.BooleanField(default=False, help_text='An incident is open: a column here, because every page tells it.')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ('name',),
            },
        ),
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('network', models.CharField(choices=accounts.models.network_choices, max_length=20)),
                ('practice', models.BooleanField(default=False)),
                ('remote_id', models.CharField(max_length=200)),
                ('name', models.CharField(max_length=200)),
                ('username', models.CharField(blank=True, max_length=200)),
                ('url', models.URLField(blank=True, max_length=500)),
                ('server', models.URLField(blank=True, help_text="The account's server, on networks that have many.")),
                ('status', models.CharField(choices=[('connected', 'connected'), ('disconnected', 'needs to be connected again'), ('removed', 'removed')], default='connected', max_length=12)),
                ('why', models.TextField(blank=True, help_text='Why it is disconnected, for the user.')),
                ('held', models.BooleanField(default=False)),
                ('connected_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('connected_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='channels', to='accounts.workspace')),
            ],
            options={
                'ordering': ('network', 'name'),
                'indexes': [models.Index(fields=['network', 'remote_id'], name='channel_by_remote_id')],
                'constraints': [models.UniqueConstraint(fields=('workspace', 'network', 'practice', 'server', 'remote_id'), name='one_channel_per_account')],
            },
        ),
        migrations.CreateModel(
            name='Token',
            fields=[
                ('channel', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='accounts.channel')),
                ('access', accounts.crypto.SecretField()),
                ('refresh', accounts.crypto.SecretField(blank=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('scopes', models.JSONField(default=list)),
                ('changed_at', models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('admin', 'Admin'), ('editor', 'Editor'), ('approver', 'Approver'), ('responder', 'Responder'), ('viewer', 'Viewer')], default='editor', max_length=10, verbose_name='role')),
                ('joined_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('steps_away', models.BooleanField(default=False, help_text='The first steps are not shown any more.')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='accounts.workspace')),
            ],
            options={
                'ordering': ('user__email',),
                'constraints': [models.UniqueConstraint(fields=('workspace', 'user'), name='one_role_per_member')],
            },
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('network', models.CharField(max_length=20)),
                ('server', models.URLField()),
                ('redirect_uri', models.URLField()),
                ('client_id', models.CharField(max_length=200)),
                ('client_secret', accounts.crypto.SecretField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('network', 'server'), name='one_registration_per_server')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('admin', 'Admin'), ('editor', 'Editor'), ('approver', 'Approver'), ('responder', 'Responder'), ('viewer', 'Viewer')], default='editor', max_length=10, verbose_name='role')),
                ('secret_hash', models.CharField(max_length=64, unique=True)),
                ('expires_at', models.DateTimeField(default=accounts.models._two_weeks_from_now)),
                ('accepted_at', models.DateTimeField(null=True)),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='accounts.workspace')),
            ],
            options={
                'ordering': ('email',),
                'constraints': [models.UniqueConstraint(condition=models.Q(('accepted_at__isnull', True)), fields=('workspace', 'email'), name='one_open_invitation')],
            },
        ),
        migrations.CreateModel(
            name='Connecting',
            fields=[
                ('state', models.CharField(default=accounts.models._new_state, max_length=64, primary_key=True, serialize=False)),
                ('network', models.CharField(max_length=20)),
                ('practice', models.BooleanField(default=False)),
                ('server', models.URLField(blank=True)),
                ('verifier', accounts.crypto.SecretField()),
                ('offer', accounts.crypto.SecretField(blank=True, help_text='JSON of the accounts to choose from, with their tokens')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='accounts.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(max_length=50)),
                ('subject', models.CharField(max_length=200)),
                ('details', models.JSONField(default=dict)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='audit', to='accounts.workspace')),
            ],
            options={
                'ordering': ('-at',),
                'indexes': [models.Index(fields=['workspace', '-at'], name='audit_by_time')],
            },
        ),
        migrations.CreateModel(
            name='NoticeChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('failed', 'A post has failed, or nobody knows whether it is out'), ('late', 'A post was too late to go out'), ('problem', 'A problem was found shortly before publishing'), ('channel', 'A channel must be connected again, or a permission is missing'), ('changed', 'Somebody else has moved or cancelled your post'), ('imported', 'Your import is finished'), ('empty', 'A queue has run empty'), ('lapsing', 'A file of scheduled posts may soon no longer be used'), ('named', 'A colleague has named you in a note'), ('trouble', 'More is said than usual, or more of it in anger'), ('overdue', 'Somebody waits too long for an answer, or soon will'), ('rule', 'A rule of the inbox tells you something, or has switched itself off')], max_length=8)),
                ('shown', models.BooleanField(default=True)),
                ('mail', models.CharField(choices=[('off', 'no mail'), ('now', 'at once'), ('daily', 'once a day, at 8:00')], default='off', max_length=5)),
                ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notice_choices', to='accounts.member')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('member', 'kind'), name='one_choice_per_kind')],
            },
        ),
        migrations.CreateModel(
            name='Told',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=8)),
                ('what', models.CharField(max_length=100)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('workspace', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='told', to='accounts.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'kind', 'what'), name='told_once')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('failed', 'A post has failed, or nobody knows whether it is out'), ('late', 'A post was too late to go out'), ('problem', 'A problem was found shortly before publishing'), ('channel', 'A channel must be connected again, or a permission is missing'), ('changed', 'Somebody else has moved or cancelled your post'), ('imported', 'Your import is finished'), ('empty', 'A queue has run empty'), ('lapsing', 'A file of scheduled posts may soon no longer be used'), ('named', 'A colleague has named you in a note'), ('trouble', 'More is said than usual, or more of it in anger'), ('overdue', 'Somebody waits too long for an answer, or soon will'), ('rule', 'A rule of the inbox tells you something, or has switched itself off')], max_length=8)),
                ('what', models.CharField(max_length=100)),
                ('sentence', models.CharField(help_text='A key of accounts.noticing.SENTENCES.', max_length=12)),
                ('details', models.JSONField(default=dict)),
                ('address', models.CharField(max_length=300)),
                ('count', models.PositiveIntegerField(default=1)),
                ('shown', models.BooleanField(default=True, help_text='In the app; else it is there for the mail alone.')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('read_at', models.DateTimeField(null=True)),
                ('mail_due_at', models.DateTimeField(null=True)),
                ('mailed_at', models.DateTimeField(null=True)),
                ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='accounts.member')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='accounts.workspace')),
            ],
            options={
                'ordering': ('-made_at', '-pk'),
                'indexes': [models.Index(condition=models.Q(('shown', True)), fields=['member', '-made_at'], name='notices_by_time'), models.Index(condition=models.Q(('mail_due_at__isnull', False)), fields=['mail_due_at'], name='notices_to_mail'), models.Index(fields=['made_at'], name='notices_by_age')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('read_at__isnull', True)), fields=('member', 'kind', 'what'), name='one_unread_notice')],
            },
        ),
    ]
