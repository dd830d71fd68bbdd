"""What must hold in the statement that commits 'sending', as a function: PostgreSQL plans it once and not for every post."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION scheduler_may_send(its_channel uuid, its_campaign uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM accounts_channel c JOIN accounts_workspace w ON w.id = c.workspace_id
                   WHERE c.id = its_channel AND c.status = 'connected' AND NOT c.held AND NOT w.held)
        AND NOT EXISTS (SELECT 1 FROM scheduler_campaign k WHERE k.id = its_campaign AND k.held)
        AND NOT EXISTS (SELECT 1 FROM scheduler_publication b WHERE b.channel_id = its_channel AND b.status = 'sending');
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("scheduler", "0003_lean_indexes"), ("accounts", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION scheduler_may_send(uuid, uuid)")]
