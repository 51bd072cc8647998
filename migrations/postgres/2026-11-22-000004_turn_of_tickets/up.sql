-- Of several tickets of one member of a lot the last says what became of the person; and the clock may be set back, or stand still. So it
-- is counted: how many tickets the member had before this one.
ALTER TABLE ticket ADD COLUMN turn INTEGER NOT NULL DEFAULT 0 CHECK (turn >= 0);
UPDATE ticket SET turn = (
    SELECT count(*) FROM ticket AS other
    WHERE other.day = ticket.day AND other.lot = ticket.lot AND other.position = ticket.position
    AND (other.issued_at, other.id) < (ticket.issued_at, ticket.id)
);
