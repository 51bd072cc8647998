DROP TRIGGER place_end_is_kept;
DROP TABLE place_end;
