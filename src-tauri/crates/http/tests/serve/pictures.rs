//! The pictures of a photo, from its file to the browser.

use std::fs;

use serde_json::json;
use tempfile::TempDir;

use crate::client::{Answer, Latent};

/// A library of one photo that is 640 × 320, its file and its id.
struct Indexed {
    latent: Latent,
    id: i64,
    file: Vec<u8>,
    folder: TempDir,
}

fn indexed() -> Indexed {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Grüße.png");
    let gradient = |x: u32, y: u32| image::Rgb([(x / 3) as u8, (y / 2) as u8, 90]);
    image::RgbImage::from_fn(640, 320, gradient)
        .save(&path)
        .unwrap();
    let file = fs::read(&path).unwrap();
    let latent = Latent::start();
    let roots = json!({ "roots": [folder.path()] }).to_string();
    assert_eq!(latent.post("add_library", &roots).status, 200);
    index(&latent);
    let list = latent.post("list_photos", "{}").json();
    let id = list["photoIds"][0].as_i64().unwrap();
    Indexed {
        latent,
        id,
        file,
        folder,
    }
}

fn index(latent: &Latent) {
    let job = latent.post("start_index", "{}").json()["jobId"].clone();
    let ended = latent.post("wait_job", &json!({ "jobId": job }).to_string());
    assert_eq!(ended.json()["state"], "done", "{}", ended.body);
}

impl Indexed {
    fn get(&self, path: &str, header: &str) -> Answer {
        let latent = &self.latent;
        let headers = [&latent.host(), &latent.bearer(), header];
        latent.raw(&format!("GET /media/{path}"), &headers, "")
    }
}

#[test]
fn a_photo_has_thumbnails_a_whole_picture_and_crops() {
    let photo = indexed();
    let check = |path: &str, mime: &str| {
        let answer = photo.get(path, "X-None: 1");
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert_eq!(answer.header("content-type"), Some(mime), "{path}");
        assert_eq!(answer.header("cache-control"), Some("private, no-cache"));
        let revision = format!("If-None-Match: {}", answer.header("etag").unwrap());
        let again = photo.get(path, &revision);
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{path}");
    };
    let id = photo.id;
    check(&format!("thumb/{id}/256"), "image/jpeg");
    check(&format!("thumb/{id}/1024"), "image/jpeg");
    check(&format!("full/{id}"), "image/png");
    check(
        &format!("crop/{id}?box=0.25,0.25,0.5,0.5&px=64"),
        "image/jpeg",
    );
    check(&format!("original/{id}"), "image/png");
}

#[test]
fn the_original_comes_in_parts_and_under_its_name() {
    let photo = indexed();
    let path = format!("original/{}", photo.id);
    let length = photo.file.len();
    let part = photo.get(&path, "Range: bytes=1-3");
    assert_eq!((part.status, part.body.as_str()), (206, "PNG"));
    let range = format!("bytes 1-3/{length}");
    assert_eq!(part.header("content-range"), Some(range.as_str()));
    let name = part.header("content-disposition").unwrap();
    assert!(name.starts_with("attachment;") && name.contains("UTF-8''Gr%C3%BC%C3%9Fe.png"));
    let beyond = photo.get(&path, &format!("Range: bytes={length}-"));
    assert_eq!(beyond.status, 416);
}

#[test]
fn a_film_is_streamed_by_ranges_and_a_photo_is_no_film() {
    let photo = indexed();
    let refused = photo.get(&format!("film/{}", photo.id), "Range: bytes=0-");
    assert_eq!(refused.status, 404, "{}", refused.body);
    // Larger than any piece that is read at once.
    let head = b"\0\0\0\x10ftypisom\0\0\x02\0";
    let film = [head.as_slice(), &[b'x'; 3 << 20]].concat();
    // What a file is is told by its bytes of today.
    fs::write(photo.folder.path().join("Grüße.png"), &film).unwrap();
    let path = format!("film/{}", photo.id);
    let rest = photo.get(&path, "Range: bytes=16-");
    assert_eq!((rest.status, rest.body.len()), (206, 3 << 20));
    assert!(rest.body.bytes().all(|byte| byte == b'x'));
    let range = format!("bytes 16-{}/{}", film.len() - 1, film.len());
    assert_eq!(rest.header("content-range"), Some(range.as_str()));
    let length = (3 << 20).to_string();
    assert_eq!(rest.header("content-length"), Some(length.as_str()));
    assert_eq!(rest.header("content-type"), Some("video/mp4"));
    assert_eq!(rest.header("content-disposition"), None);
    assert_eq!(photo.get(&path, "Range: bytes=4-7").body, "ftyp");
    let host = photo.latent.host();
    let stranger = photo
        .latent
        .raw(&format!("GET /media/{path}"), &[&host], "");
    assert_eq!(stranger.status, 401);
}

#[test]
fn a_changed_file_has_another_tag_and_a_missing_one_is_told() {
    let photo = indexed();
    let thumb = format!("thumb/{}/256", photo.id);
    let before = photo.get(&thumb, "X-None: 1");
    let path = photo.folder.path().join("Grüße.png");
    image::RgbImage::from_pixel(320, 640, image::Rgb([9, 9, 200]))
        .save(&path)
        .unwrap();
    index(&photo.latent);
    let revision = format!("If-None-Match: {}", before.header("etag").unwrap());
    assert_eq!(photo.get(&thumb, &revision).status, 200);
    fs::remove_file(&path).unwrap();
    assert_eq!(
        photo
            .get(&format!("original/{}", photo.id), "X-None: 1")
            .status,
        404
    );
}
