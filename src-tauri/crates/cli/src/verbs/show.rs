//! `latent show`: what is known of a photo.

use latent_commands::wire::{GetPhoto, Photo, SearchPhotos, SearchResult, StackShow};
use latent_engine::Engine;

use crate::args::Show;
use crate::call::call;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::picture;
use crate::plain::date_time;

pub(super) fn run(engine: &Engine, args: &Show, output: &mut Output) -> Result<Exit, Failure> {
    let request = GetPhoto {
        photo_id: photo_id(engine, &args.photo)?,
    };
    let photo: Photo = call(engine, "get_photo", &request)?;
    output.answer(&photo, |output, photo| output.table(&rows(photo)))?;
    Ok(Exit::Done)
}

/// The photo a number or a file names.
pub(super) fn photo_id(engine: &Engine, typed: &str) -> Result<i64, Failure> {
    if let Some(id) = picture::id(typed)? {
        return Ok(id);
    }
    let path = picture::absolute(typed)?;
    // Libraries know their folders by their real names, without links.
    let real = std::fs::canonicalize(&path)
        .ok()
        .and_then(|path| path.into_os_string().into_string().ok());
    for path in [Some(path), real].into_iter().flatten() {
        if let Some(id) = by_path(engine, &path)? {
            return Ok(id);
        }
    }
    Err(Failure::not_found(format!(
        "{typed} is no photo of a library: index its folder first"
    )))
}

fn by_path(engine: &Engine, path: &str) -> Result<Option<i64>, Failure> {
    let request = SearchPhotos {
        // A filter takes no regard of case, so the answer is looked through.
        filter: Some(format!("path=\"{}\"", path.replace('"', "\"\"")).into()),
        limit: Some(1000),
        stacks: Some(StackShow::Each),
        ..SearchPhotos::default()
    };
    let result: SearchResult = call(engine, "search_photos", &request)?;
    Ok(result
        .hits
        .iter()
        .find(|hit| hit.path == path)
        .map(|hit| hit.photo_id))
}

/// What there is to say, one thing a row; an attribute stands under the name that filters take.
fn rows(photo: &Photo) -> Vec<[String; 2]> {
    let attributes = photo.attributes.iter();
    let attributes = attributes.map(|(name, value)| [format!("attr.{name}"), value.to_string()]);
    known(photo).into_iter().chain(attributes).collect()
}

/// What is known of every photo.
fn known(photo: &Photo) -> Vec<[String; 2]> {
    let number = |name: &str, value: Option<f64>, unit: &str| {
        (
            name.to_owned(),
            value.map(|value| format!("{}{unit}", round(value))),
        )
    };
    let text = |name: &str, value: Option<String>| (name.to_owned(), value);
    let list = |values: &[String]| (!values.is_empty()).then(|| values.join(", "));
    let rows = [
        text("photo", Some(photo.id.to_string())),
        text("file", Some(photo.path.clone())),
        text(
            "kind",
            Some(format!(
                "{}, {} × {}",
                photo.format, photo.width, photo.height
            )),
        ),
        text("size", Some(format!("{} bytes", photo.bytes))),
        text("length", photo.duration_s.map(length)),
        text(
            "changed",
            Some(format!("{} UTC", date_time(photo.modified_at))),
        ),
        text("taken", photo.taken_at.map(date_time)),
        text("camera", photo.camera.clone()),
        text("lens", photo.lens.clone()),
        number("iso", photo.iso.map(f64::from), ""),
        text(
            "aperture",
            photo.aperture.map(|f| format!("f/{}", round(f))),
        ),
        text("exposure", photo.shutter_s.map(exposure)),
        number("focal length", photo.focal_mm, " mm"),
        text(
            "place",
            photo
                .lat
                .zip(photo.lon)
                .map(|(lat, lon)| format!("{lat:.6}, {lon:.6}")),
        ),
        number("rating", photo.rating.map(f64::from), ""),
        text("label", photo.label.clone()),
        text("caption", photo.caption.clone()),
        text("tags", list(&photo.tags)),
        text("looks", list(&photo.visual_words)),
        text("compared in", list(&photo.spaces)),
        text(
            "disk",
            photo.offline.then(|| "not there at the moment".to_owned()),
        ),
        text("content", Some(photo.content_hash.clone())),
    ];
    rows.into_iter()
        .filter_map(|(name, value)| Some([name, value?]))
        .collect()
}

/// At most two decimals.
fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// An exposure time as photographers write it: `1/250 s`, `2 s`.
fn exposure(seconds: f64) -> String {
    if seconds > 0.0 && seconds < 0.4 {
        format!("1/{} s", (1.0 / seconds).round())
    } else {
        format!("{} s", round(seconds))
    }
}

/// The length of a film: `1:05`, `1:02:03`.
fn length(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_as_players_do() {
        let shown: Vec<String> = [0.4, 5.5, 65.2, 3723.0].map(length).to_vec();
        assert_eq!(shown, ["0:00", "0:06", "1:05", "1:02:03"]);
    }

    #[test]
    fn exposures_are_written_as_on_a_camera() {
        let shown: Vec<String> = [0.004, 0.1, 0.5, 30.0].map(exposure).to_vec();
        assert_eq!(shown, ["1/250 s", "1/10 s", "0.5 s", "30 s"]);
    }
}
