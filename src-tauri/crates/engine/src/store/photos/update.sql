UPDATE photo SET
    library_id = ?1, root_id = ?2, rel_path = ?3, path = ?4, folder = ?5, file_name = ?6,
    bytes = ?7, mtime_ns = ?8, content_hash = ?9, format = ?10, width = ?11, height = ?12,
    exif_orientation = ?13, visual_words = ?14, decode_version = ?15, missing_since = NULL
WHERE id = ?16
