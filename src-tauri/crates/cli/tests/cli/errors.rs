//! What is told when something cannot be done, and the exit code it ends with.

use std::process::Stdio;

use serde_json::Value;

use crate::latent::{Latent, compare, stderr};

#[test]
fn errors_read_as_they_are_written_down() {
    let latent = Latent::with_photos();
    std::fs::write(latent.photo("broken.jpg"), "no picture").unwrap();
    let photo = latent.photo("red.png");
    let (photo, broken) = (photo.to_str().unwrap(), latent.photo("broken.jpg"));
    let lines: &[&[&str]] = &[
        &["search", "--box", "0,0,1"],
        &["search", "--box", "10,20,300,400", "--image", photo],
        &[
            "search", "--image", photo, "--box", "0,0,1,1", "--box", "0,0,1,1",
        ],
        &["search", "--image", photo, "--weight", "nan"],
        &["search", "--max-distance", "far"],
        &["search", "--image", photo, "--box", "px:1000,1000,5,5"],
        &["search", "--image", broken.to_str().unwrap()],
        &["search", "--image", "/no/such/picture.jpg"],
        &["search", "--image", "99999"],
        &["search", "boat", "ratng:5"],
        &["search", "boat", "--filter", "rating:5 boat"],
        &["search", "--limit", "0"],
        &["search", "--limt", "5"],
        &["search", "--sort", "size"],
        &["search", "--space", "smell", "--image", photo],
        &["search", "--cursor", "x"],
        &["search", "--library", "Nowhere"],
        &["index", "/no/such/folder"],
        &["index", photo],
        &["index", "--library", "Nowhere"],
        &["embed"],
        &["embed", photo, "--text", "boat"],
        &["embed", "--text", "boat"],
        &["tag", "add", "x"],
        &["tag", "add", "x", "--photo", "/no/such/picture.jpg"],
        &["tag", "add", "x", "--filter", "name:nothing.jpg"],
        &["tag", "add", "x", "--filter", "colour:red"],
        &["crop", photo, "--box", "0,0,0,0", "-o", "x.png"],
        &["crop", photo, "--box", "0,0,1,1", "-o", photo],
        &["crop", photo, "--box", "0,0,1,1", "-o", photo, "--force"],
        &["show", "12345"],
        &["show", "99999999999999999999"],
        &["libraries", "remove", "Nowhere"],
        &["model", "use", "/no/such/folder"],
        &["model", "use", "clip"],
        &["model", "use", "clip-vit-base-patch32"],
        &["model", "info"],
        &["model", "verify"],
        &["model", "pull", "clip"],
        &["model", "pull", "clip-vit-base-patch32"],
        &["model", "remove", "clip-vit-base-patch32"],
        &["call", "fly"],
        &["call", "get_photo", "{}"],
        &["call", "get_photo", "{"],
        &["serve", "--port", "70000"],
        &["fly"],
    ];
    let told: Vec<String> = lines.iter().map(|line| latent.told(line)).collect();
    compare("errors", &told.join("\n"));
}

#[test]
fn an_error_for_programs_is_one_line_of_json() {
    let latent = Latent::new();
    let check = |line: &[&str], code: &str, exit: i32| {
        let output = latent.run(line);
        assert!(output.stdout.is_empty());
        let error: Value = serde_json::from_slice(&output.stderr).unwrap();
        assert_eq!(error["error"]["code"], code, "{line:?}");
        assert!(error["error"]["message"].is_string(), "{error}");
        assert_eq!(output.status.code(), Some(exit), "{line:?}");
    };
    check(&["--json", "show", "7"], "notFound", 1);
    check(&["search", "--box", "1", "--json"], "invalidRequest", 2);
    check(&["--json", "search", "ratng:5"], "invalidFilter", 2);
    check(&["--json", "call", "fly"], "unknownCommand", 2);
}

#[test]
fn a_data_folder_belongs_to_one_program_at_a_time() {
    let latent = Latent::new();
    // A program that waits for its request holds the data folder.
    let mut first = latent
        .command(&["call", "list_jobs", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let lock = latent.data.path().join("cache");
    while !lock.exists() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let second = latent.run(&["--json", "libraries"]);
    drop(first.stdin.take());
    first.wait().unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(
        stderr(&second).contains("dataFolderLocked"),
        "{}",
        stderr(&second)
    );
}
