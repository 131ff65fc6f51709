-- A remedy that was begun is only gone on with where it was left; what was asked, and by whom, stays as it is.

-- begun: the offset that was committed then; -1: none
ALTER TABLE guichet.remedy ADD COLUMN seen_c bigint NOT NULL DEFAULT -1;

UPDATE guichet.privilege
SET privileges = 'SELECT, INSERT, UPDATE (state, seen_c, target_c, result, executed_by, finished_at)'
WHERE role_name = 'guichet_worker' AND object = 'TABLE guichet.remedy';
