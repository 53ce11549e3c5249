-- Faults have a number, a kind that they are grouped by, and can be ignored.
CREATE TABLE numbered_fault (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    root_id  INTEGER NOT NULL REFERENCES root (id) ON DELETE CASCADE,
    rel_path BLOB NOT NULL,
    path     TEXT NOT NULL,
    stage    TEXT NOT NULL,                   -- scan, fingerprint, decode
    kind     TEXT NOT NULL,
    reason   TEXT NOT NULL,
    bytes    INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    decode_version INTEGER NOT NULL,
    ignored  INTEGER NOT NULL DEFAULT 0,      -- 1 until the file is another one
    UNIQUE (root_id, rel_path)
) STRICT;

INSERT INTO numbered_fault
    (root_id, rel_path, path, stage, kind, reason, bytes, mtime_ns, decode_version)
SELECT root_id, rel_path, path, stage,
       CASE
           WHEN reason LIKE 'The file is empty%' OR reason LIKE 'The file holds nothing%' THEN 'empty'
           WHEN reason LIKE 'The file breaks off%' OR reason LIKE '% data is damaged%' THEN 'damaged'
           WHEN reason LIKE 'Reading the picture t%' OR reason LIKE 'Latent failed%'
               OR reason LIKE 'The file made the picture reader fail%' THEN 'gaveUp'
           WHEN reason LIKE 'The picture is too large%' OR reason LIKE 'The file is larger%' THEN 'tooLarge'
           WHEN reason LIKE '%cannot be read yet%' THEN 'unsupported'
           WHEN reason LIKE 'Not a picture%' OR reason LIKE 'This is %' THEN 'notAPicture'
           WHEN reason LIKE '%permission%' THEN 'notAllowed'
           WHEN reason LIKE 'It is a link to%' THEN 'brokenLink'
           ELSE 'unreadable'
       END,
       reason, bytes, mtime_ns, decode_version
FROM fault
ORDER BY root_id, rel_path;

DROP TABLE fault;
ALTER TABLE numbered_fault RENAME TO fault;
CREATE INDEX fault_path ON fault (path, id);
