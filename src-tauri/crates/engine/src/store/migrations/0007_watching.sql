-- Keeping up with the disk: recognising files that moved, and disks that come back elsewhere.
CREATE INDEX photo_bytes ON photo (bytes);
CREATE INDEX photo_file_key ON photo (file_key) WHERE file_key IS NOT NULL;

-- The volume a root lies on, and the root below its mount point: where to look for it when its disk is
-- plugged in elsewhere. NULL where that cannot be told.
ALTER TABLE root ADD COLUMN volume BLOB;
ALTER TABLE root ADD COLUMN volume_path BLOB;     -- the platform's own bytes
