//! A server on an empty catalog, and a client small enough to send what it should not.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use latent_engine::Engine;
use latent_http::{ServeOptions, Server, start};
use tempfile::TempDir;

/// A running server, its data folder and its token.
pub struct Latent {
    pub server: Server,
    pub port: u16,
    pub token: String,
    _data: TempDir,
}

/// An answer, taken apart.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// The value of a header, if it is there.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (given, value) = line.split_once(':')?;
            given.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Latent {
    pub fn start() -> Self {
        // An empty folder is no user interface: none is looked for elsewhere either.
        Self::with_ui(None)
    }

    pub fn with_ui(ui_dir: Option<PathBuf>) -> Self {
        let data = tempfile::tempdir().unwrap();
        let engine = Arc::new(Engine::open(data.path()).unwrap());
        let ui_dir = ui_dir.or_else(|| Some(data.path().join("no-ui")));
        let options = ServeOptions {
            port: 0,
            token: None,
            ui_dir,
        };
        let server = start(engine, options).unwrap();
        let (port, token) = (server.address().port, server.address().token.clone());
        Self {
            server,
            port,
            token,
            _data: data,
        }
    }

    /// Opens a connection and sends these bytes.
    pub fn connect(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream
    }

    /// Sends a request with these header lines and no others.
    pub fn raw(&self, line: &str, headers: &[&str], body: &str) -> Answer {
        let headers: String = headers
            .iter()
            .map(|header| format!("{header}\r\n"))
            .collect();
        let length = body.len();
        let request = format!(
            "{line} HTTP/1.1\r\n{headers}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        read_answer(self.connect(&request))
    }

    pub fn host(&self) -> String {
        format!("Host: 127.0.0.1:{}", self.port)
    }

    pub fn bearer(&self) -> String {
        format!("Authorization: Bearer {}", self.token)
    }

    /// Asks with the right host and token.
    pub fn get(&self, path: &str) -> Answer {
        self.raw(&format!("GET {path}"), &[&self.host(), &self.bearer()], "")
    }

    /// Runs a command with the right host and token.
    pub fn post(&self, command: &str, body: &str) -> Answer {
        let headers = [
            &self.host(),
            &self.bearer(),
            "Content-Type: application/json",
        ];
        self.raw(&format!("POST /api/{command}"), &headers, body)
    }
}

fn read_answer(mut stream: TcpStream) -> Answer {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer {
        status,
        head: head.to_owned(),
        body: body.to_owned(),
    }
}
