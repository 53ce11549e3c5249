INSERT INTO fault (root_id, rel_path, path, stage, kind, reason, bytes, mtime_ns, decode_version)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT (root_id, rel_path) DO UPDATE SET
    path = excluded.path, stage = excluded.stage, kind = excluded.kind, reason = excluded.reason,
    bytes = excluded.bytes, mtime_ns = excluded.mtime_ns, decode_version = excluded.decode_version,
    ignored = fault.ignored
        AND fault.bytes = excluded.bytes AND fault.mtime_ns = excluded.mtime_ns
