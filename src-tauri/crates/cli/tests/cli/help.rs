//! The help of every verb reads as it is written down.

use crate::latent::{Latent, compare, stdout};

const VERBS: [&str; 51] = [
    "",
    "index",
    "search",
    "embed",
    "tag",
    "tag add",
    "tag remove",
    "tag list",
    "attribute",
    "attribute set",
    "attribute remove",
    "attribute list",
    "saved",
    "saved list",
    "saved save",
    "saved run",
    "saved remove",
    "stacks",
    "stacks list",
    "stacks bursts",
    "stacks make",
    "stacks break",
    "stacks forget",
    "duplicates",
    "clean",
    "clean plan",
    "clean apply",
    "clean undo",
    "clean sessions",
    "uniqueness",
    "export",
    "crop",
    "show",
    "libraries",
    "libraries list",
    "libraries remove",
    "faults",
    "faults list",
    "faults retry",
    "faults ignore",
    "model",
    "model list",
    "model pull",
    "model use",
    "model remove",
    "model info",
    "model verify",
    "serve",
    "doctor",
    "call",
    "commands",
];

#[test]
fn help_reads_as_it_is_written_down() {
    let latent = Latent::new();
    let mut text = String::new();
    for verb in VERBS {
        let line: Vec<&str> = verb.split_whitespace().chain(["--help"]).collect();
        let output = latent.run(&line);
        assert!(output.status.success());
        text += &format!("$ latent {}\n{}\n", line.join(" "), stdout(&output));
    }
    compare("help", &text.replace("latent.exe", "latent"));
}

#[test]
fn asking_for_help_makes_no_data_folder() {
    let latent = Latent::new();
    assert!(latent.run(&["commands"]).status.success());
    assert!(latent.run(&["search", "--help"]).status.success());
    assert_eq!(std::fs::read_dir(latent.data.path()).unwrap().count(), 0);
}
