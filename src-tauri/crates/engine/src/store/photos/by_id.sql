SELECT photo.id, photo.library_id, photo.path, photo.folder, photo.file_name, photo.bytes,
       photo.mtime_ns, photo.content_hash, photo.format, photo.width, photo.height, photo.taken_at,
       photo.taken_ms, photo.taken_offset_min, photo.camera, photo.lens, photo.iso, photo.aperture,
       photo.shutter_s, photo.focal_mm, photo.focal_35_mm, photo.duration_s,
       photo.lat, photo.lon, photo.altitude_m, photo.rating, photo.caption, photo.title,
       photo.label, photo.uniqueness, photo.visual_words, photo.missing_since IS NOT NULL AS missing, root.offline
FROM photo JOIN root ON root.id = photo.root_id
WHERE photo.id = ?1
