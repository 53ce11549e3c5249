UPDATE photo SET
    library_id = ?2, root_id = ?3, rel_path = ?4, path = ?5, folder = ?6, file_name = ?7,
    mtime_ns = ?8, file_key = ?9, missing_since = NULL
WHERE id = ?1
