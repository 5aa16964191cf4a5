-- Who can: the people to whom a permission is allowed, and those whose last day is set.
CREATE INDEX overrides_allowed ON overrides (permission, user_id) WHERE effect = 'allow';
CREATE INDEX users_ending ON users (ends_at) WHERE ends_at <> 0;
