-- Who can: the people to whom a permission is allowed, and those whose last day is set.
CREATE INDEX overrides_permission ON overrides (permission, effect, user_id);
CREATE INDEX users_ending ON users (ends_at) WHERE ends_at <> 0;
