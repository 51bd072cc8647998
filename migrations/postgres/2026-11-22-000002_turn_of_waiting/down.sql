DROP INDEX waiting_turn;
ALTER TABLE waiting DROP COLUMN turn;
