-- Who looks after the machine may invite an owner too (keyholder user create-owner): sender_id is empty then.
ALTER TABLE invites ALTER COLUMN sender_id DROP NOT NULL;

-- How often the secret key was replaced. A node that still holds an older key finds another number, and its change is refused.
ALTER TABLE audit_head ADD COLUMN generation BIGINT NOT NULL DEFAULT 0;

-- The keys that marked the audit log before the present one, sealed under it, each with the last entry that it marked.
CREATE TABLE audit_keys (
    last_seq BIGINT NOT NULL PRIMARY KEY,
    key_sealed TEXT NOT NULL
);
