SELECT attribute.photo_id FROM attribute
WHERE attribute.photo_id IN (SELECT wanted.value FROM json_each(?1) AS wanted)
GROUP BY attribute.photo_id HAVING count(*) > ?2
LIMIT 1
