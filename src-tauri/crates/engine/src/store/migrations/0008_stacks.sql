-- Stacks: one shot that lies in several files, shown as one by its top. Bursts: shots that follow each
-- other within a second. Both follow from the names and times in a folder, and are found anew for the
-- folders in stack_due.
CREATE TABLE stack_member (
    photo_id INTEGER PRIMARY KEY REFERENCES photo (id) ON DELETE CASCADE,
    top_id   INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE,
    place    INTEGER NOT NULL,               -- 0: the top
    hand     INTEGER                         -- the choice it follows from; NULL: it was found
) STRICT;
CREATE INDEX stack_member_top ON stack_member (top_id, place, photo_id);
CREATE INDEX stack_member_below ON stack_member (photo_id) WHERE place > 0;
CREATE INDEX stack_member_hand ON stack_member (hand) WHERE hand IS NOT NULL;

-- What the person has stacked or taken apart, by content, so that it outlives rescans and moves.
CREATE TABLE stack_choice (
    content_hash BLOB PRIMARY KEY,           -- BLAKE3 of the file
    stack        INTEGER,                    -- files of one number belong together; NULL: it is by itself
    place        INTEGER NOT NULL            -- 0: the top
) STRICT, WITHOUT ROWID;
CREATE INDEX stack_choice_stack ON stack_choice (stack) WHERE stack IS NOT NULL;

CREATE TABLE burst_member (
    photo_id INTEGER PRIMARY KEY REFERENCES photo (id) ON DELETE CASCADE,
    burst_id INTEGER NOT NULL REFERENCES photo (id) ON DELETE CASCADE -- its first shot
) STRICT;
CREATE INDEX burst_member_burst ON burst_member (burst_id, photo_id);

CREATE TABLE stack_due (folder TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO stack_due SELECT DISTINCT folder FROM photo;

CREATE TRIGGER stack_photo_came AFTER INSERT ON photo BEGIN
    INSERT OR IGNORE INTO stack_due (folder) VALUES (NEW.folder);
END;
CREATE TRIGGER stack_photo_went AFTER DELETE ON photo BEGIN
    INSERT OR IGNORE INTO stack_due (folder) VALUES (OLD.folder);
END;
CREATE TRIGGER stack_photo_changed AFTER UPDATE OF
    folder, file_name, missing_since, content_hash, width, height, taken_at, taken_ms, camera
ON photo WHEN OLD.folder <> NEW.folder OR OLD.file_name <> NEW.file_name
    OR OLD.missing_since IS NOT NEW.missing_since OR OLD.content_hash <> NEW.content_hash
    OR OLD.width <> NEW.width OR OLD.height <> NEW.height OR OLD.taken_at IS NOT NEW.taken_at
    OR OLD.taken_ms IS NOT NEW.taken_ms OR OLD.camera IS NOT NEW.camera
BEGIN
    INSERT OR IGNORE INTO stack_due (folder) VALUES (OLD.folder), (NEW.folder);
END;

-- No photo is hidden below one that is gone.
CREATE TRIGGER stack_photo_missing AFTER UPDATE OF missing_since ON photo
WHEN NEW.missing_since IS NOT NULL BEGIN
    DELETE FROM stack_member WHERE top_id = NEW.id OR photo_id = NEW.id;
    DELETE FROM burst_member WHERE photo_id = NEW.id;
END;

-- Files of one stack are no copies of each other.
CREATE TRIGGER stack_grew AFTER INSERT ON stack_member BEGIN
    INSERT INTO duplicate_log (picture_id)
    SELECT picture_id FROM photo WHERE id = NEW.photo_id AND picture_id IS NOT NULL;
END;
CREATE TRIGGER stack_shrank AFTER DELETE ON stack_member BEGIN
    INSERT INTO duplicate_log (picture_id)
    SELECT picture_id FROM photo WHERE id = OLD.photo_id AND picture_id IS NOT NULL;
END;
CREATE TRIGGER stack_changed AFTER UPDATE OF top_id ON stack_member WHEN OLD.top_id <> NEW.top_id BEGIN
    INSERT INTO duplicate_log (picture_id)
    SELECT picture_id FROM photo WHERE id = NEW.photo_id AND picture_id IS NOT NULL;
END;
