//! One decoding child: started, asked, and killed where it does not answer.

use std::io::{BufReader, Read};
use std::process::{Child as Process, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use super::protocol::{self, HELLO, Job, Told};
use super::{Program, Source, waiting};

/// How long a child may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    /// To open and read a file, and more for a large one: disks spin up, networks stall.
    pub(super) reading: Duration,
    /// To decode, whatever the size of the file.
    pub(super) decoding: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            reading: Duration::from_secs(120),
            decoding: Duration::from_secs(9),
        }
    }
}

/// Bytes of a file that add a second to it.
const BYTES_A_SECOND: u64 = 2 << 20;

/// How many times as long it may take where others keep the processor from it.
const AT_MOST: u32 = 6;

/// How often it is asked whether the answer is still wanted.
const LOOK: Duration = Duration::from_millis(100);

/// How long a fresh child may take to say hello.
const HELLO_WITHIN: Duration = Duration::from_secs(60);

/// Free memory that the allocator of a child (the GNU one; others do not read this) keeps for the
/// next file, in bytes: given back and taken again, it costs a tenth of a large JPEG's time.
const KEPT: [(&str, &str); 2] = [
    ("MALLOC_MMAP_THRESHOLD_", "33554432"),
    ("MALLOC_TRIM_THRESHOLD_", "67108864"),
];

/// Bytes kept of what a child writes to its standard error.
const LAST_WORDS: usize = 4096;

/// Why a child gave no answer.
#[derive(Debug)]
pub(super) enum Broken {
    /// It ended, or talks nonsense.
    Died,
    /// It ended because it may not take more memory.
    NoMemory,
    /// It was killed after this long.
    TooLong(Duration),
    /// It was killed because nobody wants the answer.
    Cancelled,
}

/// A child that waits for questions. Dropping it kills it.
pub(super) struct Child {
    process: Process,
    input: ChildStdin,
    answers: Receiver<Told>,
    last_words: Arc<Mutex<Vec<u8>>>,
    listener: Option<JoinHandle<()>>,
    /// Questions answered so far.
    pub(super) answered: u32,
}

impl Child {
    pub(super) fn start(program: &Program) -> std::io::Result<Self> {
        let mut command = Command::new(&program.path);
        command
            .args(&program.arguments)
            // One thread and one arena: there is a child for each core, and each counts addresses.
            .env("RAYON_NUM_THREADS", "1")
            .env("MALLOC_ARENA_MAX", "1")
            .envs(KEPT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        apart(&mut command);
        let mut process = command.spawn()?;
        let pipes = (
            process.stdin.take(),
            process.stdout.take(),
            process.stderr.take(),
        );
        let (Some(input), Some(output), Some(errors)) = pipes else {
            return Err(std::io::Error::other("A child without its pipes"));
        };
        widen(&output);
        let last_words = Arc::new(Mutex::new(Vec::new()));
        let words = Arc::clone(&last_words);
        let listener = named("decoder-errors", move || keep_last(errors, &words))?;
        let (to_us, answers) = bounded(2);
        let (hello, greeted) = bounded(1);
        named("decoder-answers", move || listen(output, &hello, &to_us))?;
        let child = Self {
            process,
            input,
            answers,
            last_words,
            listener: Some(listener),
            answered: 0,
        };
        greeted
            .recv_timeout(HELLO_WITHIN)
            .map_err(|_| std::io::Error::other("The decoding process does not answer"))?;
        Ok(child)
    }

    /// Asks, and waits for the answer.
    pub(super) fn ask(
        &mut self,
        job: &Job,
        source: Source<'_>,
        times: Times,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Result<Told, Broken> {
        if protocol::ask(&mut self.input, job, source).is_err() {
            return Err(self.cause());
        }
        let size = match source {
            Source::File(path) => std::fs::metadata(path).map_or(0, |m| m.len()),
            Source::Bytes(bytes) => bytes.len() as u64,
        };
        let more = Duration::from_secs(size / BYTES_A_SECOND);
        match self.wait(times.reading + more, is_cancelled)? {
            Told::Started => {}
            told => return Ok(self.done(told)),
        }
        let told = self.wait(times.decoding + more, is_cancelled)?;
        Ok(self.done(told))
    }

    fn done(&mut self, told: Told) -> Told {
        self.answered += 1;
        told
    }

    fn wait(&mut self, most: Duration, is_cancelled: &dyn Fn() -> bool) -> Result<Told, Broken> {
        let since = Instant::now();
        // Most answers are there before the first look, and asking the system costs as much as a
        // small file.
        let mut before = None;
        loop {
            match self.answers.recv_timeout(LOOK) {
                Ok(told) => return Ok(told),
                Err(RecvTimeoutError::Disconnected) => return Err(self.cause()),
                Err(RecvTimeoutError::Timeout) if is_cancelled() => return Err(Broken::Cancelled),
                Err(RecvTimeoutError::Timeout) => {
                    let waited = waiting::for_a_processor(self.process.id());
                    let others = waited.saturating_sub(*before.get_or_insert(waited));
                    let own = since.elapsed().saturating_sub(others);
                    if own > most || since.elapsed() > most * AT_MOST {
                        return Err(Broken::TooLong(most));
                    }
                }
            }
        }
    }

    /// Why it ended, by its last words.
    fn cause(&mut self) -> Broken {
        let _gone_already = self.process.kill();
        let _status = self.process.wait();
        if let Some(listener) = self.listener.take() {
            let _ended = listener.join();
        }
        let words = self
            .last_words
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let says = |what: &[u8]| words.windows(what.len()).any(|w| w == what);
        // What Rust says when there is no memory, and what the system's thread start says.
        if says(b"memory allocation of") || says(b"Cannot allocate memory") {
            Broken::NoMemory
        } else {
            Broken::Died
        }
    }

    /// Kills it, so that its next question fails.
    #[cfg(test)]
    pub(super) fn kill(&mut self) {
        self.process.kill().unwrap();
    }

    /// Its process, for measuring.
    #[cfg(test)]
    pub(super) fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _gone_already = self.process.kill();
        let _status = self.process.wait();
    }
}

fn named(name: &str, work: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
    thread::Builder::new().name(name.to_owned()).spawn(work)
}

/// Passes answers on until the child ends or nobody listens.
fn listen(output: ChildStdout, hello: &Sender<()>, answers: &Sender<Told>) {
    let mut output = BufReader::with_capacity(1 << 16, output);
    if skip_to_hello(&mut output).is_err() || hello.send(()).is_err() {
        return;
    }
    while let Ok(Some(told)) = protocol::answer(&mut output) {
        if answers.send(told).is_err() {
            return;
        }
    }
}

fn skip_to_hello(output: &mut impl Read) -> std::io::Result<()> {
    let mut seen = Vec::with_capacity(HELLO.len());
    let mut byte = [0];
    while seen != HELLO {
        output.read_exact(&mut byte)?;
        if seen.len() == HELLO.len() {
            seen.remove(0);
        }
        seen.extend_from_slice(&byte);
    }
    Ok(())
}

fn keep_last(mut errors: ChildStderr, words: &Mutex<Vec<u8>>) {
    let mut part = [0; 1024];
    while let Ok(count @ 1..) = errors.read(&mut part) {
        let mut words = words.lock().unwrap_or_else(PoisonError::into_inner);
        words.extend_from_slice(part.get(..count).unwrap_or(&[]));
        let surplus = words.len().saturating_sub(LAST_WORDS);
        words.drain(..surplus);
    }
}

/// Lets a pipe hold a good part of a picture, so that the child need not wait for every 64 KiB.
#[cfg(target_os = "linux")]
fn widen(pipe: &ChildStdout) {
    // The system may refuse where a user has many pipes; a narrow one serves too.
    let _refused = rustix::pipe::fcntl_setpipe_size(pipe, 1 << 20);
}

#[cfg(not(target_os = "linux"))]
fn widen(_pipe: &ChildStdout) {}

/// Ctrl-C in a terminal is for the app, which ends its jobs; children end with it.
#[cfg(unix)]
fn apart(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

/// Windows would open a console for each child of the windowed program.
#[cfg(windows)]
fn apart(command: &mut Command) {
    use std::os::windows::process::CommandExt as _;
    const CREATE_NO_WINDOW: u32 = 0x0800_0000;
    command.creation_flags(CREATE_NO_WINDOW);
}
