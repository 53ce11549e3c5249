-- Copies. What files with equal pixels share is a picture; which pictures show the same is kept as
-- pairs, found once and completed as pictures come. Times are seconds since 1970 UTC.
CREATE TABLE picture (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    pixel_hash BLOB NOT NULL UNIQUE,         -- BLAKE3, 32 bytes
    print_version INTEGER NOT NULL,
    paired     INTEGER NOT NULL DEFAULT 0    -- 1: near_pair has all its pairs with other paired ones
) STRICT;
CREATE INDEX picture_unpaired ON picture (id) WHERE paired = 0;

CREATE TABLE print (
    picture_id INTEGER PRIMARY KEY REFERENCES picture (id) ON DELETE CASCADE,
    value      BLOB NOT NULL                 -- what recognises a picture in its copies
) STRICT;

CREATE TABLE near_pair (
    a           INTEGER NOT NULL REFERENCES picture (id) ON DELETE CASCADE,
    b           INTEGER NOT NULL REFERENCES picture (id) ON DELETE CASCADE,
    similarity  REAL NOT NULL,               -- 0 … 1
    orientation INTEGER NOT NULL,            -- 1 … 8, as in EXIF: how b lies when a is upright
    PRIMARY KEY (a, b),
    CHECK (a < b)
) STRICT, WITHOUT ROWID;
CREATE INDEX near_pair_b ON near_pair (b, a, similarity);

ALTER TABLE photo ADD COLUMN picture_id INTEGER REFERENCES picture (id);
ALTER TABLE photo ADD COLUMN sharpness REAL;
ALTER TABLE photo ADD COLUMN file_key BLOB;  -- names the file on its disk, whatever its path
ALTER TABLE photo ADD COLUMN uniqueness INTEGER; -- millionths, 0 … 1000000; NULL: to be measured
ALTER TABLE photo ADD COLUMN nearest_id INTEGER; -- the photo it was measured by
CREATE INDEX photo_picture ON photo (picture_id, missing_since);
CREATE INDEX photo_uniqueness ON photo (uniqueness);
CREATE INDEX photo_uniqueness_down ON photo (uniqueness DESC);
CREATE INDEX photo_nearest ON photo (nearest_id) WHERE nearest_id IS NOT NULL;

-- Photos that were measured by one that went or changed are measured again.
CREATE TRIGGER nearest_went AFTER DELETE ON photo BEGIN
    UPDATE photo SET uniqueness = NULL, nearest_id = NULL WHERE nearest_id = OLD.id;
END;
CREATE TRIGGER nearest_hidden AFTER UPDATE OF missing_since ON photo
WHEN (OLD.missing_since IS NULL) <> (NEW.missing_since IS NULL) BEGIN
    UPDATE photo SET uniqueness = NULL, nearest_id = NULL
    WHERE nearest_id = NEW.id OR id = NEW.id;
END;
CREATE TRIGGER nearest_changed AFTER UPDATE OF content_hash ON photo
WHEN OLD.content_hash <> NEW.content_hash BEGIN
    UPDATE photo SET uniqueness = NULL, nearest_id = NULL
    WHERE nearest_id = NEW.id OR id = NEW.id;
END;

-- What the person has decided, by content, so that it outlives rescans and moves.
CREATE TABLE duplicate_decision (
    hash_a   BLOB NOT NULL,                  -- BLAKE3 of the file, the lower of the two
    hash_b   BLOB NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('notDuplicates', 'keepBoth')),
    decided_at INTEGER NOT NULL,
    PRIMARY KEY (hash_a, hash_b),
    CHECK (hash_a <= hash_b)
) STRICT, WITHOUT ROWID;

-- How far a review has come.
CREATE TABLE review_mark (
    photo_id INTEGER PRIMARY KEY REFERENCES photo (id) ON DELETE CASCADE,
    mark     TEXT NOT NULL CHECK (mark IN ('keep', 'remove', 'skip'))
) STRICT;

-- Pictures whose groups may be other ones than they were, in order. Emptied at every start: groups
-- are then found anew.
CREATE TABLE duplicate_log (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    picture_id INTEGER NOT NULL
) STRICT;
CREATE TRIGGER copy_came AFTER INSERT ON photo WHEN NEW.picture_id IS NOT NULL BEGIN
    INSERT INTO duplicate_log (picture_id) VALUES (NEW.picture_id);
END;
CREATE TRIGGER copy_went AFTER DELETE ON photo WHEN OLD.picture_id IS NOT NULL BEGIN
    INSERT INTO duplicate_log (picture_id) VALUES (OLD.picture_id);
END;
CREATE TRIGGER copy_changed AFTER UPDATE OF
    picture_id, missing_since, bytes, content_hash, path, rating, label, caption, taken_at, tag_count,
    file_key, sharpness
ON photo WHEN NEW.picture_id IS NOT NULL OR OLD.picture_id IS NOT NULL BEGIN
    INSERT INTO duplicate_log (picture_id)
    SELECT OLD.picture_id WHERE OLD.picture_id IS NOT NULL
    UNION SELECT NEW.picture_id WHERE NEW.picture_id IS NOT NULL;
END;
CREATE TRIGGER pair_found AFTER INSERT ON near_pair BEGIN
    INSERT INTO duplicate_log (picture_id) VALUES (NEW.a);
END;
