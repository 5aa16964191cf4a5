-- The list of open sessions, in its order; and all of them person by person.
CREATE INDEX sessions_open_seen ON sessions (seen, ref_id) WHERE ended = 0;
CREATE INDEX sessions_open_person ON sessions (user_id, ref_id) WHERE ended = 0;
