-- Where disks are mounted below a root: while one is not there, its photos are not gone.
CREATE TABLE root_mount (
    root_id  INTEGER NOT NULL REFERENCES root (id) ON DELETE CASCADE,
    rel_path BLOB NOT NULL,                  -- below the root, the platform's own bytes
    PRIMARY KEY (root_id, rel_path)
) STRICT, WITHOUT ROWID;
