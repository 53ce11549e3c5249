//! Plays a story through a door, alone on the machine, and keeps what was seen where it fails.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::time::{sleep, timeout};

use crate::door::Door;
use crate::page::Page;
use crate::place::Place;

/// How long one condition is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often a condition is looked at.
const GLANCE: Duration = Duration::from_millis(50);
/// How long a story with a page may take.
const STORY: Duration = Duration::from_secs(200);
/// How long a test may take: less than the test runner allows, so that it says what it waited for.
const WHOLE: Duration = Duration::from_secs(270);

/// Under `cargo test` the stories share a process; two windows at once are slow and fail oddly.
static ALONE: Mutex<()> = Mutex::new(());

/// Opens a door on an empty catalog and tells a story with its page.
pub fn play(name: &str, door: Door, story: impl AsyncFnOnce(&Page, &Place) -> Result<()>) {
    act(name, async |place| {
        let opened = door.open(place).await?;
        with_evidence(name, &opened.page, async || {
            story(&opened.page, place).await
        })
        .await?;
        opened.close().await
    });
}

/// Tells a story with a page, and keeps what the page shows where it fails.
pub async fn with_evidence(
    name: &str,
    page: &Page,
    story: impl AsyncFnOnce() -> Result<()>,
) -> Result<()> {
    let told = timeout(STORY, story()).await;
    let told = told.unwrap_or_else(|_| bail!("The story took more than {STORY:?}"));
    if told.is_err() {
        let evidence = page.evidence(name).await;
        return told.with_context(|| format!("Seen then: {evidence}"));
    }
    Ok(())
}

/// Tells a story that opens its own doors.
pub fn act(name: &str, story: impl AsyncFnOnce(&Place) -> Result<()>) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    let place = Place::new().unwrap_or_else(|error| panic!("{name}: {error:#}"));
    // The limit needs the runtime's clock, so it is set inside.
    let told = runtime.block_on(async { timeout(WHOLE, story(&place)).await });
    let told = told.unwrap_or_else(|_| bail!("The test took more than {WHOLE:?}"));
    if let Err(error) = told {
        panic!("{name}: {error:#}\n{}", place.last_words());
    }
}

/// Looks until there is something to see; an error counts as not yet.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let end = Instant::now() + PATIENCE;
    loop {
        let seen = look().await;
        if let Ok(Some(seen)) = seen {
            return Ok(seen);
        }
        if Instant::now() >= end {
            seen.with_context(|| format!("Waited {PATIENCE:?} for {what}"))?;
            bail!("Waited {PATIENCE:?} for {what}");
        }
        sleep(GLANCE).await;
    }
}
