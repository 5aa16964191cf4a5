-- Who looks after the machine may invite an owner too (keyholder user create-owner): sender_id is empty then. SQLite changes a
-- column by making the table anew.
CREATE TABLE invites_anew (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    token_hash TEXT NOT NULL,
    sender_id TEXT REFERENCES users (id),
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
INSERT INTO invites_anew (id, user_id, token_hash, sender_id, created, expires)
    SELECT id, user_id, token_hash, sender_id, created, expires FROM invites;
DROP TABLE invites;
ALTER TABLE invites_anew RENAME TO invites;
CREATE UNIQUE INDEX invites_user ON invites (user_id);
CREATE UNIQUE INDEX invites_token ON invites (token_hash);
CREATE INDEX invites_expires ON invites (expires);

-- How often the secret key was replaced. A node that still holds an older key finds another number, and its change is refused.
ALTER TABLE audit_head ADD COLUMN generation BIGINT NOT NULL DEFAULT 0;

-- The keys that marked the audit log before the present one, sealed under it, each with the last entry that it marked.
CREATE TABLE audit_keys (
    last_seq BIGINT NOT NULL PRIMARY KEY,
    key_sealed TEXT NOT NULL
);
