-- One and two characters are looked for where a name or address begins. The beginnings stand in the search itself now,
-- where its index finds them as it finds everything else (fold.rs says how).
DROP TRIGGER users_search_update;
UPDATE users SET search = search || char(1, 1) || substr(name_sort, 1, 2) || char(1, 1) || substr(first_fold, 1, 2)
    || char(1, 1) || substr(last_fold, 1, 2) || char(1, 1) || substr(email_fold, 1, 2);
INSERT INTO users_search (users_search) VALUES ('rebuild');
CREATE TRIGGER users_search_update AFTER UPDATE OF search ON users WHEN old.search <> new.search BEGIN
    INSERT INTO users_search (users_search, rowid, search) VALUES ('delete', old.n, old.search);
    INSERT INTO users_search (rowid, search) VALUES (new.n, new.search);
END;
DROP INDEX users_first;
DROP INDEX users_last;
ALTER TABLE users DROP COLUMN first_fold;
ALTER TABLE users DROP COLUMN last_fold;

-- Whoever looks through the list of people by name for those who match looks at this index alone.
DROP INDEX users_by_name;
CREATE INDEX users_by_name ON users (name_sort, id, state, ends_at, search);
