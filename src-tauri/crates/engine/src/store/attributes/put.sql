INSERT INTO attribute (photo_id, name, value)
SELECT wanted.value, ?2, ?3 FROM json_each(?1) AS wanted WHERE true
ON CONFLICT (photo_id, name) DO UPDATE SET value = excluded.value
