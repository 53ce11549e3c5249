-- What orders, counts and tag-aware ranking are read from without the rows themselves. An index of an
-- order runs as the order does, then by id.
CREATE INDEX photo_taken_down ON photo (taken_at DESC);
CREATE INDEX photo_rating_down ON photo (rating DESC);
CREATE INDEX photo_added_down ON photo (added_at DESC);
-- Files that are gone are few, and are asked for as such.
CREATE INDEX photo_missing ON photo (id) WHERE missing_since IS NOT NULL;

CREATE INDEX photo_lens ON photo (lens);
CREATE INDEX photo_iso ON photo (iso);
CREATE INDEX photo_format ON photo (format);
CREATE INDEX photo_label ON photo (label);
CREATE INDEX photo_shape ON photo (width, height);

ALTER TABLE photo ADD COLUMN tag_count INTEGER NOT NULL DEFAULT 0;
UPDATE photo SET tag_count = (SELECT count(*) FROM photo_tag WHERE photo_tag.photo_id = photo.id);
CREATE INDEX photo_tag_count ON photo (tag_count);
CREATE TRIGGER photo_tag_added AFTER INSERT ON photo_tag BEGIN
    UPDATE photo SET tag_count = tag_count + 1 WHERE id = new.photo_id;
END;
CREATE TRIGGER photo_tag_removed AFTER DELETE ON photo_tag BEGIN
    UPDATE photo SET tag_count = tag_count - 1 WHERE id = old.photo_id;
END;
