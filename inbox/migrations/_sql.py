"""What Django's migrations have no word for, as (SQL to get there, SQL to go back)."""

# A step tells what happened to an answer: PostgreSQL refuses to change it afterwards.
STEP_IS_FINAL = (
    """
CREATE FUNCTION inbox_step_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.by_id IS NULL AND OLD.by_id IS NOT NULL AND to_jsonb(NEW) - 'by_id' = to_jsonb(OLD) - 'by_id' THEN
        RETURN NEW;  -- the person's account was removed
    END IF;
    RAISE EXCEPTION 'a step is written once';
END $$;
CREATE TRIGGER inbox_step_is_final BEFORE UPDATE ON inbox_step
    FOR EACH ROW EXECUTE FUNCTION inbox_step_is_final();
""",
    """
DROP TRIGGER inbox_step_is_final ON inbox_step;
DROP FUNCTION inbox_step_is_final();
""",
)
