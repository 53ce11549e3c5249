-- What changed in which space, by number, so that the vectors in memory follow the catalog and a
-- start does again only what is younger than its snapshot. Entries that every snapshot has are
-- deleted; their numbers are never used again.
CREATE TABLE vector_log (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    space_id INTEGER NOT NULL,
    photo_id INTEGER NOT NULL
) STRICT;
CREATE INDEX vector_log_space ON vector_log (space_id, seq);

CREATE TRIGGER vector_added AFTER INSERT ON vector BEGIN
    INSERT INTO vector_log (space_id, photo_id) VALUES (NEW.space_id, NEW.photo_id);
END;

CREATE TRIGGER vector_changed AFTER UPDATE ON vector BEGIN
    INSERT INTO vector_log (space_id, photo_id) VALUES (NEW.space_id, NEW.photo_id);
END;

CREATE TRIGGER vector_removed AFTER DELETE ON vector BEGIN
    INSERT INTO vector_log (space_id, photo_id) VALUES (OLD.space_id, OLD.photo_id);
END;

-- A photo whose file is gone is not found, and found again when it comes back.
CREATE TRIGGER photo_went_or_came AFTER UPDATE OF missing_since ON photo
WHEN (OLD.missing_since IS NULL) <> (NEW.missing_since IS NULL) BEGIN
    INSERT INTO vector_log (space_id, photo_id)
    SELECT vector.space_id, vector.photo_id FROM vector WHERE vector.photo_id = NEW.id;
END;
