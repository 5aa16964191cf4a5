-- What marks beginnings is a letter now, though none that folded text has, since PostgreSQL's index knows letters only.
DROP TRIGGER users_search_update;
UPDATE users SET search = replace(search, char(1), 'ª');
INSERT INTO users_search (users_search) VALUES ('rebuild');
CREATE TRIGGER users_search_update AFTER UPDATE OF search ON users WHEN old.search <> new.search BEGIN
    INSERT INTO users_search (users_search, rowid, search) VALUES ('delete', old.n, old.search);
    INSERT INTO users_search (rowid, search) VALUES (new.n, new.search);
END;
