UPDATE photo SET
    library_id = ?1, root_id = ?2, rel_path = ?3, path = ?4, folder = ?5, file_name = ?6,
    bytes = ?7, mtime_ns = ?8, content_hash = ?9, format = ?10, width = ?11, height = ?12,
    exif_orientation = ?13, taken_at = ?14, taken_offset_min = ?15, camera = ?16, lens = ?17,
    iso = ?18, aperture = ?19, shutter_s = ?20, focal_mm = ?21, lat = ?22, lon = ?23, rating = ?24,
    caption = ?25, visual_words = ?26, decode_version = ?27, missing_since = NULL
WHERE id = ?28
