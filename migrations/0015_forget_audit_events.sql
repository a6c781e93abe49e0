-- The same as before, but for the moment that it goes by: reckoned once, it is one that the index is
-- searched by. A clean-up with nothing to forget read the whole log.
DO $$
BEGIN
  EXECUTE format($function$
    CREATE OR REPLACE FUNCTION forget_audit_events(older_than interval, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = %1$I, pg_temp
    SET portcullis.forgets_audit_events = 'yes'
    AS $body$
    DECLARE
      oldest timestamptz := clock_timestamp() - greatest(older_than, interval '30 days 1 minute');
      deleted integer;
    BEGIN
      DELETE FROM %1$I.audit_events WHERE id IN (
        SELECT id FROM %1$I.audit_events
        WHERE at < oldest
        ORDER BY at LIMIT batch FOR UPDATE SKIP LOCKED);
      GET DIAGNOSTICS deleted = ROW_COUNT;
      RETURN deleted;
    END $body$
  $function$, current_schema());
END $$;
