fault.root_id IN (SELECT id FROM root WHERE :library IS NULL OR library_id = :library)
AND (:kind IS NULL OR fault.kind = :kind)
AND (:ids IS NULL OR fault.id IN (SELECT value FROM json_each(:ids)))
AND (:ignored IS NULL OR fault.ignored = :ignored)
