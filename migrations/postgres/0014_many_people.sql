-- People who come together are counted together: to add them one by one to the same row takes longer with each, since every
-- row that it was before stands there until the transaction ends. A hundred thousand took a minute and a half of it.
DROP TRIGGER users_count_insert ON users;
CREATE FUNCTION users_count_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_counts c SET people = c.people + a.people
    FROM (SELECT state, COUNT(*) AS people FROM added GROUP BY state) AS a
    WHERE c.state = a.state;
    RETURN NULL;
END $$;
CREATE TRIGGER users_count_insert AFTER INSERT ON users REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION users_count_added();
CREATE OR REPLACE FUNCTION users_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_counts SET people = people - 1 WHERE state = old.state;
    UPDATE user_counts SET people = people + 1 WHERE state = new.state;
    RETURN NULL;
END $$;

-- What marks beginnings is a letter now, though none that folded text has: its index leaves out what is neither letter nor
-- digit, and found everybody who had the beginning anywhere, as in the address that all of a business share.
UPDATE users SET search = replace(search, chr(1), 'ª');
