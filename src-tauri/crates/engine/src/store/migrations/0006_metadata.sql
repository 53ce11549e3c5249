-- What files and sidecars say of photos, and what of it was taken over.
ALTER TABLE photo ADD COLUMN title TEXT;
ALTER TABLE photo ADD COLUMN taken_ms INTEGER;       -- thousandths behind taken_at
ALTER TABLE photo ADD COLUMN focal_35_mm REAL;
ALTER TABLE photo ADD COLUMN altitude_m REAL;        -- above the sea
ALTER TABLE photo ADD COLUMN metadata_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE photo ADD COLUMN sidecar_stamp INTEGER NOT NULL DEFAULT 0; -- changes with it; 0: there is none

CREATE TABLE photo_said (
    photo_id INTEGER PRIMARY KEY REFERENCES photo (id) ON DELETE CASCADE,
    file     TEXT NOT NULL,                  -- JSON: what the file said
    sidecar  TEXT,                           -- JSON: what its sidecar said
    merged   TEXT NOT NULL,                  -- JSON: what the two came to
    newer    TEXT NOT NULL CHECK (newer IN ('file', 'sidecar')),
    sidecar_path TEXT,                       -- as shown
    problem  TEXT                            -- why the sidecar cannot be understood
) STRICT;

-- Tags that a file brought: they go when it no longer has them.
CREATE TABLE photo_keyword (
    photo_id INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
    path     TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (photo_id, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE region (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    photo_id INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
    kind     TEXT NOT NULL,                  -- face, pet, focus, barCode, object
    name     TEXT,
    x        REAL NOT NULL,                  -- fractions of the upright picture
    y        REAL NOT NULL,
    width    REAL NOT NULL,
    height   REAL NOT NULL,
    source   TEXT NOT NULL CHECK (source IN ('file', 'user'))
) STRICT;
CREATE INDEX region_photo ON region (photo_id);

-- Photos whose sidecar has to be written.
CREATE TABLE sidecar_due (
    photo_id INTEGER PRIMARY KEY REFERENCES photo (id) ON DELETE CASCADE,
    problem  TEXT                            -- why it could not be
) STRICT;
