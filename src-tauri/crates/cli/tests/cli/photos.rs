//! From a folder to found, tagged and cropped photos.

use std::process::Stdio;

use crate::latent::{Latent, draw, stdout};

#[test]
fn an_index_tells_what_it_did() {
    let latent = Latent::with_photos();
    let again = latent.json(&["index"]);
    assert_eq!(again["library"], serde_json::Value::Null);
    assert_eq!(
        (&again["photos"], &again["added"]),
        (&3.into(), &0.into()),
        "{again}"
    );
    std::fs::rename(latent.photo("red.png"), latent.photo("rouge.png")).unwrap();
    std::fs::remove_file(latent.photo("blue.png")).unwrap();
    let later = latent.json(&["index", "--library", "Colours"]);
    assert_eq!(later["library"], "Colours");
    assert_eq!(
        (&later["moved"], &later["removed"]),
        (&1.into(), &1.into()),
        "{later}"
    );
}

#[test]
fn a_file_that_cannot_be_read_is_told_and_changes_the_exit_code() {
    let latent = Latent::with_photos();
    std::fs::write(latent.photo("broken.jpg"), "no picture").unwrap();
    let output = latent.run(&["--json", "index"]);
    assert_eq!(output.status.code(), Some(3));
    let indexed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let fault = &indexed["faults"][0];
    assert!(
        fault["path"].as_str().unwrap().ends_with("broken.jpg"),
        "{indexed}"
    );
    assert!(
        fault["reason"].is_string() && fault["stage"].is_string(),
        "{indexed}"
    );
    assert_eq!(latent.json(&["faults"])["total"], 1);
}

#[test]
fn a_picture_and_a_box_find_their_photo() {
    let latent = Latent::with_photos();
    let outside = tempfile::tempdir().unwrap();
    let query = outside.path().join("query.png");
    draw(&query, [30, 200, 30]);
    let query = query.to_str().unwrap();
    for line in [
        &["search", "--image", query][..],
        &[
            "search", "--image", query, "--box", "0,0,1,1", "--space", "color",
        ],
        &["search", "--image", query, "--box", "px:0,0,64,48"],
    ] {
        let result = latent.json(line);
        let hit = &result["hits"][0];
        assert!(
            hit["path"].as_str().unwrap().ends_with("green.png"),
            "{line:?}: {result}"
        );
        assert!(hit["distance"].as_f64().unwrap() < 0.01, "{result}");
        assert!(
            hit["photoId"].is_i64() && result["found"]["candidates"] == 3,
            "{result}"
        );
    }
}

#[test]
fn words_with_a_minus_are_words() {
    let latent = Latent::with_photos();
    let all = latent.json(&["search", "png", "--sort", "name"]);
    let some = latent.json(&["search", "png", "-red", "--sort", "name"]);
    let count = |result: &serde_json::Value| result["hits"].as_array().unwrap().len();
    assert_eq!((count(&all), count(&some)), (3, 2), "{some}");
}

#[test]
fn tags_are_put_on_by_file_and_found_by_filter() {
    let latent = Latent::with_photos();
    let photo = latent.photo("red.png");
    latent.json(&["tag", "add", "warm", "--photo", photo.to_str().unwrap()]);
    let found = latent.json(&["search", "tag:warm"]);
    assert_eq!(found["hits"].as_array().unwrap().len(), 1, "{found}");
    assert!(
        found["hits"][0]["path"]
            .as_str()
            .unwrap()
            .ends_with("red.png")
    );
    assert_eq!(latent.json(&["tag", "list"])["tags"][0]["tag"], "warm");
    latent.json(&["tag", "remove", "warm", "--filter", "tag:warm"]);
    assert_eq!(
        latent.json(&["search", "tag:warm"])["hits"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
}

#[test]
fn a_crop_is_written_once() {
    let latent = Latent::with_photos();
    let photo = latent.photo("red.png");
    let out = latent.data.path().join("crop.png");
    let line = [
        "crop",
        photo.to_str().unwrap(),
        "--box",
        "px:8,8,16,24",
        "-o",
        out.to_str().unwrap(),
    ];
    let written = latent.json(&line);
    assert_eq!(
        (&written["width"], &written["height"]),
        (&16.into(), &24.into())
    );
    assert_eq!(image::image_dimensions(&out).unwrap(), (16, 24));
    assert_eq!(latent.run(&line).status.code(), Some(1));
}

#[test]
fn a_vector_has_unit_norm() {
    let latent = Latent::with_photos();
    let id = latent.json(&["search", "red"])["hits"][0]["photoId"].to_string();
    let embedding = latent.json(&["embed", &id, "--space", "visual"]);
    let vector: Vec<f64> = embedding["vector"]
        .as_array()
        .unwrap()
        .iter()
        .map(|x| x.as_f64().unwrap())
        .collect();
    assert_eq!(embedding["dim"], vector.len());
    let norm: f64 = vector.iter().map(|x| x * x).sum();
    assert!((norm - 1.0).abs() < 1e-3, "{norm}");
}

#[test]
fn every_command_can_be_called_by_name() {
    let latent = Latent::with_photos();
    let listed = latent.json(&["commands"]);
    let libraries = latent.json(&["call", "list_libraries"]);
    assert_eq!(libraries, latent.json(&["libraries"]));
    assert!(
        listed["commands"]
            .as_array()
            .unwrap()
            .iter()
            .any(|c| c["name"] == "list_libraries")
    );
    std::fs::remove_file(latent.photo("red.png")).unwrap();
    // The job it starts has ended when the program has.
    latent.json(&["call", "start_index", "{}"]);
    assert_eq!(latent.json(&["libraries"])["libraries"][0]["photos"], 2);
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let latent = Latent::with_photos();
    let mut child = latent
        .command(&[
            "search",
            "--image",
            latent.photo("red.png").to_str().unwrap(),
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(!told.contains("error") && !told.contains("panic"), "{told}");
}

#[test]
fn people_read_tables() {
    let latent = Latent::with_photos();
    let hits = stdout(&latent.run(&[
        "search",
        "--image",
        latent.photo("red.png").to_str().unwrap(),
    ]));
    assert!(hits.starts_with("1.000  "), "{hits}");
    assert_eq!(hits.lines().count(), 3);
    let doctor = latent.run(&["doctor"]);
    assert!(doctor.status.success() && stdout(&doctor).contains("ok  catalog"));
}
