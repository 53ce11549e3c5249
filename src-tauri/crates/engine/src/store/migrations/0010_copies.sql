-- Which index job brought a photo: those of one job are known equally long. The number only grows; what
-- was there before has the time it was added at, which is below any later number.
ALTER TABLE photo ADD COLUMN added_in INTEGER NOT NULL DEFAULT 0;
UPDATE photo SET added_in = added_at;
INSERT INTO setting (name, value) SELECT 'added_in', coalesce(max(added_at), 0) FROM photo;
