-- When the password was set, and how many tries in a row were wrong, over all locks.
ALTER TABLE users ADD COLUMN password_set BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN failures BIGINT NOT NULL DEFAULT 0;

-- A person's one link to a new password. sender_id is empty when they asked for it themselves.
CREATE TABLE password_resets (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    token_hash TEXT COLLATE "C" NOT NULL,
    sender_id TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE UNIQUE INDEX password_resets_user ON password_resets (user_id);
CREATE UNIQUE INDEX password_resets_token ON password_resets (token_hash);
CREATE INDEX password_resets_expires ON password_resets (expires);

-- The mails to a person, for the newest of a kind.
CREATE INDEX outbox_user ON outbox (user_id, created);
