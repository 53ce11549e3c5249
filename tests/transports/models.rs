//! `latent model` from nothing to a model in place and away again, against a source on loopback.

use std::fs;
use std::process::{Command, Output};

use latent_engine::embed::model::testing::{Shape, write_random_checkpoint};
use serde_json::Value;
use tempfile::TempDir;

use crate::doors::program;
use crate::hub::Source;

const ID: &str = "clip-vit-base-patch32";

/// The commit that the list pins that model to.
const PINNED: &str = "c237dc49a33fc61debc9276459120b7eac67e7ef";

struct Machine {
    data: TempDir,
    source: Source,
}

impl Machine {
    fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let model = data.path().join("at the source");
        write_random_checkpoint(&model, 7, &Shape::tiny()).unwrap();
        let names = [
            "config.json",
            "preprocessor_config.json",
            "tokenizer.json",
            "model.safetensors",
        ];
        let file = |name| (name, fs::read(model.join(name)).unwrap());
        let mut files = names.map(file).to_vec();
        files.push(("tokenizer_config.json", b"{}".to_vec()));
        let source = Source::with(&files);
        source.move_on(PINNED);
        Self { data, source }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(program())
            .args(["--json", "--data-dir"])
            .arg(self.data.path().join("data"))
            .arg("model")
            .args(arguments)
            .env("HF_ENDPOINT", self.source.endpoint())
            .env("NO_PROXY", "127.0.0.1")
            .output()
            .unwrap()
    }

    #[track_caller]
    fn answer(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {told}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn state(&self) -> String {
        let list = self.answer(&["list"]);
        let models = list["models"].as_array().unwrap();
        let model = models.iter().find(|model| model["id"] == ID).unwrap();
        model["state"].as_str().unwrap().to_owned()
    }
}

#[test]
fn a_model_is_pulled_used_verified_and_removed_from_the_command_line() {
    let machine = Machine::new();
    assert_eq!(machine.state(), "offered");
    let refused = machine.run(&["pull", ID]);
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{told}");
    assert!(told.contains("add --yes"), "{told}");
    assert!(!machine.data.path().join("data/models").exists());
    let pulled = machine.answer(&["pull", ID, "--yes"]);
    assert_eq!(
        (&pulled["wasThere"], &pulled["files"]),
        (&false.into(), &5.into())
    );
    assert_eq!(machine.answer(&["pull", ID])["wasThere"], true);
    assert_eq!(machine.answer(&["info", ID])["download"]["commit"], PINNED);
    assert_eq!(machine.state(), "installed");
    assert_eq!(machine.answer(&["use", ID])["inUse"], true);
    assert_eq!(machine.answer(&["verify"])["locked"], true);
    let weights = pulled["folder"].as_str().unwrap().to_owned() + "/model.safetensors";
    let mut bytes = fs::read(&weights).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&weights, bytes).unwrap();
    let damaged = machine.run(&["verify", ID]);
    assert_eq!(damaged.status.code(), Some(3), "done, with faults");
    assert_eq!(machine.run(&["remove", ID]).status.code(), Some(2));
    assert_eq!(machine.answer(&["remove", ID, "--force"])["files"], true);
    assert_eq!(machine.state(), "offered");
}
