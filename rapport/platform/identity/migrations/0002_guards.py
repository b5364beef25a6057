"""What holds for users whoever writes them: a role, an administrator who can sign in, and no way in for who is out."""

from django.db import migrations

SQL = """
CREATE OR REPLACE FUNCTION identity_user_complete() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.role_id IS NULL THEN NEW.role_id := (SELECT id FROM access_role WHERE key = 'member'); END IF;
    ELSIF (OLD.is_active AND NOT NEW.is_active) OR (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL) THEN
        -- Sessions carry the epoch: they end, and do not come back if the user does.
        NEW.session_epoch := OLD.session_epoch + 1;
    END IF;
    RETURN NEW;
END $body$;

CREATE OR REPLACE FUNCTION identity_user_guard() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE gone bigint[]; administrator bigint; why text;
BEGIN
    SELECT id INTO administrator FROM access_role WHERE key = 'administrator';
    IF TG_OP = 'UPDATE' THEN
        SELECT array_agg(n.id) INTO gone FROM fresh n JOIN stale o USING (id)
        WHERE (o.is_active AND NOT n.is_active) OR (o.deleted_at IS NULL AND n.deleted_at IS NOT NULL);
        IF gone IS NOT NULL THEN
            UPDATE identity_apitoken SET revoked_at = now() WHERE user_id = ANY(gone) AND revoked_at IS NULL;
            UPDATE identity_onetimelink SET expires_at = now()
            WHERE user_id = ANY(gone) AND used_at IS NULL AND expires_at > now();
        END IF;
        SELECT CASE WHEN n.deleted_at IS NOT NULL THEN 'deleted' WHEN NOT n.is_active THEN 'inactive'
                    WHEN n.email IS NULL THEN 'email' ELSE 'role' END INTO why
        FROM fresh n JOIN stale o USING (id)
        WHERE o.role_id = administrator AND o.is_active AND o.deleted_at IS NULL AND o.email IS NOT NULL
          AND NOT (n.role_id IS NOT DISTINCT FROM administrator AND n.is_active AND n.deleted_at IS NULL
                   AND n.email IS NOT NULL) LIMIT 1;
    ELSE
        SELECT 'deleted' INTO why FROM stale o
        WHERE o.role_id = administrator AND o.is_active AND o.deleted_at IS NULL AND o.email IS NOT NULL LIMIT 1;
    END IF;
    IF why IS NULL THEN RETURN NULL; END IF;
    -- Two administrators who take each other's role away wait here for one another.
    PERFORM pg_advisory_xact_lock(hashtext('the last administrator'));
    IF NOT EXISTS (SELECT 1 FROM identity_user WHERE role_id = administrator AND is_active AND deleted_at IS NULL
                   AND email IS NOT NULL) THEN
        RAISE EXCEPTION 'the last administrator' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'user_last_administrator_' || why, TABLE = 'identity_user';
    END IF;
    RETURN NULL;
END $body$;

CREATE TRIGGER identity_complete BEFORE INSERT OR UPDATE ON identity_user
FOR EACH ROW EXECUTE FUNCTION identity_user_complete();
CREATE TRIGGER identity_guard_update AFTER UPDATE ON identity_user REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION identity_user_guard();
CREATE TRIGGER identity_guard_delete AFTER DELETE ON identity_user REFERENCING OLD TABLE AS stale
FOR EACH STATEMENT EXECUTE FUNCTION identity_user_guard();
"""

REVERSE = """
DROP TRIGGER identity_complete ON identity_user;
DROP TRIGGER identity_guard_update ON identity_user;
DROP TRIGGER identity_guard_delete ON identity_user;
DROP FUNCTION identity_user_complete;
DROP FUNCTION identity_user_guard;
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial"), ("access", "0002_roles")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
