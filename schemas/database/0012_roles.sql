-- Who may do what: guichet_owner makes and changes the schema, guichet_worker runs workers and commands,
-- guichet_reader looks. They are roles to be granted, without login. A later migration that makes a table or
-- a function adds its rows to guichet.privilege; `guichet migrate` ends with guichet.privileges_apply().

-- What a role may do with an object, as GRANT has it. Only what the statements of the program use stands here.
CREATE TABLE guichet.privilege (
    role_name  text NOT NULL CHECK (role_name IN ('guichet_worker', 'guichet_reader')),
    object     text NOT NULL,   -- TABLE guichet.… or FUNCTION guichet.…(…)
    privileges text NOT NULL,
    PRIMARY KEY (role_name, object)
);

INSERT INTO guichet.privilege (role_name, object, privileges)
SELECT 'guichet_worker', 'TABLE guichet.' || name, privileges
FROM (VALUES
    ('account',               'SELECT, INSERT, UPDATE'),
    ('account_directory',     'SELECT, INSERT, UPDATE, DELETE'),
    ('account_merge',         'SELECT, INSERT'),
    ('addition',              'SELECT, INSERT, UPDATE'),
    ('affiliation',           'SELECT, INSERT, UPDATE'),
    ('affiliation_end',       'SELECT, INSERT, UPDATE'),
    ('affiliation_request',   'SELECT, INSERT, UPDATE'),
    ('attachment',            'SELECT, INSERT'),
    ('beneficiary',           'SELECT, INSERT, UPDATE'),
    ('calendar',              'SELECT, INSERT'),
    ('clock_anchor',          'SELECT, INSERT, UPDATE'),
    ('contract',              'SELECT, INSERT'),
    ('data_key',              'SELECT, INSERT, DELETE'),
    ('early_event',           'SELECT, INSERT, DELETE'),
    ('employer',              'SELECT, INSERT, UPDATE (siren)'),   -- UPDATE: to lock its row
    ('employer_notification', 'SELECT, INSERT, UPDATE'),
    ('installation',          'SELECT'),
    ('insured',               'SELECT, INSERT, UPDATE'),
    ('journal',               'SELECT, INSERT'),
    ('pmss',                  'SELECT, INSERT'),
    ('privacy_request',       'SELECT, INSERT'),
    ('progress',              'SELECT, INSERT, UPDATE'),
    ('registration',          'SELECT, INSERT, UPDATE'),
    ('removal',               'SELECT, INSERT'),
    ('roster_entry',          'SELECT, INSERT, UPDATE'),
    ('schema_migration',      'SELECT'),
    ('termination_journey',   'SELECT, INSERT, UPDATE'),
    ('timer',                 'SELECT, INSERT, UPDATE, DELETE')
) AS granted (name, privileges);

-- All but the data keys, without which what is sealed stays so.
INSERT INTO guichet.privilege (role_name, object, privileges)
SELECT 'guichet_reader', object, 'SELECT'
FROM guichet.privilege
WHERE role_name = 'guichet_worker' AND object <> 'TABLE guichet.data_key';

INSERT INTO guichet.privilege (role_name, object, privileges)
SELECT 'guichet_worker', 'FUNCTION guichet.' || signature, 'EXECUTE'
FROM (VALUES
    ('journal_prepare(integer)'),
    ('privacy_requests(text, text)'),
    ('privacy_additions(text, text)'),
    ('privacy_journal(text, text)'),
    ('privacy_keys(text, text)')
) AS granted (signature);

-- Days are made by those who run workers, with the owner's rights. The path is fixed, so that nobody can put
-- a function of theirs before those that it calls.
ALTER FUNCTION guichet.journal_prepare(integer) SECURITY DEFINER SET search_path = pg_catalog, pg_temp;

-- Makes roles that are missing, if the caller may; hands to guichet_owner what others own; makes the roles'
-- privileges exactly those of the table. Returns what is left to be done by somebody who may. Runs with the
-- caller's rights, again and again without harm.
CREATE FUNCTION guichet.privileges_apply() RETURNS SETOF text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    role_name text;
    item      record;
BEGIN
    LOCK TABLE guichet.schema_migration IN ACCESS EXCLUSIVE MODE; -- one at a time
    FOREACH role_name IN ARRAY ARRAY['guichet_owner', 'guichet_worker', 'guichet_reader'] LOOP
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            CONTINUE;
        ELSIF EXISTS (SELECT FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolcreaterole)) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL; -- another database's migration made it just now
            END;
        ELSE
            RETURN NEXT format('role %1$s is missing, and %2$s may not create roles: have CREATE ROLE %1$s'
                               ' NOLOGIN run by somebody who may, then run `guichet migrate` again',
                               role_name, current_user);
        END IF;
    END LOOP;

    -- Ownership. Who may not hand it over stays the owner.
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'guichet_owner')
        AND pg_has_role(current_user, 'guichet_owner', 'MEMBER')
    THEN
        IF NOT has_database_privilege('guichet_owner', current_database(), 'CREATE')
            AND EXISTS (SELECT FROM pg_database
                        WHERE datname = current_database() AND pg_has_role(current_user, datdba, 'USAGE'))
        THEN
            EXECUTE format('GRANT CREATE ON DATABASE %I TO guichet_owner', current_database());
        END IF;
        IF has_database_privilege('guichet_owner', current_database(), 'CREATE') THEN
            FOR item IN
                SELECT 'SCHEMA guichet' AS object, nspowner AS owner
                FROM pg_namespace WHERE nspname = 'guichet'
                UNION ALL
                SELECT 'TABLE ' || oid::regclass, relowner
                FROM pg_class WHERE relnamespace = 'guichet'::regnamespace AND relkind IN ('r', 'p')
                UNION ALL
                SELECT 'FUNCTION ' || oid::regprocedure, proowner
                FROM pg_proc WHERE pronamespace = 'guichet'::regnamespace
            LOOP
                IF item.owner <> 'guichet_owner'::regrole THEN
                    EXECUTE format('ALTER %s OWNER TO guichet_owner', item.object);
                END IF;
            END LOOP;
        ELSE
            RETURN NEXT format('guichet_owner may not own a schema here: have GRANT CREATE ON DATABASE %I TO'
                               ' guichet_owner run by the database''s owner, then run `guichet migrate` again',
                               current_database());
        END IF;
    END IF;

    REVOKE ALL ON ALL FUNCTIONS IN SCHEMA guichet FROM PUBLIC;
    FOREACH role_name IN ARRAY ARRAY['guichet_worker', 'guichet_reader'] LOOP
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('REVOKE ALL ON SCHEMA guichet FROM %I', role_name);
            EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA guichet FROM %I', role_name);
            EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA guichet FROM %I', role_name);
            EXECUTE format('GRANT USAGE ON SCHEMA guichet TO %I', role_name);
        END IF;
    END LOOP;
    FOR item IN
        SELECT privilege.* FROM guichet.privilege JOIN pg_roles ON rolname = privilege.role_name
    LOOP
        EXECUTE format('GRANT %s ON %s TO %I', item.privileges, item.object, item.role_name);
    END LOOP;
END
$$;
