//! File against sidecar: the newer wins, property by property, and what differs is told.

use crate::sidecar::Said;

/// A property that file and sidecar say differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// `keywords`, `rating`, `label`, `caption`, `title`, `takenAt` or `place`.
    pub property: &'static str,
    /// What the file says.
    pub file: String,
    /// What the sidecar says.
    pub sidecar: String,
    /// The sidecar's is the newer one and counts.
    pub sidecar_wins: bool,
}

/// Whether a sidecar is newer than its file: by the dates that both state, else by those of the
/// files, in nanoseconds. Where nothing tells, the sidecar was written on purpose.
pub(super) fn is_newer(file: &Said, sidecar: &Said, (file_ns, sidecar_ns): (i64, i64)) -> bool {
    match (file.said_at, sidecar.said_at) {
        (Some(file), Some(sidecar)) => sidecar >= file,
        _ => sidecar_ns >= file_ns,
    }
}

/// What the two come to.
pub(super) fn merge(file: &Said, sidecar: Option<&Said>, sidecar_is_newer: bool) -> Said {
    let Some(sidecar) = sidecar else {
        return file.clone();
    };
    let mut file = file.clone();
    // Cameras write 0 for "nobody has rated it yet".
    if sidecar.rating.is_some() && file.rating == Some(0) {
        file.rating = None;
    }
    let mut sidecar = sidecar.clone();
    // Other programs name cameras and lenses in their own way.
    if file.camera.is_some() {
        sidecar.camera = None;
    }
    if file.lens.is_some() {
        sidecar.lens = None;
    }
    // Sidecars copy the time without its parts.
    if sidecar.taken_at == file.taken_at {
        sidecar.taken_at = None;
        file.taken_ms = file.taken_ms.or(sidecar.taken_ms);
        file.taken_offset_min = file.taken_offset_min.or(sidecar.taken_offset_min);
    }
    if is_same_place(file.place, sidecar.place) {
        sidecar.place = None;
    }
    if sidecar_is_newer {
        sidecar.or(file)
    } else {
        file.or(sidecar)
    }
}

/// What the two say differently.
#[must_use]
pub fn conflicts(file: &Said, sidecar: &Said, sidecar_wins: bool) -> Vec<Conflict> {
    let mut found = Vec::new();
    let mut look = |property, file: Option<String>, sidecar: Option<String>| {
        if let (Some(file), Some(sidecar)) = (file, sidecar)
            && file != sidecar
        {
            found.push(Conflict {
                property,
                file,
                sidecar,
                sidecar_wins,
            });
        }
    };
    let keywords = |said: &Said| {
        said.keywords.as_ref().map(|list| {
            let mut list = list.clone();
            list.sort_by_key(|tag| tag.to_lowercase());
            list.join(", ")
        })
    };
    look("keywords", keywords(file), keywords(sidecar));
    let stars = |rating: Option<i32>| rating.map(|stars| stars.to_string());
    let unrated = file.rating == Some(0) && sidecar.rating.is_some();
    let file_rating = file.rating.filter(|_| !unrated);
    look("rating", stars(file_rating), stars(sidecar.rating));
    look("label", file.label.clone(), sidecar.label.clone());
    look("caption", file.caption.clone(), sidecar.caption.clone());
    look("title", file.title.clone(), sidecar.title.clone());
    look("takenAt", time(file.taken_at), time(sidecar.taken_at));
    if !is_same_place(file.place, sidecar.place) {
        look("place", place(file.place), place(sidecar.place));
    }
    found
}

fn time(at: Option<i64>) -> Option<String> {
    let time = chrono::DateTime::from_timestamp(at?, 0)?;
    Some(time.format("%Y-%m-%d %H:%M:%S").to_string())
}

fn place(place: Option<(f64, f64)>) -> Option<String> {
    place.map(|(lat, lon)| format!("{lat:.5}, {lon:.5}"))
}

/// Within ten metres: programs round.
fn is_same_place(a: Option<(f64, f64)>, b: Option<(f64, f64)>) -> bool {
    match (a, b) {
        (Some((lat, lon)), Some((other_lat, other_lon))) => {
            (lat - other_lat).abs() < 1e-4 && (lon - other_lon).abs() < 1e-4
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(rating: Option<i32>, caption: Option<&str>, said_at: Option<i64>) -> Said {
        Said {
            rating,
            caption: caption.map(str::to_owned),
            said_at,
            ..Said::default()
        }
    }

    #[test]
    fn the_newer_wins_property_by_property() {
        let file = said(Some(2), Some("old"), Some(10));
        let sidecar = said(Some(5), None, Some(20));
        let newer = is_newer(&file, &sidecar, (99, 0));
        assert!(newer);
        let merged = merge(&file, Some(&sidecar), newer);
        assert_eq!(
            (merged.rating, merged.caption.as_deref()),
            (Some(5), Some("old"))
        );
        let older = said(Some(5), None, Some(5));
        let merged = merge(&file, Some(&older), is_newer(&file, &older, (0, 99)));
        assert_eq!(merged.rating, Some(2));
        // Where one of them states no date, the files' own tell.
        let undated = said(Some(5), None, None);
        assert!(is_newer(&file, &undated, (1, 2)));
        assert!(!is_newer(&file, &undated, (2, 1)));
    }

    #[test]
    fn a_camera_that_rated_nothing_wins_against_nobody() {
        let file = said(Some(0), None, Some(20));
        let sidecar = said(Some(4), None, Some(10));
        assert_eq!(merge(&file, Some(&sidecar), false).rating, Some(4));
        assert_eq!(conflicts(&file, &sidecar, false), []);
    }

    #[test]
    fn what_differs_is_told() {
        let file = said(Some(2), Some("same"), None);
        let sidecar = said(Some(3), Some("same"), None);
        let expect = Conflict {
            property: "rating",
            file: "2".into(),
            sidecar: "3".into(),
            sidecar_wins: true,
        };
        assert_eq!(conflicts(&file, &sidecar, true), [expect]);
    }
}
