DROP TRIGGER place_end_is_kept ON place_fact;
DROP FUNCTION keep_place_end;
DROP TABLE place_end;
