-- The first catalog. Times are seconds since 1970 UTC unless the name says otherwise.
CREATE TABLE library (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    name    TEXT NOT NULL UNIQUE COLLATE NOCASE,
    mode    TEXT NOT NULL DEFAULT 'general' CHECK (mode IN ('general', 'item')),
    include TEXT NOT NULL DEFAULT '[]',      -- JSON array of globs; empty means everything
    exclude TEXT NOT NULL DEFAULT '[]'       -- JSON array of globs
) STRICT;

CREATE TABLE root (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    library_id INTEGER NOT NULL REFERENCES library (id) ON DELETE CASCADE,
    path       BLOB NOT NULL UNIQUE,         -- the platform's own bytes
    shown_path TEXT NOT NULL,
    offline    INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE photo (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    library_id    INTEGER NOT NULL REFERENCES library (id) ON DELETE CASCADE,
    root_id       INTEGER NOT NULL REFERENCES root (id) ON DELETE CASCADE,
    rel_path      BLOB NOT NULL,             -- below the root, the platform's own bytes
    path          TEXT NOT NULL,             -- whole path as shown
    folder        TEXT NOT NULL,             -- whole folder as shown
    file_name     TEXT NOT NULL,
    bytes         INTEGER NOT NULL,
    mtime_ns      INTEGER NOT NULL,          -- nanoseconds since 1970 UTC
    content_hash  BLOB NOT NULL,             -- BLAKE3, 32 bytes
    format        TEXT NOT NULL,             -- jpeg, png, webp, tiff, gif, bmp
    width         INTEGER NOT NULL,          -- upright
    height        INTEGER NOT NULL,          -- upright
    exif_orientation INTEGER NOT NULL DEFAULT 1,
    taken_at      INTEGER,                   -- camera's wall clock as if it were UTC
    taken_offset_min INTEGER,                -- zone offset where the file has one
    camera        TEXT,
    lens          TEXT,
    iso           INTEGER,
    aperture      REAL,
    shutter_s     REAL,
    focal_mm      REAL,
    lat           REAL,
    lon           REAL,
    rating        INTEGER,
    label         TEXT,
    caption       TEXT,
    visual_words  TEXT NOT NULL DEFAULT '',
    decode_version INTEGER NOT NULL,
    added_at      INTEGER NOT NULL,
    missing_since INTEGER,                   -- the file was gone at that scan; NULL while it is there
    UNIQUE (root_id, rel_path)
) STRICT;
CREATE INDEX photo_library ON photo (library_id, missing_since);
CREATE INDEX photo_hash ON photo (content_hash);
CREATE INDEX photo_taken ON photo (taken_at, id);
CREATE INDEX photo_name ON photo (file_name COLLATE NOCASE, id);
CREATE INDEX photo_folder ON photo (folder);
CREATE INDEX photo_camera ON photo (camera);
CREATE INDEX photo_rating ON photo (rating);

CREATE TABLE tag (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT NOT NULL UNIQUE COLLATE NOCASE  -- places/italy/rome
) STRICT;

CREATE TABLE photo_tag (
    photo_id INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
    tag_id   INTEGER NOT NULL REFERENCES tag (id) ON DELETE CASCADE,
    PRIMARY KEY (photo_id, tag_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX photo_tag_tag ON photo_tag (tag_id, photo_id);

CREATE TABLE attribute (
    photo_id INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
    name     TEXT NOT NULL,
    value    TEXT NOT NULL,                   -- JSON
    PRIMARY KEY (photo_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX attribute_name ON attribute (name, photo_id);

CREATE TABLE space (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    name    TEXT NOT NULL,                    -- visual, color, semantic
    version TEXT NOT NULL,                    -- descriptor version, or the model's fingerprint
    dim     INTEGER NOT NULL,
    serving INTEGER NOT NULL DEFAULT 0,       -- 1: answers queries for its name
    UNIQUE (name, version)
) STRICT;

CREATE TABLE vector (
    space_id INTEGER NOT NULL REFERENCES space (id) ON DELETE CASCADE,
    photo_id INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
    value    BLOB NOT NULL,                   -- dim × f16 little endian, unit norm
    PRIMARY KEY (space_id, photo_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX vector_photo ON vector (photo_id);

CREATE TABLE fault (
    root_id  INTEGER NOT NULL REFERENCES root (id) ON DELETE CASCADE,
    rel_path BLOB NOT NULL,
    path     TEXT NOT NULL,
    stage    TEXT NOT NULL,                   -- scan, fingerprint, decode, embed
    reason   TEXT NOT NULL,
    bytes    INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    decode_version INTEGER NOT NULL,
    PRIMARY KEY (root_id, rel_path)
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row a photo, rowid = photo.id: the words a text query finds without any model.
CREATE VIRTUAL TABLE photo_text USING fts5 (
    file_name, folder, tags, camera, caption, visual,
    tokenize = "porter unicode61 remove_diacritics 2"
);
