-- When whoever sits there last proved who they are: by completing the sign-in, or by giving their
-- password again. Sessions of before have proved nothing yet.
ALTER TABLE sessions ADD COLUMN proved BIGINT NOT NULL DEFAULT 0;
