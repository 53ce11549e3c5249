INSERT INTO fault
    (root_id, rel_path, path, stage, kind, reason, bytes, mtime_ns, decode_version, ignored)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, EXISTS (
    SELECT 1 FROM ignored_file AS known
    WHERE known.bytes = ?7 AND known.mtime_ns = ?8
      AND (known.file_key = ?10 OR (?7 > 0 AND ?8 % 10000000 <> 0))))
ON CONFLICT (root_id, rel_path) DO UPDATE SET
    path = excluded.path, stage = excluded.stage, kind = excluded.kind, reason = excluded.reason,
    bytes = excluded.bytes, mtime_ns = excluded.mtime_ns, decode_version = excluded.decode_version,
    ignored = excluded.ignored OR (fault.ignored
        AND fault.bytes = excluded.bytes AND fault.mtime_ns = excluded.mtime_ns)
