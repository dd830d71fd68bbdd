import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('accounts', '0002_servers'),
        ('scheduler', "0006_sound"),
    ]

    operations = [
        migrations.AddField(
            model_name='audience',
            name='channels',
            field=models.ManyToManyField(blank=True, related_name='audiences', to='accounts.channel'),
        ),
        migrations.AddField(
            model_name='postchannel',
            name='at',
            field=models.TimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='postchannel',
            name='audience',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='targets', to='scheduler.audience'),
        ),
    ]
