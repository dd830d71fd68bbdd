"""What Django's migrations have no word for, as (SQL to get there, SQL to go back)."""

# An attempt tells what happened: PostgreSQL refuses to change it afterwards.
ATTEMPT_IS_FINAL = (
    """
CREATE FUNCTION scheduler_attempt_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.by_id IS NULL AND OLD.by_id IS NOT NULL AND to_jsonb(NEW) - 'by_id' = to_jsonb(OLD) - 'by_id' THEN
        RETURN NEW;  -- the person's account was removed
    END IF;
    RAISE EXCEPTION 'an attempt is written once';
END $$;
CREATE TRIGGER scheduler_attempt_is_final BEFORE UPDATE ON scheduler_attempt
    FOR EACH ROW EXECUTE FUNCTION scheduler_attempt_is_final();
""",
    """
DROP TRIGGER scheduler_attempt_is_final ON scheduler_attempt;
DROP FUNCTION scheduler_attempt_is_final();
""",
)

# What must hold in the statement that commits 'sending', as a function: PostgreSQL plans it once and not for every post.
MAY_SEND = (
    """
CREATE FUNCTION scheduler_may_send(its_channel uuid, its_campaign uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM accounts_channel c JOIN accounts_workspace w ON w.id = c.workspace_id
                   WHERE c.id = its_channel AND c.status = 'connected' AND NOT c.held AND NOT w.held)
        AND NOT EXISTS (SELECT 1 FROM scheduler_campaign k WHERE k.id = its_campaign AND k.held)
        AND NOT EXISTS (SELECT 1 FROM scheduler_publication b WHERE b.channel_id = its_channel AND b.status = 'sending');
END $$;
""",
    "DROP FUNCTION scheduler_may_send(uuid, uuid)",
)
