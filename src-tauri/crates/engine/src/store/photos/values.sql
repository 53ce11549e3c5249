SELECT {value}, count({counted}) AS photos
FROM {tables}
WHERE photo.missing_since IS NULL
  AND {value} IS NOT NULL
  AND (?1 IS NULL OR photo.library_id = ?1)
  AND (?2 IS NULL OR {value} GLOB ?2)
  AND (?4 IS NULL OR {name} = ?4)
GROUP BY 1
ORDER BY 2 DESC, 1
LIMIT ?3
