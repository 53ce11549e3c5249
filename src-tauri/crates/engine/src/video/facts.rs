//! What the container of a video says of it.

use std::panic::catch_unwind;
use std::path::Path;

use nom_exif::{MediaParser, MediaSource, TrackInfo, TrackInfoTag};

use crate::photo::metadata::{Metadata, camera_name};

/// What is known of a video without a look at its frames.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Width and height in pixels, as stored: a phone held upright says so elsewhere.
    pub(super) size: Option<(u32, u32)>,
    pub(super) metadata: Metadata,
}

/// Reads the containers of MP4, QuickTime, Matroska and WebM; nothing is known of others.
pub(super) fn of(path: &Path) -> Facts {
    let path = path.to_owned();
    // A panic in the parser must not cost the video: it is then as one that says nothing.
    let track = catch_unwind(move || {
        let source = MediaSource::open(&path).ok()?;
        MediaParser::new().parse_track(source).ok()
    });
    track
        .ok()
        .flatten()
        .map_or_else(Facts::default, |track| facts(&track))
}

fn facts(track: &TrackInfo) -> Facts {
    let number = |tag| track.get(tag).and_then(|value| value.as_u32());
    let text = |tag| Some(track.get(tag)?.as_str()?.to_owned());
    let size = number(TrackInfoTag::Width).zip(number(TrackInfoTag::Height));
    let duration = track.get(TrackInfoTag::DurationMs);
    let duration_ms = duration.and_then(|value| value.as_u64());
    let duration_s = duration_ms
        .filter(|ms| *ms > 0)
        .map(|ms| ms as f64 / 1000.0);
    let taken = track
        .get(TrackInfoTag::CreateDate)
        .and_then(|value| value.as_datetime());
    let place = track.gps_info();
    let lat = place.and_then(|place| place.latitude_decimal());
    let lon = place.and_then(|place| place.longitude_decimal());
    let is_placed = lat.is_some() && lon.is_some();
    // Cameras without a clock say 1904, the epoch of QuickTime.
    let taken = taken.filter(|time| time.into_naive().and_utc().timestamp() > 0);
    let offset = taken.and_then(|time| time.aware());
    let metadata = Metadata {
        taken_at: taken.map(|time| time.into_naive().and_utc().timestamp()),
        taken_offset_min: offset.map(|time| time.offset().local_minus_utc() / 60),
        camera: camera_name(text(TrackInfoTag::Make), text(TrackInfoTag::Model)),
        lat: lat.filter(|_| is_placed),
        lon: lon.filter(|_| is_placed),
        altitude_m: place
            .filter(|_| is_placed)
            .and_then(|place| place.altitude_meters()),
        duration_s,
        ..Metadata::default()
    };
    Facts {
        size: size.filter(|(width, height)| *width > 0 && *height > 0),
        metadata,
    }
}
