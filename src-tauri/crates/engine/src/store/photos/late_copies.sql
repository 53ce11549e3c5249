SELECT gone.id, copy.id
FROM photo AS gone
JOIN photo AS copy ON copy.content_hash = gone.content_hash
WHERE gone.missing_since IS NOT NULL
  AND gone.missing_since >= ?1
  AND gone.missing_since <= ?2
  AND copy.missing_since IS NULL
  AND copy.added_at >= ?1
  AND copy.id > gone.id
  AND copy.tag_count = 0
  AND NOT EXISTS (SELECT 1 FROM attribute WHERE attribute.photo_id = copy.id)
  AND NOT EXISTS (SELECT 1 FROM review_mark WHERE review_mark.photo_id = copy.id)
ORDER BY gone.id, copy.id
