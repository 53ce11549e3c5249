//! A source of models on loopback that speaks the Hub's protocol, and breaks it where it is told to.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use latent_engine::download::{Hub, HubOptions, Offered, parse};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// The commit that the source names.
pub const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// The repository it has.
pub const REPO: &str = "painter/model";

/// A fault of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Every connection ends after so many bytes of the body, so many times.
    Cut { after: usize, times: u32 },
    /// It says a file has so many bytes more, or fewer, than it has.
    SizeOff(i64),
    /// It sends a byte more than it said, without a length.
    Longer,
    /// One byte is another one.
    WrongByte { times: u32 },
    /// It does not know `Range`.
    NoRange,
    /// Every request is answered with this status, so many times.
    Status { status: u16, times: u32 },
    /// It says nothing any more after so many bytes.
    Silent { after: usize },
}

#[derive(Default)]
struct Shelf {
    files: HashMap<String, Vec<u8>>,
    /// Files that are answered as large ones: by a redirect and SHA-256.
    large: Vec<String>,
    faults: HashMap<String, Fault>,
    /// What was asked: `GET config.json 0-`.
    asked: Vec<String>,
    commit: String,
}

/// The source, for as long as the test runs.
#[derive(Clone)]
pub struct Source {
    shelf: Arc<Mutex<Shelf>>,
    port: u16,
}

impl Source {
    /// A source with these files; those over 10 kB are large.
    pub fn with(files: &[(&str, Vec<u8>)]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut shelf = Shelf {
            commit: COMMIT.to_owned(),
            ..Shelf::default()
        };
        for (name, content) in files {
            if content.len() > 10_000 {
                shelf.large.push((*name).to_owned());
            }
            shelf.files.insert((*name).to_owned(), content.clone());
        }
        let source = Self {
            shelf: Arc::new(Mutex::new(shelf)),
            port,
        };
        let serving = source.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let serving = serving.clone();
                thread::spawn(move || drop(serving.serve(stream.unwrap())));
            }
        });
        source
    }

    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A client of it that hardly pauses.
    pub fn hub(&self) -> Hub {
        self.hub_with(Duration::from_secs(5))
    }

    /// A client of it with another patience.
    pub fn hub_with(&self, silence: Duration) -> Hub {
        Hub::open(&HubOptions {
            endpoint: self.endpoint(),
            proxy: false,
            silence,
            pauses: vec![Duration::from_millis(5); 5],
        })
        .unwrap()
    }

    /// The model it has, as a list would offer it.
    pub fn offered(&self, revision: &str) -> Offered {
        let shelf = self.shelf.lock().unwrap();
        let mut names: Vec<&String> = shelf.files.keys().collect();
        names.sort();
        let files: Vec<String> = names
            .iter()
            .map(|name| format!(r#"{{"name": "{name}", "bytes": 1000}}"#))
            .collect();
        let list = format!(
            r#"{{"models": [{{"id": "painted", "title": "Painted", "repo": "{REPO}",
            "revision": "{revision}", "files": [{}], "licence": "MIT",
            "licenceUrl": "https://example.org/licence", "languages": "English",
            "accuracy": [], "memoryBytes": 1000, "speed": "fast"}}]}}"#,
            files.join(",")
        );
        parse(&list).unwrap().remove(0)
    }

    pub fn put(&self, name: &str, content: Vec<u8>) {
        let mut shelf = self.shelf.lock().unwrap();
        shelf.files.insert(name.to_owned(), content);
    }

    pub fn move_on(&self, commit: &str) {
        self.shelf.lock().unwrap().commit = commit.to_owned();
    }

    pub fn break_file(&self, name: &str, fault: Fault) {
        let mut shelf = self.shelf.lock().unwrap();
        shelf.faults.insert(name.to_owned(), fault);
    }

    pub fn mend(&self) {
        self.shelf.lock().unwrap().faults.clear();
    }

    /// What was asked since the last time.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.shelf.lock().unwrap().asked)
    }

    fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let Some(request) = Request::read(&stream)? else {
            return Ok(());
        };
        let answer = self.answer(&request);
        stream.write_all(answer.head.as_bytes())?;
        if request.method == "GET" {
            stream.write_all(&answer.body)?;
        }
        stream.flush()?;
        if let Some(silence) = answer.silence {
            thread::sleep(silence);
        }
        Ok(())
    }

    fn answer(&self, request: &Request) -> Answer {
        let mut shelf = self.shelf.lock().unwrap();
        let name = request.path.rsplit('/').next().unwrap().to_owned();
        let from = request
            .range
            .map_or(String::new(), |from| format!(" {from}-"));
        let line = format!("{} {name}{from}", request.method);
        let moved = request.path.starts_with("/cdn/");
        if request.method == "HEAD" || moved || !shelf.large.contains(&name) {
            shelf.asked.push(line);
        }
        if let Some(Fault::Status { status, times }) = shelf.faults.get(&name).copied()
            && times > 0
        {
            let times = times - 1;
            shelf.faults.insert(name, Fault::Status { status, times });
            return Answer::status(status);
        }
        let Some(content) = shelf.files.get(&name).cloned() else {
            return Answer::status(404);
        };
        let revision = request
            .path
            .split('/')
            .nth(4)
            .unwrap_or_default()
            .to_owned();
        if !moved && ![shelf.commit.as_str(), "main"].contains(&revision.as_str()) {
            return Answer::status(404);
        }
        let commit = shelf.commit.clone();
        if !moved && shelf.large.contains(&name) {
            return Answer::redirect(&name, &content, &commit, shelf.faults.get(&name));
        }
        let fault = shelf.faults.get(&name).copied();
        let answer = Answer::file(request, &content, &commit, fault);
        shelf.wear(&name, request);
        answer
    }
}

impl Shelf {
    /// A fault that comes so many times comes one time less.
    fn wear(&mut self, name: &str, request: &Request) {
        if request.method != "GET" {
            return;
        }
        let worn = self.faults.get_mut(name);
        if let Some(Fault::Cut { times, .. } | Fault::WrongByte { times }) = worn {
            *times = times.saturating_sub(1);
        }
    }
}

struct Request {
    method: String,
    path: String,
    range: Option<usize>,
    if_range: Option<String>,
}

impl Request {
    fn read(stream: &TcpStream) -> std::io::Result<Option<Self>> {
        let mut lines = BufReader::new(stream).lines();
        let Some(first) = lines.next().transpose()? else {
            return Ok(None);
        };
        let mut words = first.split(' ');
        let mut request = Self {
            method: words.next().unwrap().to_owned(),
            path: words.next().unwrap().to_owned(),
            range: None,
            if_range: None,
        };
        for line in lines {
            let line = line?;
            let Some((name, value)) = line.split_once(": ") else {
                break;
            };
            match name.to_lowercase().as_str() {
                "range" => {
                    let from = value.trim_start_matches("bytes=").trim_end_matches('-');
                    request.range = Some(from.parse().unwrap());
                }
                "if-range" => request.if_range = Some(value.to_owned()),
                _ => {}
            }
        }
        Ok(Some(request))
    }
}

struct Answer {
    head: String,
    body: Vec<u8>,
    silence: Option<Duration>,
}

impl Answer {
    fn status(status: u16) -> Self {
        let more = if status == 429 {
            "Retry-After: 7\r\n"
        } else {
            ""
        };
        Self {
            head: format!(
                "HTTP/1.1 {status} No\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n"
            ),
            body: Vec::new(),
            silence: None,
        }
    }

    /// A large file: where its bytes lie, and what they are.
    fn redirect(name: &str, content: &[u8], commit: &str, fault: Option<&Fault>) -> Self {
        let bytes = said_bytes(content, fault);
        Self {
            head: format!(
                "HTTP/1.1 302 Found\r\nLocation: /cdn/{name}\r\nX-Linked-Size: {bytes}\r\n\
                 X-Linked-ETag: \"{}\"\r\nX-Repo-Commit: {commit}\r\nContent-Length: 0\r\n\
                 Connection: close\r\n\r\n",
                sha256(content)
            ),
            body: Vec::new(),
            silence: None,
        }
    }

    fn file(request: &Request, content: &[u8], commit: &str, fault: Option<Fault>) -> Self {
        let etag = format!("\"{}\"", git_blob(content));
        let same = request.if_range.as_ref().is_none_or(|asked| *asked == etag);
        let wanted = request
            .range
            .filter(|_| same && fault != Some(Fault::NoRange));
        let from = wanted.unwrap_or(0);
        let mut head = match wanted {
            Some(from) if from >= content.len() => {
                return Self::status(416);
            }
            Some(from) => format!(
                "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from}-{}/{}\r\n",
                content.len() - 1,
                content.len()
            ),
            None => "HTTP/1.1 200 OK\r\n".to_owned(),
        };
        let mut body = content[from..].to_vec();
        let bytes = match request.method.as_str() {
            "HEAD" => said_bytes(content, fault.as_ref()),
            _ => body.len() as u64,
        };
        write!(head, "ETag: {etag}\r\nX-Repo-Commit: {commit}\r\n").unwrap();
        let mut silence = None;
        match fault {
            Some(Fault::Longer) if request.method == "GET" => body.push(0),
            _ => write!(head, "Content-Length: {bytes}\r\n").unwrap(),
        }
        match fault {
            Some(Fault::Cut { after, times }) if times > 0 => body.truncate(after),
            Some(Fault::WrongByte { times }) if times > 0 => body[0] ^= 1,
            Some(Fault::Silent { after }) => {
                body.truncate(after);
                silence = Some(Duration::from_secs(60));
            }
            _ => {}
        }
        head += "Connection: close\r\n\r\n";
        Self {
            head,
            body,
            silence,
        }
    }
}

fn said_bytes(content: &[u8], fault: Option<&Fault>) -> u64 {
    match fault {
        Some(Fault::SizeOff(by)) => (content.len() as i64 + by) as u64,
        _ => content.len() as u64,
    }
}

pub fn sha256(content: &[u8]) -> String {
    hex(&Sha256::digest(content))
}

fn git_blob(content: &[u8]) -> String {
    let mut hasher = Sha1::new_with_prefix(format!("blob {}\0", content.len()));
    hasher.update(content);
    hex(&hasher.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
