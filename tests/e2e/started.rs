//! Programs that run beside a test and end with it, together with all that they started.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};
use tokio::net::TcpStream;

use crate::place::Place;
use crate::stage::until;

/// A running program; dropping it kills its whole process group.
pub struct Started {
    name: &'static str,
    child: Child,
    guard: Guard,
    out: PathBuf,
    err: PathBuf,
}

impl Started {
    /// Starts a program in a process group of its own, with what it writes going to files.
    pub fn start(name: &'static str, command: &mut Command, place: &Place) -> Result<Self> {
        let out = place.log(&format!("{name}.out"));
        let err = place.log(&format!("{name}.err"));
        let child = command
            .stdin(Stdio::null())
            .stdout(File::create(&out)?)
            .stderr(File::create(&err)?)
            .process_group(0)
            .spawn()
            .with_context(|| format!("Cannot start {name}"))?;
        let guard = Guard::over(child.id())?;
        Ok(Self {
            name,
            child,
            guard,
            out,
            err,
        })
    }

    /// Waits for the program's first line on stdout.
    pub async fn first_line(&mut self) -> Result<String> {
        until(&format!("the first line of {}", self.name), async || {
            let text = fs::read_to_string(&self.out)?;
            if let Some((line, _)) = text.split_once('\n') {
                return Ok(Some(line.to_owned()));
            }
            self.still_runs()?;
            Ok(None)
        })
        .await
    }

    /// Waits until the program answers on a port of this machine.
    pub async fn answers(&mut self, port: u16) -> Result<()> {
        until(&format!("{} to answer", self.name), async || {
            self.still_runs()?;
            let answer = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await;
            Ok(answer.is_ok().then_some(()))
        })
        .await
    }

    /// Waits until the program has written these words to stderr.
    pub async fn complains(&self, words: &str) -> Result<()> {
        until(&format!("{} to say {words:?}", self.name), async || {
            let text = fs::read_to_string(&self.err)?;
            Ok(text.contains(words).then_some(()))
        })
        .await
    }

    /// Waits until the program has ended by itself.
    pub async fn ends(&mut self) -> Result<ExitStatus> {
        until(&format!("{} to end", self.name), async || {
            Ok(self.child.try_wait()?)
        })
        .await
    }

    /// How the program ended; `None` while it runs.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    fn still_runs(&mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            let said = fs::read_to_string(&self.err).unwrap_or_default();
            bail!("{} ended with {status}: {said}", self.name);
        }
        Ok(())
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        self.guard.kill();
        let _ = self.child.wait();
    }
}

/// Kills a process group when it is told to, and also when the test itself is killed: the guard
/// waits for the end of a pipe that the test holds.
struct Guard {
    shell: Child,
    held: Option<ChildStdin>,
}

impl Guard {
    fn over(group: u32) -> Result<Self> {
        let mut shell = Command::new("sh")
            .args(["-c", "read -r _; kill -s KILL -- \"-$1\"", "sh"])
            .arg(group.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // What ends the test's own group must not end the guard with it.
            .process_group(0)
            .spawn()
            .context("Cannot start sh")?;
        let held = shell.stdin.take();
        Ok(Self { shell, held })
    }

    fn kill(&mut self) {
        drop(self.held.take());
        let _ = self.shell.wait();
    }
}

/// A port that nobody listened on a moment ago.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}
