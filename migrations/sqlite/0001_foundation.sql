-- Ids are UUIDv7 as text, instants Unix milliseconds in UTC, booleans 0 and 1, blobs base64.
-- Columns ending in _fold or _sort are written by Rust, so that both databases sort and find alike.

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE locks (
    name TEXT NOT NULL PRIMARY KEY,
    taken BIGINT NOT NULL
);
INSERT INTO locks (name, taken) VALUES ('rights', 0), ('setup', 0);

CREATE TABLE business (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    require_two_factor TEXT NOT NULL,
    one_session BIGINT NOT NULL,
    idle_minutes BIGINT NOT NULL,
    absolute_minutes BIGINT NOT NULL,
    created BIGINT NOT NULL,
    revision BIGINT NOT NULL
);

CREATE TABLE stores (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_fold TEXT NOT NULL,
    code TEXT NOT NULL,
    address TEXT NOT NULL,
    phone TEXT NOT NULL,
    email TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    active BIGINT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT,
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX stores_name ON stores (name_fold);
CREATE UNIQUE INDEX stores_code ON stores (code);

CREATE TABLE permission_groups (
    id TEXT NOT NULL PRIMARY KEY,
    built_in TEXT,
    name TEXT NOT NULL,
    name_fold TEXT NOT NULL,
    summary TEXT NOT NULL,
    permissions TEXT NOT NULL,
    super_admin BIGINT NOT NULL,
    created BIGINT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX permission_groups_name ON permission_groups (name_fold);

CREATE TABLE users (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    theme TEXT NOT NULL,
    state TEXT NOT NULL,
    ends_at BIGINT NOT NULL,
    password TEXT,
    password_alone BIGINT NOT NULL,
    two_factor BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    pending BIGINT NOT NULL,
    pending_until BIGINT NOT NULL,
    locked_until BIGINT NOT NULL,
    last_sign_in BIGINT NOT NULL,
    default_store TEXT NOT NULL,
    last_store TEXT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT,
    revision BIGINT NOT NULL,
    first_fold TEXT NOT NULL,
    last_fold TEXT NOT NULL,
    email_fold TEXT NOT NULL,
    name_sort TEXT NOT NULL,
    groups_sort TEXT NOT NULL,
    stores_sort TEXT NOT NULL,
    search TEXT NOT NULL
);
CREATE UNIQUE INDEX users_id ON users (id);
CREATE UNIQUE INDEX users_email ON users (email_fold);
CREATE INDEX users_first ON users (first_fold);
CREATE INDEX users_last ON users (last_fold);
CREATE INDEX users_by_name ON users (name_sort, id);
CREATE INDEX users_by_groups ON users (groups_sort, id);
CREATE INDEX users_by_stores ON users (stores_sort, id);
CREATE INDEX users_by_two_factor ON users (two_factor, id);
CREATE INDEX users_by_last_sign_in ON users (last_sign_in, id);
CREATE INDEX users_by_state ON users (state, id);

CREATE VIRTUAL TABLE users_search USING fts5 (search, content = 'users', content_rowid = 'n', tokenize = 'trigram', columnsize = 0);
CREATE TRIGGER users_search_insert AFTER INSERT ON users BEGIN
    INSERT INTO users_search (rowid, search) VALUES (new.n, new.search);
END;
CREATE TRIGGER users_search_update AFTER UPDATE OF search ON users WHEN old.search <> new.search BEGIN
    INSERT INTO users_search (users_search, rowid, search) VALUES ('delete', old.n, old.search);
    INSERT INTO users_search (rowid, search) VALUES (new.n, new.search);
END;

-- How many people are in each state, so that no list has to count a hundred thousand.
CREATE TABLE user_counts (
    state TEXT NOT NULL PRIMARY KEY,
    people BIGINT NOT NULL
);
INSERT INTO user_counts (state, people) VALUES ('invited', 0), ('active', 0), ('deactivated', 0);
CREATE TRIGGER users_count_insert AFTER INSERT ON users BEGIN
    UPDATE user_counts SET people = people + 1 WHERE state = new.state;
END;
CREATE TRIGGER users_count_update AFTER UPDATE OF state ON users WHEN old.state <> new.state BEGIN
    UPDATE user_counts SET people = people - 1 WHERE state = old.state;
    UPDATE user_counts SET people = people + 1 WHERE state = new.state;
END;
CREATE TRIGGER users_are_never_deleted BEFORE DELETE ON users BEGIN
    SELECT RAISE(ABORT, 'people are deactivated, never deleted');
END;

CREATE TABLE user_stores (
    user_id TEXT NOT NULL REFERENCES users (id),
    store_id TEXT NOT NULL REFERENCES stores (id),
    PRIMARY KEY (user_id, store_id)
);
CREATE INDEX user_stores_store ON user_stores (store_id, user_id);

-- store_id is empty when the membership is for all the person's stores.
CREATE TABLE memberships (
    user_id TEXT NOT NULL REFERENCES users (id),
    group_id TEXT NOT NULL REFERENCES permission_groups (id),
    store_id TEXT NOT NULL,
    PRIMARY KEY (user_id, group_id, store_id)
);
CREATE INDEX memberships_group ON memberships (group_id, user_id);

CREATE TABLE overrides (
    user_id TEXT NOT NULL REFERENCES users (id),
    permission TEXT NOT NULL,
    effect TEXT NOT NULL,
    author_id TEXT NOT NULL REFERENCES users (id),
    reason TEXT NOT NULL,
    created BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, permission)
);

CREATE TABLE invites (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    token_hash TEXT NOT NULL,
    sender_id TEXT NOT NULL REFERENCES users (id),
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE UNIQUE INDEX invites_user ON invites (user_id);
CREATE UNIQUE INDEX invites_token ON invites (token_hash);
CREATE INDEX invites_expires ON invites (expires);

-- id_hash is the SHA-256 of the id in the cookie. store_id is empty under All my stores.
CREATE TABLE sessions (
    id_hash TEXT NOT NULL PRIMARY KEY,
    ref_id TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    stage TEXT NOT NULL,
    store_id TEXT NOT NULL,
    device TEXT NOT NULL,
    ip TEXT NOT NULL,
    started BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    ended BIGINT NOT NULL,
    ended_why TEXT NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id, ended);
CREATE UNIQUE INDEX sessions_ref ON sessions (ref_id);
CREATE INDEX sessions_ended ON sessions (ended);

CREATE TABLE flashes (
    id_hash TEXT NOT NULL PRIMARY KEY,
    payload TEXT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX flashes_expires ON flashes (expires);

CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    user_id TEXT,
    ref_id TEXT,
    body_sealed TEXT,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    leased_until BIGINT NOT NULL,
    last_error TEXT NOT NULL,
    created BIGINT NOT NULL,
    finished BIGINT
);
CREATE INDEX outbox_due ON outbox (state, next_at);
CREATE INDEX outbox_ref ON outbox (ref_id);

-- Append-only and chained (product §8); the head is locked last in each transaction.
CREATE TABLE audit_head (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL,
    mac TEXT NOT NULL
);
INSERT INTO audit_head (id, seq, mac) VALUES (1, 0, '');

CREATE TABLE audit (
    seq BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    action TEXT NOT NULL,
    result TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    object_name TEXT NOT NULL,
    store_id TEXT NOT NULL,
    before_json TEXT NOT NULL,
    after_json TEXT NOT NULL,
    reason TEXT NOT NULL,
    ip TEXT NOT NULL,
    device TEXT NOT NULL,
    session_ref TEXT NOT NULL,
    request_id TEXT NOT NULL,
    mac TEXT NOT NULL
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_actor ON audit (actor_id, seq);
CREATE INDEX audit_object ON audit (object_id, seq);
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

-- One entry per session, operation and minute (product §8).
CREATE TABLE refusals (
    session_ref TEXT NOT NULL,
    action TEXT NOT NULL,
    minute BIGINT NOT NULL,
    PRIMARY KEY (session_ref, action, minute)
);

CREATE TABLE limits (
    bucket TEXT NOT NULL PRIMARY KEY,
    hits BIGINT NOT NULL,
    ends BIGINT NOT NULL
);
CREATE INDEX limits_ends ON limits (ends);
