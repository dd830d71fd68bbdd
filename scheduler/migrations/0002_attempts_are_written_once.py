"""An attempt tells what happened: PostgreSQL refuses to change it afterwards."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION scheduler_attempt_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.by_id IS NULL AND OLD.by_id IS NOT NULL AND to_jsonb(NEW) - 'by_id' = to_jsonb(OLD) - 'by_id' THEN
        RETURN NEW;  -- the person's account was removed
    END IF;
    RAISE EXCEPTION 'an attempt is written once';
END $$;
CREATE TRIGGER scheduler_attempt_is_final BEFORE UPDATE ON scheduler_attempt
    FOR EACH ROW EXECUTE FUNCTION scheduler_attempt_is_final();
"""
BACKWARD = """
DROP TRIGGER scheduler_attempt_is_final ON scheduler_attempt;
DROP FUNCTION scheduler_attempt_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("scheduler", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
