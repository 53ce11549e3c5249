//! Films in a library: a tile until frames can be made, and never a copy but of an equal file.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use image::{Rgb, RgbImage};
use serde_json::Value;

use crate::latent::{Latent, draw, stderr};

/// A program in the place of `ffmpeg`, whose frames are all the same.
fn program(latent: &Latent) -> PathBuf {
    let frame = RgbImage::from_fn(320, 180, |x, y| Rgb([x as u8, y as u8, 120]));
    frame.save(latent.data.path().join("frame.bmp")).unwrap();
    let program = latent.data.path().join("ffmpeg");
    std::fs::write(&program, "#!/bin/sh\ncat \"${0%/*}/frame.bmp\"\n").unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    program
}

fn film(latent: &Latent, name: &str, content: &str) {
    let head = b"\0\0\0\x10ftypisom\0\0\x02\0";
    std::fs::write(latent.photo(name), [head, content.as_bytes()].concat()).unwrap();
}

fn photo(latent: &Latent, name: &str) -> Value {
    latent.json(&["show", latent.photo(name).to_str().unwrap()])
}

fn index(latent: &Latent, ffmpeg: Option<&PathBuf>) -> Value {
    let mut command = latent.command(&["--json", "index", latent.folder(), "--library", "Films"]);
    if let Some(ffmpeg) = ffmpeg {
        command.env("LATENT_FFMPEG", ffmpeg);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_film_has_a_tile_until_frames_can_be_made() {
    let latent = Latent::new();
    film(&latent, "a.mp4", "one");
    assert_eq!(index(&latent, None)["added"], 1);
    let tile = photo(&latent, "a.mp4");
    assert_eq!(
        (&tile["format"], &tile["width"]),
        (&"mp4".into(), &640.into()),
        "{tile}"
    );
    assert_eq!(
        index(&latent, None)["changed"],
        0,
        "nothing is tried in vain"
    );
    let program = program(&latent);
    assert_eq!(index(&latent, Some(&program))["changed"], 1);
    let frame = photo(&latent, "a.mp4");
    assert_eq!(
        (&frame["photoId"], &frame["width"]),
        (&tile["photoId"], &320.into())
    );
    assert_eq!(index(&latent, Some(&program))["changed"], 0);
}

#[test]
fn films_of_one_frame_are_no_copies_but_equal_files_are() {
    let latent = Latent::new();
    let program = program(&latent);
    for (name, content) in [("a.mp4", "one"), ("b.mp4", "two"), ("c.mov", "one")] {
        film(&latent, name, content);
    }
    assert_eq!(index(&latent, Some(&program))["added"], 3);
    for kind in ["pixels", "near", "similar"] {
        let found = latent.json(&["duplicates", "--kind", kind]);
        let groups = found["groups"].to_string();
        assert!(!groups.contains("b.mp4"), "{kind}: {groups}");
    }
    let exact = latent.json(&["duplicates", "--kind", "exact"]);
    let group = exact["groups"][0]["photos"].as_array().unwrap();
    assert_eq!(group.len(), 2, "{exact}");
}

#[test]
fn the_film_of_a_live_photo_is_below_the_photo() {
    let latent = Latent::new();
    draw(&latent.photo("IMG_0001.jpg"), [200, 30, 30]);
    film(&latent, "IMG_0001.MOV", "moves");
    film(&latent, "IMG_0002.MOV", "by itself");
    assert_eq!(index(&latent, None)["added"], 3);
    let found = latent.json(&["search", "--filter", "width>0"]);
    let shown = found["hits"].as_array().map_or(0, Vec::len);
    assert_eq!(shown, 2, "{found}");
}
