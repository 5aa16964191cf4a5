-- The second factor of a person (product §6). Sealed columns open only in their place, for this
-- person; last_step is the last time step whose code was accepted, and only grows. codes_setting is
-- the salt and the cost that the hashes of the set share. The codes themselves are kept, sealed,
-- until they are put away or fresh_until is over.
CREATE TABLE two_factor (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id),
    secret_sealed TEXT NOT NULL,
    last_step BIGINT NOT NULL,
    since BIGINT NOT NULL,
    codes_setting TEXT NOT NULL,
    fresh_codes_sealed TEXT,
    fresh_until BIGINT NOT NULL
);
CREATE INDEX two_factor_fresh ON two_factor (fresh_until);

-- A key that is shown and not confirmed yet. It belongs to the session that asked for it, so that
-- nobody else can have seen it, and opens nothing.
CREATE TABLE two_factor_pending (
    session_ref TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    secret_sealed TEXT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX two_factor_pending_user ON two_factor_pending (user_id);
CREATE INDEX two_factor_pending_expires ON two_factor_pending (expires);

CREATE TABLE recovery_codes (
    user_id TEXT NOT NULL REFERENCES users (id),
    hash TEXT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (user_id, hash)
);

-- How many have no second factor yet, without a look at each of a hundred thousand.
CREATE INDEX users_by_enrolment ON users (state, two_factor, ends_at);
