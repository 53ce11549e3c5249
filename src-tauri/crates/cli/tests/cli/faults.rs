//! Files that could not be read: listed, tried again, ignored.

use crate::latent::{Latent, stderr, stdout};

fn broken() -> Latent {
    let latent = Latent::with_photos();
    std::fs::write(latent.photo("text.jpg"), "no picture").unwrap();
    std::fs::write(latent.photo("empty.jpg"), "").unwrap();
    let output = latent.run(&["index"]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    latent
}

fn names(faults: &serde_json::Value) -> Vec<String> {
    let faults = faults["faults"].as_array().unwrap();
    let path = |fault: &serde_json::Value| fault["path"].as_str().unwrap().to_owned();
    let name = |path: String| path.rsplit('/').next().unwrap().to_owned();
    faults.iter().map(path).map(name).collect()
}

#[test]
fn faults_are_listed_by_kind_and_ignored_until_that_is_taken_back() {
    let latent = broken();
    assert_eq!(names(&latent.json(&["faults"])), ["empty.jpg", "text.jpg"]);
    let empty = latent.json(&["faults", "--kind", "empty"]);
    assert_eq!(names(&empty), ["empty.jpg"]);
    assert_eq!(empty["kinds"][1]["kind"], "notAPicture", "{empty}");
    let file = latent.photo("text.jpg");
    let ignore = ["faults", "ignore", file.to_str().unwrap()];
    assert_eq!(
        latent.json(&ignore)["faultIds"].as_array().unwrap().len(),
        1
    );
    assert_eq!(names(&latent.json(&["faults", "list"])), ["empty.jpg"]);
    let told = latent.run(&["faults"]);
    assert!(
        stderr(&told).contains("1 file ignored"),
        "{}",
        stderr(&told)
    );
    assert_eq!(names(&latent.json(&["faults", "--ignored"])), ["text.jpg"]);
    let back = latent.run(&["faults", "ignore", "--all", "--undo"]);
    assert!(
        stdout(&back).contains("1 file shown again"),
        "{}",
        stdout(&back)
    );
    assert_eq!(latent.json(&["faults"])["total"], 2);
}

#[test]
fn a_file_is_tried_again_and_the_exit_code_tells_what_is_left() {
    let latent = broken();
    let output = latent.run(&["faults", "retry", "--kind", "empty"]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(
        stdout(&output).contains("0 files could be read now; 2 files"),
        "{}",
        stdout(&output)
    );
    for name in ["text.jpg", "empty.jpg"] {
        std::fs::copy(latent.photo("red.png"), latent.photo(name)).unwrap();
    }
    let output = latent.run(&["faults", "retry", "--all"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(latent.json(&["faults"])["total"], 0);
    let unknown = latent.run(&["faults", "retry", "/nowhere.jpg"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(
        stderr(&unknown).contains("see latent faults"),
        "{}",
        stderr(&unknown)
    );
}
