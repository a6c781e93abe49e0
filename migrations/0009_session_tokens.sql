-- Under scheme opaque: the SHA-256 of the session's token, whose text is nowhere stored.
ALTER TABLE sessions ADD COLUMN token_hash bytea;
