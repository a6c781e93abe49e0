-- What is in the audit log stays there: for the owner of the table too, nothing changes an event, and
-- nothing deletes one but forget_audit_events(), and it only what is older than 30 days.
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'DELETE' THEN
    RAISE EXCEPTION 'audit_events is append-only' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF coalesce(current_setting('portcullis.forgets_audit_events', true), '') <> 'yes'
    OR OLD.at > clock_timestamp() - interval '30 days'
  THEN
    RAISE EXCEPTION 'audit_events is append-only: forget_audit_events() deletes what is old'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN OLD;
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON audit_events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER append_only_rows BEFORE DELETE ON audit_events
  FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();

-- Runs as the owner, for a server whose role may not delete. Answers how many it deleted, the oldest first.
DO $$
BEGIN
  EXECUTE format($function$
    CREATE FUNCTION forget_audit_events(older_than interval, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = %1$I, pg_temp
    SET portcullis.forgets_audit_events = 'yes'
    AS $body$
    DECLARE
      deleted integer;
    BEGIN
      DELETE FROM %1$I.audit_events WHERE id IN (
        SELECT id FROM %1$I.audit_events
        WHERE at < clock_timestamp() - greatest(older_than, interval '30 days 1 minute')
        ORDER BY at LIMIT batch FOR UPDATE SKIP LOCKED);
      GET DIAGNOSTICS deleted = ROW_COUNT;
      RETURN deleted;
    END $body$
  $function$, current_schema());
  REVOKE EXECUTE ON FUNCTION forget_audit_events(interval, integer) FROM PUBLIC;
END $$;
