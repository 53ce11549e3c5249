-- Regions of sidecars that a person removed: they go from the sidecar when it is written.
CREATE TABLE region_removed (
    photo_id INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
    name     TEXT,
    x        REAL NOT NULL,                  -- fractions of the upright picture
    y        REAL NOT NULL,
    width    REAL NOT NULL,
    height   REAL NOT NULL
) STRICT;
CREATE INDEX region_removed_photo ON region_removed (photo_id);
