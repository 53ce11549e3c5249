//! Every command answers the same through dispatch, over HTTP and from the command line.
//!
//! Each door works on its own copy of one small data folder, opened anew for every command, so that
//! changes of one command are there for the next and no door sees another's.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "A test that cannot go on has failed"
)]

mod doors;
#[path = "../engine/hub.rs"]
#[allow(dead_code, reason = "The engine's tests use what these leave")]
mod hub;
mod library;
mod models;
mod samples;

use doors::{Answer, Doors};
use latent_commands::COMMANDS;
use serde_json::json;

#[test]
fn every_command_answers_the_same_through_every_door() {
    let library = library::indexed();
    let doors = Doors::onto(&library);
    let samples = samples::all(&library);
    for command in COMMANDS {
        assert!(
            samples.iter().any(|(name, _)| *name == command.name),
            "{} has no sample request",
            command.name
        );
    }
    for (name, request) in samples {
        doors.check(name, &request);
    }
}

#[test]
fn failures_are_the_same_through_every_door() {
    let library = library::indexed();
    let doors = Doors::onto(&library);
    let cases = [
        ("no_such_command", json!({}), "unknownCommand"),
        ("get_photo", json!({}), "invalidRequest"),
        (
            "get_photo",
            json!({"photoId": 1, "more": 2}),
            "invalidRequest",
        ),
        ("get_photo", json!({"photoId": 999_999}), "notFound"),
        (
            "search_photos",
            json!({"filter": "rating>>4"}),
            "invalidFilter",
        ),
        (
            "search_photos",
            json!({"cursor": "nonsense", "query": "red"}),
            "invalidCursor",
        ),
        (
            "search_photos",
            json!({"text": "red", "space": "semantic"}),
            "spaceNotReady",
        ),
        ("search_photos", json!({"limit": 0}), "invalidRequest"),
        (
            "search_photos",
            json!({"images": [{"photoId": 1, "box": {"x": 2, "y": 0, "width": 1, "height": 1}}]}),
            "invalidBox",
        ),
        (
            "search_photos",
            json!({"images": [{"photoId": 1, "path": "/x.jpg"}]}),
            "invalidRequest",
        ),
        (
            "hold_picture",
            json!({"base64": "bm8gcGljdHVyZQ=="}),
            "unreadablePicture",
        ),
        (
            "hold_picture",
            json!({"path": "/nowhere/at/all.jpg"}),
            "notFound",
        ),
        (
            "add_library",
            json!({"roots": ["relative"]}),
            "invalidRequest",
        ),
        (
            "add_tags",
            json!({"photoIds": [1], "tags": [" / "]}),
            "invalidRequest",
        ),
        (
            "rate_photos",
            json!({"photoIds": [1], "rating": 6}),
            "invalidRequest",
        ),
        (
            "set_attributes",
            json!({"photoIds": [1], "attributes": {" ": 1}}),
            "invalidRequest",
        ),
        (
            "remove_attributes",
            json!({"photoIds": [99], "names": ["price"]}),
            "notFound",
        ),
        (
            "save_search",
            json!({"name": "Bad", "search": {"filter": "rating>>4"}}),
            "invalidFilter",
        ),
        ("remove_saved_search", json!({"id": 7}), "notFound"),
        (
            "remember_search",
            json!({"search": {"images": [{"heldId": 7}]}}),
            "notFound",
        ),
        (
            "use_model",
            json!({"model": library.photos.to_str().unwrap()}),
            "unsupportedModel",
        ),
        ("use_model", json!({"model": "clip"}), "notFound"),
        (
            "use_model",
            json!({"model": "openai/clip-vit-base-patch32"}),
            "invalidRequest",
        ),
        ("pull_model", json!({"id": "../../etc"}), "notFound"),
        ("verify_model", json!({}), "notFound"),
        ("wait_job", json!({"jobId": 77}), "notFound"),
    ];
    for (name, request, code) in cases {
        match doors.check(name, &request) {
            Answer::Failed(error) => assert_eq!(error["code"], code, "{name} {request}: {error}"),
            Answer::Done(answer) => panic!("{name} {request} is answered: {answer}"),
        }
    }
}

#[test]
fn a_filter_error_names_its_place() {
    let library = library::indexed();
    let doors = Doors::onto(&library);
    let Answer::Failed(error) = doors.check("list_photos", &json!({"filter": "iso<100 camrea:x"}))
    else {
        panic!("an unknown field is taken");
    };
    assert_eq!(error["details"]["place"], json!({"start": 8, "end": 14}));
}
