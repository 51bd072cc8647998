-- The words of the roles stay: a table is not made anew only to forget one.
ALTER TABLE token DROP COLUMN last_date;
ALTER TABLE token DROP COLUMN powers;
