-- The business: what invoices and quotes need. Tax in hundredths of a percent. Each form of the page counts for itself.
ALTER TABLE business ADD COLUMN currency TEXT NOT NULL DEFAULT 'GBP';
ALTER TABLE business ADD COLUMN tax_rate BIGINT NOT NULL DEFAULT 0;
ALTER TABLE business ADD COLUMN payment_days BIGINT NOT NULL DEFAULT 14;
ALTER TABLE business ADD COLUMN legal_name TEXT NOT NULL DEFAULT '';
ALTER TABLE business ADD COLUMN legal_address TEXT NOT NULL DEFAULT '';
ALTER TABLE business ADD COLUMN company_number TEXT NOT NULL DEFAULT '';
ALTER TABLE business ADD COLUMN tax_number TEXT NOT NULL DEFAULT '';
ALTER TABLE business ADD COLUMN name_revision BIGINT NOT NULL DEFAULT 1;
ALTER TABLE business ADD COLUMN billing_revision BIGINT NOT NULL DEFAULT 1;

-- A person's one change of address that waits to be confirmed from the new one. asked_by is who asked for it.
CREATE TABLE email_changes (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    email TEXT NOT NULL,
    token_hash TEXT COLLATE "C" NOT NULL,
    asked_by TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE UNIQUE INDEX email_changes_user ON email_changes (user_id);
CREATE UNIQUE INDEX email_changes_token ON email_changes (token_hash);
CREATE INDEX email_changes_expires ON email_changes (expires);

-- Pictures, as they were made here and never as they were sent. version only grows, also over a picture that was taken
-- away (content is empty then), so that an address shows the same picture for good. users.avatar is the version that
-- shows, 0 for none, so that lists need not look here.
CREATE TABLE avatars (
    user_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES users (id),
    version BIGINT NOT NULL,
    kind TEXT NOT NULL,
    content TEXT NOT NULL
);
ALTER TABLE users ADD COLUMN avatar BIGINT NOT NULL DEFAULT 0;
