-- How many codes and recovery codes in a row were wrong, beside the passwords that failures counts: a new password gives
-- back no codes.
ALTER TABLE users ADD COLUMN factor_failures BIGINT NOT NULL DEFAULT 0;

-- A try that locked its account, or switched off what was tried, is a note like any other: its entry is written a moment
-- later, too.
ALTER TABLE failed_tries ADD COLUMN locked_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE failed_tries ADD COLUMN password_off BIGINT NOT NULL DEFAULT 0;
ALTER TABLE failed_tries ADD COLUMN factor_off BIGINT NOT NULL DEFAULT 0;
