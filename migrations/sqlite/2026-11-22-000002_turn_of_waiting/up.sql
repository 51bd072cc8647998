-- Who waits for a second time stands where the rules say, which need not be behind the first: the ranks do not tell which waiting
-- was the last, and the clock may be set back. So it is counted: how many began to wait on the day before this one last did.
ALTER TABLE waiting ADD COLUMN turn INTEGER NOT NULL DEFAULT 0 CHECK (turn >= 0);
UPDATE waiting SET turn = (
    SELECT count(*) FROM waiting AS other
    WHERE other.day = waiting.day AND (other.since, other.part, other.place) < (waiting.since, waiting.part, waiting.place)
);
-- Not unique: an instance of the version before, still at work beside this one, counts none.
CREATE INDEX waiting_turn ON waiting (day, turn);
