//! Fetches one file: as far as a connection carries, then on from there, until it is whole and is
//! what the source said.

use std::io::Read as _;
use std::path::Path;
use std::thread;
use std::time::Duration;

use ureq::Body;
use ureq::http::{HeaderMap, Response, StatusCode};

use super::checksum::BLOCK_BYTES;
use super::hub::{Address, Hub, Remote, header};
use super::part::Part;
use super::{DownloadError, Watch, go_on};

/// How often a pause looks whether it should end.
const LOOK: Duration = Duration::from_millis(50);

/// Fetches a file into a folder and answers its SHA-256. `watch` hears the bytes of this file.
pub(super) fn fetch(
    hub: &Hub,
    address: Address<'_>,
    remote: &Remote,
    folder: &Path,
    watch: Watch<'_>,
) -> Result<String, DownloadError> {
    match fetch_once(hub, address, remote, folder, watch) {
        // What was resumed may have been damaged on this disk: once more, from the start.
        Err(DownloadError::WrongChecksum { .. }) => fetch_once(hub, address, remote, folder, watch),
        other => other,
    }
}

fn fetch_once(
    hub: &Hub,
    address: Address<'_>,
    remote: &Remote,
    folder: &Path,
    watch: Watch<'_>,
) -> Result<String, DownloadError> {
    let tell = |bytes| go_on(watch, bytes, address.file);
    let mut part = Part::open(folder, address.file, remote, tell)?;
    let (mut furthest, mut failures) = (part.bytes(), 0);
    while part.bytes() < remote.bytes {
        let outcome = stream(hub, address, remote, &mut part, watch);
        // Whatever failed, it may have failed because somebody asked to stop.
        tell(part.bytes())?;
        match outcome {
            Ok(()) if part.bytes() == remote.bytes => break,
            Err(error) if !error.is_passing() => return give_up(part, error),
            outcome => {
                if part.bytes() > furthest {
                    (furthest, failures) = (part.bytes(), 0);
                }
                let Some(pause) = hub.pauses().get(failures) else {
                    return Err(outcome.err().unwrap_or_else(|| broke_off(hub, address)));
                };
                failures += 1;
                wait(*pause, || tell(part.bytes()))?;
            }
        }
    }
    part.finish(address.file)
}

/// Ends with an error; a part that can never become the file goes.
fn give_up(part: Part, error: DownloadError) -> Result<String, DownloadError> {
    if matches!(error, DownloadError::WrongLength { .. }) {
        part.discard()?;
    }
    Err(error)
}

fn broke_off(hub: &Hub, address: Address<'_>) -> DownloadError {
    hub.unreachable(
        address,
        std::io::Error::new(
            std::io::ErrorKind::UnexpectedEof,
            "the connection broke off",
        ),
    )
}

/// Asks again after a pause, as often as it makes sense.
pub(super) fn persist<T>(
    hub: &Hub,
    watch: Watch<'_>,
    mut ask: impl FnMut() -> Result<T, DownloadError>,
) -> Result<T, DownloadError> {
    for pause in hub.pauses() {
        go_on(watch, 0, "")?;
        match ask() {
            Err(error) if error.is_passing() => wait(*pause, || go_on(watch, 0, ""))?,
            other => return other,
        }
    }
    ask()
}

fn wait(
    pause: Duration,
    look: impl Fn() -> Result<(), DownloadError>,
) -> Result<(), DownloadError> {
    let mut left = pause;
    while !left.is_zero() {
        let step = left.min(LOOK);
        thread::sleep(step);
        left -= step;
        look()?;
    }
    Ok(())
}

/// Takes what one connection brings.
fn stream(
    hub: &Hub,
    address: Address<'_>,
    remote: &Remote,
    part: &mut Part,
    watch: Watch<'_>,
) -> Result<(), DownloadError> {
    let response = hub.get(address, part.bytes(), part.validator())?;
    if !continues(&response, part.bytes()) {
        part.begin_anew()?;
        if response.status() != StatusCode::OK {
            return Ok(());
        }
    }
    let said = part.bytes().saturating_add(body_bytes(&response));
    if body_bytes(&response) != UNKNOWN && said != remote.bytes {
        return Err(wrong_length(address, remote, said));
    }
    part.belongs_to(header(response.headers(), "etag"))?;
    // One byte more than was said is enough to know that it is too long.
    let left = (remote.bytes - part.bytes()).saturating_add(1);
    let mut body = response.into_body().into_reader().take(left);
    let mut block = vec![0; BLOCK_BYTES];
    loop {
        let read = body
            .read(&mut block)
            .map_err(|error| hub.unreachable(address, error))?;
        let Some(bytes) = block.get(..read).filter(|bytes| !bytes.is_empty()) else {
            return Ok(());
        };
        let total = part.bytes() + read as u64;
        if total > remote.bytes {
            return Err(wrong_length(address, remote, total));
        }
        part.append(bytes)?;
        go_on(watch, part.bytes(), address.file)?;
    }
}

/// A body whose length is not said.
const UNKNOWN: u64 = u64::MAX;

fn body_bytes(response: &Response<Body>) -> u64 {
    header(response.headers(), "content-length")
        .and_then(|text| text.parse().ok())
        .unwrap_or(UNKNOWN)
}

fn wrong_length(address: Address<'_>, remote: &Remote, actual: u64) -> DownloadError {
    DownloadError::WrongLength {
        file: address.file.to_owned(),
        expected: remote.bytes,
        actual,
    }
}

/// Whether an answer goes on where the part ends.
fn continues(response: &Response<Body>, from: u64) -> bool {
    match response.status() {
        StatusCode::PARTIAL_CONTENT => range_start(response.headers()) == Some(from),
        _ => from == 0,
    }
}

/// The first byte of `bytes 100-199/200`.
fn range_start(headers: &HeaderMap) -> Option<u64> {
    let range = header(headers, "content-range")?.strip_prefix("bytes ")?;
    range.split('-').next()?.trim().parse().ok()
}
