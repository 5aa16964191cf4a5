-- The audit log is looked at newest first: by person, by what was done, by what it was done on, by store. Each of these has an
-- index that ends in seq, so that a page is read from it in order; the refused, which are few, have one of their own.
ALTER TABLE audit ALTER COLUMN action TYPE TEXT COLLATE "C";
DROP INDEX audit_at;
CREATE INDEX audit_at ON audit (at, seq);
CREATE INDEX audit_action ON audit (action, seq);
CREATE INDEX audit_store ON audit (store_id, seq);
CREATE INDEX audit_refused ON audit (seq) WHERE result <> 'done';

-- Names, values and reasons of each entry, folded by Rust, for the free text search; rowid is the entry's seq. No part of the
-- chain: it can be made anew from the entries.
CREATE TABLE audit_search (
    rowid BIGINT NOT NULL PRIMARY KEY,
    search TEXT COLLATE "C" NOT NULL
);
CREATE INDEX audit_search_search ON audit_search USING gin (search gin_trgm_ops);
INSERT INTO audit_search (rowid, search)
    SELECT seq, lower(actor_name || ' ' || object_name || ' ' || reason || ' ' || before_json || ' ' || after_json) FROM audit;

-- Wrong tries to sign in that are not in the audit log yet. user_id is empty where there is no such account, or it takes no tries
-- just then: so that as much is written for it as for any other.
CREATE TABLE failed_tries (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    ip TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    request_id TEXT COLLATE "C" NOT NULL
);
