INSERT INTO photo (
    library_id, root_id, rel_path, path, folder, file_name, bytes, mtime_ns, content_hash, format,
    width, height, exif_orientation, taken_at, taken_offset_min, camera, lens, iso, aperture,
    shutter_s, focal_mm, lat, lon, rating, caption, visual_words, decode_version, added_at
) VALUES (
    ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
    ?22, ?23, ?24, ?25, ?26, ?27, ?28
)
