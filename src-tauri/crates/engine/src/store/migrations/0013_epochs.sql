-- How often the rows of a table came, went or were changed: what was read from it holds until its
-- number is another. Most writes touch neither the list of photos nor their stacks.
CREATE TABLE epoch (
    name   TEXT PRIMARY KEY,                 -- photos: which there are; stacks: which photo is where
    number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO epoch (name, number) VALUES ('photos', 0), ('stacks', 0);

CREATE TRIGGER epoch_photo_came AFTER INSERT ON photo BEGIN
    UPDATE epoch SET number = number + 1 WHERE name = 'photos';
END;
CREATE TRIGGER epoch_photo_went AFTER DELETE ON photo BEGIN
    UPDATE epoch SET number = number + 1 WHERE name = 'photos';
END;
CREATE TRIGGER epoch_stack_grew AFTER INSERT ON stack_member BEGIN
    UPDATE epoch SET number = number + 1 WHERE name = 'stacks';
END;
CREATE TRIGGER epoch_stack_shrank AFTER DELETE ON stack_member BEGIN
    UPDATE epoch SET number = number + 1 WHERE name = 'stacks';
END;
CREATE TRIGGER epoch_stack_changed AFTER UPDATE ON stack_member BEGIN
    UPDATE epoch SET number = number + 1 WHERE name = 'stacks';
END;
