-- Dry runs of imports (product §3): whose, of which file, and what was found. 'checked' until it is 'applied'; swept after a day.
CREATE TABLE imports (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    file_name TEXT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    total BIGINT NOT NULL,
    wrong BIGINT NOT NULL,
    created BIGINT NOT NULL
);
CREATE INDEX imports_user ON imports (user_id, created);
CREATE INDEX imports_created ON imports (created);

-- Their lines in the order of the file, sealed, since they tell of people who may never work here; gone once they are applied.
CREATE TABLE import_rows (
    import_id TEXT COLLATE "C" NOT NULL REFERENCES imports (id),
    n BIGINT NOT NULL,
    wrong BIGINT NOT NULL,
    body_sealed TEXT NOT NULL,
    PRIMARY KEY (import_id, n)
);

-- Which import a mail belongs to, so that its progress can be told.
ALTER TABLE outbox ADD COLUMN import_id TEXT COLLATE "C";
CREATE INDEX outbox_import ON outbox (import_id, state) WHERE import_id IS NOT NULL;
