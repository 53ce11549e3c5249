-- How long films are. Those that are known are read again.
ALTER TABLE photo ADD COLUMN duration_s REAL;
UPDATE photo SET decode_version = 0
WHERE format IN ('mp4', 'mov', 'mkv', 'webm', 'avi', 'mpeg', 'mts', 'wmv');
