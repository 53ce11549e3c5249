SELECT (SELECT count(*) FROM photo)
     - (SELECT count(*) FROM photo WHERE id > ?1)
     - (SELECT count(*) FROM photo WHERE missing_since IS NOT NULL AND id <= ?1)
