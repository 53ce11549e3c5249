-- Files whose faults are ignored, also where they lie elsewhere: by size and time, and by their name on
-- their disk, which tells what a coarse clock or an empty file does not.
CREATE TABLE ignored_file (
    bytes    INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    file_key BLOB,
    UNIQUE (bytes, mtime_ns, file_key)
) STRICT;
INSERT INTO ignored_file (bytes, mtime_ns)
SELECT DISTINCT bytes, mtime_ns FROM fault WHERE ignored AND stage <> 'scan';
