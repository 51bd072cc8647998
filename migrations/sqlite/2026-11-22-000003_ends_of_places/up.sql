-- On which night a closure or a lending was made to end, each time it was made to end otherwise: changed_at knows the last time only,
-- and what is shown beside a draw would lack the others.
-- instead_of: the end it had before; not known of what was ended before this table was there.
CREATE TABLE place_end (
    fact BLOB NOT NULL REFERENCES place_fact (id),
    number INTEGER NOT NULL CHECK (number > 0),
    instead_of TEXT CHECK (date(instead_of) IS instead_of),
    last_night TEXT NOT NULL CHECK (date(last_night) IS last_night),
    at TEXT NOT NULL CHECK (at GLOB '????-??-?? ??:??:??*'),
    PRIMARY KEY (fact, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX place_end_at ON place_end (at);

-- Kept by the database itself, since an instance of the version before, still at work beside this one, knows nothing of it.
CREATE TRIGGER place_end_is_kept AFTER UPDATE OF changed_at ON place_fact WHEN NEW.changed_at IS NOT NULL BEGIN
    INSERT INTO place_end (fact, number, instead_of, last_night, at)
    SELECT NEW.id, count(*) + 1, OLD.last_night, NEW.last_night, NEW.changed_at FROM place_end WHERE fact = NEW.id;
END;
CREATE TRIGGER place_end_no_update BEFORE UPDATE ON place_end BEGIN SELECT RAISE(ABORT, 'place_end is append-only'); END;
CREATE TRIGGER place_end_no_delete BEFORE DELETE ON place_end BEGIN SELECT RAISE(ABORT, 'place_end is append-only'); END;

-- Last, when no end can be given any more that is not kept.
INSERT INTO place_end (fact, number, last_night, at)
SELECT id, 1, last_night, changed_at FROM place_fact WHERE changed_at IS NOT NULL;
