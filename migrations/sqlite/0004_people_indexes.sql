-- The few who are locked, and the few with a last day: filters find them without looking at everybody.
CREATE INDEX users_locked ON users (locked_until, id) WHERE locked_until > 0;
CREATE INDEX users_ends ON users (ends_at, id) WHERE ends_at > 0;
