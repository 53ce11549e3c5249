-- How often a sidecar was asked for since it was last written: a change that comes while it is being
-- written is not taken for written.
ALTER TABLE sidecar_due ADD COLUMN asked INTEGER NOT NULL DEFAULT 1;
