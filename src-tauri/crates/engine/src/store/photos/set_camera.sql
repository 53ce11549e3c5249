UPDATE photo SET
    taken_at = ?2, taken_ms = ?3, taken_offset_min = ?4, camera = ?5, lens = ?6, iso = ?7,
    aperture = ?8, shutter_s = ?9, focal_mm = ?10, focal_35_mm = ?11, lat = ?12, lon = ?13,
    altitude_m = ?14, duration_s = ?15
WHERE id = ?1
