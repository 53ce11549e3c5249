-- The first letter of a JSON value tells its kind.
SELECT attribute.name, substr(attribute.value, 1, 1), count(*)
FROM attribute JOIN photo ON photo.id = attribute.photo_id
WHERE photo.missing_since IS NULL AND (?1 IS NULL OR photo.library_id = ?1)
GROUP BY attribute.name, substr(attribute.value, 1, 1)
ORDER BY attribute.name
