//! Saved searches from the command line.

use serde_json::{Value, json};

use crate::latent::{Latent, draw, stderr, stdout};

#[test]
fn a_saved_search_is_run_by_its_name() {
    let latent = Latent::with_photos();
    let saved = latent.json(&["saved", "save", "Not red", "png", "-red", "--sort", "name"]);
    assert_eq!(saved["search"]["query"], "png -red");
    assert_eq!(saved["photos"], 2);
    let names = |result: &Value| -> Vec<String> {
        let hits = result["hits"].as_array().unwrap();
        let name = |hit: &Value| {
            hit["path"]
                .as_str()
                .unwrap()
                .rsplit('/')
                .next()
                .unwrap()
                .to_owned()
        };
        hits.iter().map(name).collect()
    };
    let found = latent.json(&["saved", "run", "NOT RED"]);
    assert_eq!(names(&found), ["blue.png", "green.png"]);
    let page = latent.json(&["saved", "run", "not red", "--limit", "1"]);
    assert_eq!(names(&page), ["blue.png"]);
    let cursor = page["nextCursor"].as_str().unwrap();
    let next = latent.json(&[
        "saved", "run", "not red", "--limit", "1", "--cursor", cursor,
    ]);
    assert_eq!(names(&next), ["green.png"]);
}

#[test]
fn a_saved_search_is_replaced_only_when_asked_and_forgotten_by_name() {
    let latent = Latent::with_photos();
    latent.json(&["saved", "save", "Mine", "tag:mine"]);
    let taken = latent.run(&["saved", "save", "MINE", "red"]);
    assert_eq!(taken.status.code(), Some(1));
    assert!(
        stderr(&taken).contains("there already"),
        "{}",
        stderr(&taken)
    );
    latent.json(&["saved", "save", "MINE", "red", "--replace"]);
    latent.json(&["tag", "add", "mine", "--filter", "format:png"]);
    assert_eq!(stdout(&latent.run(&["saved", "list"])), "1  MINE\n");
    assert!(latent.run(&["saved", "remove", "mine"]).status.success());
    assert_eq!(latent.json(&["saved", "list"]), json!({"searches": []}));
    for verb in ["run", "remove"] {
        assert_eq!(latent.run(&["saved", verb, "mine"]).status.code(), Some(1));
    }
}

#[test]
fn people_read_what_a_saved_search_finds_or_why_not() {
    let latent = Latent::with_photos();
    let outside = tempfile::tempdir().unwrap();
    let query = outside.path().join("query.png");
    draw(&query, [30, 200, 30]);
    let said = latent.run(&["saved", "save", "Warm", "red"]);
    assert_eq!(stdout(&said), "Warm is saved; it finds 1 photo now\n");
    let said = latent.run(&["saved", "save", "Like", "--image", query.to_str().unwrap()]);
    assert_eq!(stdout(&said), "Like is saved\n");
    std::fs::remove_file(&query).unwrap();
    let list = latent.run(&["saved", "list"]);
    assert_eq!(stdout(&list), "-  Like\n1  Warm\n");
    assert!(
        stderr(&list).contains("Like cannot be asked: "),
        "{}",
        stderr(&list)
    );
    let bad = latent.run(&["saved", "save", "Bad", "camrea:x"]);
    assert!(stderr(&bad).contains("^^^^^^"), "{}", stderr(&bad));
}
