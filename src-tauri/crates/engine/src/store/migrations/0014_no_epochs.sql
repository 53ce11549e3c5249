-- What each write touched is told by triggers of the connection that writes.
DROP TRIGGER epoch_photo_came;
DROP TRIGGER epoch_photo_went;
DROP TRIGGER epoch_stack_grew;
DROP TRIGGER epoch_stack_shrank;
DROP TRIGGER epoch_stack_changed;
DROP TABLE epoch;
