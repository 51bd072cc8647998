-- An auditor reads draws, the audit log and sums, and nothing else. A machine's token ends on a date, and may do a part only of what
-- its role may.
CREATE TABLE token_anew (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    role TEXT NOT NULL CHECK (role IN ('desk', 'shelter', 'coordinator', 'auditor')),
    shelter TEXT REFERENCES shelter (code),
    made_at TEXT NOT NULL CHECK (made_at GLOB '????-??-?? ??:??:??*'),
    ended_at TEXT CHECK (ended_at GLOB '????-??-?? ??:??:??*'),
    -- The powers it has of its role, their words with commas between; all of them if it says nothing.
    powers TEXT CHECK (length(powers) > 0),
    -- The last date on which it opens anything.
    last_date TEXT CHECK (date(last_date) IS last_date),
    CHECK ((role = 'shelter') = (shelter IS NOT NULL))
) STRICT;
INSERT INTO token_anew (id, hash, name, role, shelter, made_at, ended_at)
SELECT id, hash, name, role, shelter, made_at, ended_at FROM token;
DROP TABLE token;
ALTER TABLE token_anew RENAME TO token;

CREATE TABLE audit_anew (
    seq INTEGER NOT NULL PRIMARY KEY CHECK (seq > 0),
    at TEXT NOT NULL CHECK (at GLOB '????-??-?? ??:??:??*'),
    actor BLOB CHECK (length(actor) = 16),
    role TEXT NOT NULL CHECK (role IN ('desk', 'shelter', 'coordinator', 'auditor', 'operator', 'service')),
    event TEXT NOT NULL,
    previous BLOB NOT NULL CHECK (length(previous) = 32),
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32)
) STRICT;
INSERT INTO audit_anew (seq, at, actor, role, event, previous, hash)
SELECT seq, at, actor, role, event, previous, hash FROM audit ORDER BY seq;
DROP TABLE audit;
ALTER TABLE audit_anew RENAME TO audit;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
