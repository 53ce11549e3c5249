-- Pictures that a photo does not show any more, to be looked at: those that no other one shows are
-- forgotten, without looking through all that there are.
CREATE TABLE picture_left (
    picture_id INTEGER PRIMARY KEY
) STRICT;
INSERT INTO picture_left (picture_id)
SELECT id FROM picture
WHERE NOT EXISTS (SELECT 1 FROM photo WHERE photo.picture_id = picture.id);
CREATE TRIGGER picture_left_by_removal AFTER DELETE ON photo WHEN OLD.picture_id IS NOT NULL BEGIN
    INSERT OR IGNORE INTO picture_left (picture_id) VALUES (OLD.picture_id);
END;
CREATE TRIGGER picture_left_by_change AFTER UPDATE OF picture_id ON photo
WHEN OLD.picture_id IS NOT NULL AND OLD.picture_id IS NOT NEW.picture_id BEGIN
    INSERT OR IGNORE INTO picture_left (picture_id) VALUES (OLD.picture_id);
END;
