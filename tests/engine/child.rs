//! A process of its own that indexes, so that it can be killed or run out of disk.
//!
//! The test binary starts itself again with `--ignored` and the name of the one test below.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use latent_engine::Engine;
use latent_engine::ingest;
use latent_engine::library::folders;

use crate::world::LONG;

const DATA: &str = "LATENT_TEST_CHILD_DATA";
const ROOT: &str = "LATENT_TEST_CHILD_ROOT";

/// What the child's last line begins with.
pub const OUTCOME: &str = "outcome: ";

/// The arguments that make this binary the child.
pub fn arguments() -> [&'static str; 4] {
    [
        "--ignored",
        "--exact",
        "--nocapture",
        "child::indexes_in_a_process_of_its_own",
    ]
}

/// A command that indexes `root` into the data folder; `program` may be a wrapper.
pub fn environment(command: &mut Command, data: &Path, root: &Path) {
    command.env(DATA, data).env(ROOT, root).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::null());
}

/// This binary as a child.
pub fn command(data: &Path, root: &Path) -> Command {
    let mut command = Command::new(binary());
    command.args(arguments());
    environment(&mut command, data, root);
    command
}

pub fn binary() -> PathBuf {
    env::current_exe().unwrap()
}

/// The outcomes in a child's output.
pub fn outcomes(output: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(output).into_owned();
    let outcome = |line: &str| Some(line.split_once(OUTCOME)?.1.to_owned());
    text.lines().filter_map(outcome).collect()
}

#[test]
#[ignore = "a part of other tests, which start it in a process of its own"]
fn indexes_in_a_process_of_its_own() {
    let (data, root) = (env::var_os(DATA).unwrap(), env::var_os(ROOT).unwrap());
    println!("\n{OUTCOME}{}", index(&data, &root));
}

fn index(data: &OsStr, root: &OsStr) -> String {
    let run = || {
        let engine = Engine::open(Path::new(data))?;
        folders::add(&engine, Some("Photos"), &[PathBuf::from(root)], &[])?;
        let job = ingest::start(&engine, None, false)?;
        engine.jobs().wait(job, LONG)
    };
    match run() {
        Ok(view) => format!("{:?} {}", view.state, view.error.unwrap_or_default()),
        Err(error) => format!("Refused {error}"),
    }
}
