//! The three doors: dispatch in this process, HTTP on loopback, the `latent` program.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use latent_commands::dispatch;
use latent_engine::Engine;
use latent_engine::decoder::{self, Program, WORKER_ARGUMENT};
use latent_http::ServeOptions;
use serde_json::Value;

use crate::library::Library;

/// What came back: the response, or the `ErrorBody`.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Done(Value),
    Failed(Value),
}

/// The doors, each with its copy of the data folder.
pub struct Doors {
    folders: [PathBuf; 3],
}

impl Doors {
    /// Copies the library's data folder for each door.
    pub fn onto(library: &Library) -> Self {
        // As the programs do.
        decoder::use_program(Program {
            path: program(),
            arguments: vec![WORKER_ARGUMENT.into()],
        });
        let folders = ["dispatch", "http", "cli"].map(|door| {
            let copy = library.folder.path().join(door);
            copy_folder(&library.data, &copy);
            copy
        });
        Self { folders }
    }

    /// Asks every door and demands one answer.
    pub fn check(&self, name: &str, request: &Value) -> Answer {
        let [one, two, three] = &self.folders;
        let direct = through_dispatch(one, name, &placed(request, one));
        let http = through_http(two, name, &placed(request, two));
        let cli = through_cli(three, name, &placed(request, three));
        let [direct, http, cli] = [(direct, one), (http, two), (cli, three)]
            .map(|(answer, folder)| settled(answer, folder));
        assert_eq!(direct, http, "{name} {request}: dispatch and HTTP differ");
        assert_eq!(
            direct, cli,
            "{name} {request}: dispatch and the command line differ"
        );
        direct
    }
}

fn through_dispatch(data: &Path, name: &str, request: &Value) -> Answer {
    let engine = Engine::open(data).unwrap();
    match dispatch(&engine, name, request.clone()) {
        Ok(answer) => Answer::Done(answer),
        Err(error) => Answer::Failed(serde_json::to_value(error.body()).unwrap()),
    }
}

fn through_http(data: &Path, name: &str, request: &Value) -> Answer {
    let engine = Arc::new(Engine::open(data).unwrap());
    let server = latent_http::start(engine, ServeOptions::default()).unwrap();
    let address = server.address();
    let body = request.to_string();
    let mut stream = TcpStream::connect(("127.0.0.1", address.port)).unwrap();
    write!(
        stream,
        "POST /api/{name} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        address.port,
        address.token,
        body.len(),
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    drop(stream);
    server.stop().unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let value = serde_json::from_str(body).unwrap_or_else(|_| panic!("{name}: {answer}"));
    if head.starts_with("HTTP/1.1 200 ") {
        Answer::Done(value)
    } else {
        Answer::Failed(value)
    }
}

fn through_cli(data: &Path, name: &str, request: &Value) -> Answer {
    let output = Command::new(program())
        .args(["--json", "--data-dir"])
        .arg(data)
        .args(["call", name, &request.to_string()])
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        return Answer::Done(serde_json::from_slice(&output.stdout).unwrap());
    }
    let line = text(&output.stderr);
    let error: Value = line
        .lines()
        .rev()
        .find_map(|line| serde_json::from_str(line).ok())
        .unwrap_or_else(|| panic!("{name}: {line}"));
    Answer::Failed(error["error"].clone())
}

/// The `latent` program, built beside this test.
pub fn program() -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let program = here.parent().unwrap().parent().unwrap().join("latent");
    let program = program.with_extension(std::env::consts::EXE_EXTENSION);
    assert!(
        program.is_file(),
        "build it first: cargo build -p latent-cli"
    );
    program
}

/// The request with `{folder}` replaced by the door's own folder.
fn placed(request: &Value, folder: &Path) -> Value {
    let folder = folder.to_str().unwrap();
    serde_json::from_str(&request.to_string().replace("{folder}", folder)).unwrap()
}

/// The answer without what differs by nature: times and the door's own folder.
fn settled(answer: Answer, folder: &Path) -> Answer {
    let settle = |value: Value| {
        let text = value
            .to_string()
            .replace(folder.to_str().unwrap(), "{folder}");
        let mut value = serde_json::from_str(&text).unwrap();
        forget_times(&mut value);
        value
    };
    match answer {
        Answer::Done(value) => Answer::Done(settle(value)),
        Answer::Failed(value) => Answer::Failed(settle(value)),
    }
}

fn forget_times(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for name in [
                "ms",
                "seconds",
                "rate",
                "secondsLeft",
                "createdAt",
                "askedAt",
            ] {
                fields.remove(name);
            }
            fields.values_mut().for_each(forget_times);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_times),
        _ => {}
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
