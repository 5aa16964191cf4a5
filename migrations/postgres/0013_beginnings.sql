-- One and two characters are looked for where a name or address begins. The beginnings stand in the search itself now,
-- where its index finds them as it finds everything else (fold.rs says how).
UPDATE users SET search = search || chr(1) || chr(1) || substr(name_sort, 1, 2) || chr(1) || chr(1) || substr(first_fold, 1, 2)
    || chr(1) || chr(1) || substr(last_fold, 1, 2) || chr(1) || chr(1) || substr(email_fold, 1, 2);
DROP INDEX users_first;
DROP INDEX users_last;
ALTER TABLE users DROP COLUMN first_fold;
ALTER TABLE users DROP COLUMN last_fold;
