-- What the server's own transactions do, they tell the nodes by a revocation. What ends a session or an account
-- by another hand, in psql, is told here: by one that names nobody, after which no node relies on what it has seen
-- of a session before. A revocation of the same transaction has said it already.
DO $$
BEGIN
  EXECUTE format($function$
    CREATE FUNCTION tell_of_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = %1$I, pg_temp
    AS $body$
    BEGIN
      IF NOT EXISTS (SELECT FROM %1$I.revocations WHERE xid = pg_current_xact_id()) THEN
        INSERT INTO %1$I.revocations (at, kind, reason, session_ids)
          VALUES (clock_timestamp(), 'sessions', 'SESSION_REVOKED', '{}');
        PERFORM pg_notify('portcullis', '');
      END IF;
      RETURN NULL;
    END $body$
  $function$, current_schema());
END $$;

-- Deferred: whether the transaction tells of it by itself is known at its end. By columns where that is enough: what
-- WHEN says is read anew by each statement, and with all of it in one trigger a refresh cost a tenth more.
CREATE CONSTRAINT TRIGGER tell_of_end AFTER UPDATE OF id, user_id, ended_at, token_epoch, global_epoch ON sessions
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.ended_at IS NULL AND OLD.expires_at > clock_timestamp()) EXECUTE FUNCTION tell_of_change();
-- An end that is brought nearer, but no nearer than this, is seen in time by those who read the session again.
CREATE CONSTRAINT TRIGGER tell_of_expiry AFTER UPDATE OF expires_at ON sessions
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.expires_at < least(OLD.expires_at, clock_timestamp() + interval '10 minutes'))
  EXECUTE FUNCTION tell_of_change();
CREATE CONSTRAINT TRIGGER tell_of_loss AFTER DELETE ON sessions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.ended_at IS NULL AND OLD.expires_at > clock_timestamp()) EXECUTE FUNCTION tell_of_change();
CREATE TRIGGER tell_of_all AFTER TRUNCATE ON sessions
  FOR EACH STATEMENT EXECUTE FUNCTION tell_of_change();

CREATE CONSTRAINT TRIGGER tell_of_end AFTER UPDATE OF id, token_epoch, disabled_at, disabled_until ON users
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.token_epoch <> OLD.token_epoch OR NEW.id <> OLD.id OR NEW.disabled_at IS NOT NULL)
  EXECUTE FUNCTION tell_of_change();

CREATE CONSTRAINT TRIGGER tell_of_epoch AFTER INSERT OR UPDATE ON global_epochs
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tell_of_change();

CREATE CONSTRAINT TRIGGER tell_of_key AFTER DELETE OR UPDATE OF kid ON signing_keys
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tell_of_change();
CREATE TRIGGER tell_of_all AFTER TRUNCATE ON signing_keys
  FOR EACH STATEMENT EXECUTE FUNCTION tell_of_change();
