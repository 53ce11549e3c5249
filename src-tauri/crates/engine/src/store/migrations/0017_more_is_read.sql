-- RAW files and films of which more is read now.
UPDATE photo SET decode_version = 0
WHERE format IN ('crw', 'mrw', 'avi', 'mpeg', 'mts', 'wmv');
