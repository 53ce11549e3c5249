-- The first letter of a JSON value tells its kind. Counted by the caller: a GROUP BY sorts them all.
SELECT attribute.name, substr(attribute.value, 1, 1)
FROM photo CROSS JOIN attribute ON attribute.photo_id = photo.id
WHERE photo.missing_since IS NULL AND (?1 IS NULL OR photo.library_id = ?1)
