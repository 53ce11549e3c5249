INSERT INTO photo (
    library_id, root_id, rel_path, path, folder, file_name, bytes, mtime_ns, content_hash, format,
    width, height, exif_orientation, visual_words, decode_version, added_at
) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
