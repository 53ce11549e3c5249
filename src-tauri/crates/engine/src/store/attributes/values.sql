SELECT wanted.value, attribute.value
FROM json_each(?1) AS wanted
LEFT JOIN attribute ON attribute.photo_id = wanted.value AND attribute.name = ?2
ORDER BY wanted.id
