-- On which night a closure or a lending was made to end, each time it was made to end otherwise: changed_at knows the last time only,
-- and what is shown beside a draw would lack the others.
-- instead_of: the end it had before; not known of what was ended before this table was there.
CREATE TABLE place_end (
    fact BYTEA NOT NULL REFERENCES place_fact (id),
    number INTEGER NOT NULL CHECK (number > 0),
    instead_of DATE,
    last_night DATE NOT NULL,
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (fact, number)
);
CREATE INDEX place_end_at ON place_end (at);

-- Kept by the database itself, since an instance of the version before, still at work beside this one, knows nothing of it.
CREATE FUNCTION keep_place_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO place_end (fact, number, instead_of, last_night, at)
    SELECT NEW.id, count(*) + 1, OLD.last_night, NEW.last_night, NEW.changed_at FROM place_end WHERE fact = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER place_end_is_kept AFTER UPDATE OF changed_at ON place_fact FOR EACH ROW WHEN (NEW.changed_at IS NOT NULL)
    EXECUTE FUNCTION keep_place_end();
CREATE TRIGGER place_end_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON place_end FOR EACH STATEMENT EXECUTE FUNCTION is_append_only();

-- Last, when no end can be given any more that is not kept.
INSERT INTO place_end (fact, number, last_night, at)
SELECT id, 1, last_night, changed_at FROM place_fact WHERE changed_at IS NOT NULL;
