//! The thread that watches: hears the system's news, goes its rounds, and starts an index job when
//! there is something to look at, one at a time.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crossbeam_channel::{Receiver, RecvError, bounded, never, select, unbounded};

use super::Heard;
use super::disk::News;
use super::patrol::Patrol;
use super::pending::{Batch, Hint, Pending};
use super::state::WatchState;
use crate::engine::{Engine, WeakEngine};
use crate::error::EngineError;
use crate::events::{Event, Kind};
use crate::ids::RootId;
use crate::ingest::{self, IndexReport, Look};
use crate::jobs::{JobKind, Report};
use crate::library::scan::FoundFile;

/// How often it is seen which roots there are and whether they are there.
const ROUND: Duration = Duration::from_secs(2);
/// How often everything is compared, whatever was heard.
const FULL: Duration = Duration::from_secs(24 * 3600);
/// How long after a failure the same is tried again.
const RETRY: Duration = Duration::from_secs(60);
/// How long after a photo went its late copy is looked for.
const LATE: Duration = Duration::from_secs(4);
/// Comparing again and again takes at most one part in so many of the time.
const POLL_SHARE: u32 = 20;

/// What a job has come to.
struct Ended {
    /// None where it was cancelled or failed.
    report: Option<IndexReport>,
    unsettled: Vec<FoundFile>,
    was_cancelled: bool,
}

/// A job, and what it looks at.
struct Running {
    ended: Receiver<Ended>,
    batch: Arc<Batch>,
    began: Instant,
}

/// What was not looked at after all.
struct Held {
    batch: Arc<Batch>,
    /// When it is tried again; none waits for the next hint.
    until: Option<Instant>,
}

struct Rounds {
    patrol: Patrol,
    pending: Pending,
    /// What jobs ask for and are told.
    heard: Arc<Heard>,
    running: Option<Running>,
    held: Vec<Held>,
    next_round: Instant,
    /// When late copies of what went are looked for.
    late: Option<Instant>,
    compared: SystemTime,
    /// When a root may be compared again that is polled.
    rested: HashMap<RootId, Instant>,
    #[cfg(feature = "testing")]
    was_deaf: bool,
}

/// Goes on until `stop` is dropped or the engine is gone.
pub(super) fn go(engine: &WeakEngine, stop: &Receiver<()>) {
    let (tell, news) = unbounded();
    let Some(heard) = engine
        .upgrade()
        .map(|engine| Arc::clone(&engine.watching().heard))
    else {
        return;
    };
    let now = Instant::now();
    let mut rounds = Rounds {
        patrol: Patrol::new(tell),
        pending: Pending::default(),
        heard,
        running: None,
        held: Vec::new(),
        next_round: now,
        late: None,
        compared: SystemTime::now(),
        rested: HashMap::new(),
        #[cfg(feature = "testing")]
        was_deaf: false,
    };
    loop {
        {
            // Not held while waiting: the engine may be closed.
            let Some(engine) = engine.upgrade() else {
                return;
            };
            rounds.step(&engine);
        }
        let ended = rounds
            .running
            .as_ref()
            .map_or_else(never, |running| running.ended.clone());
        let wait = rounds.next().saturating_duration_since(Instant::now());
        let mut heard = None;
        let mut done = None;
        select! {
            recv(news) -> told => heard = told.ok(),
            recv(ended) -> end => done = Some(end),
            recv(stop) -> _ => break,
            default(wait) => {}
        }
        let Some(engine) = engine.upgrade() else {
            return;
        };
        if let Some(end) = done {
            rounds.end(&engine, end);
        }
        let first = heard.into_iter();
        for told in first.chain(news.try_iter()) {
            rounds.hear(&engine, told);
        }
        rounds.note_calm();
    }
    if let Some(engine) = engine.upgrade() {
        engine.watching().set_state(WatchState::default());
    }
}

impl Rounds {
    /// When something is to be done, if nothing is heard before.
    fn next(&self) -> Instant {
        let free = self.running.is_none();
        let due = self.pending.next().filter(|_| free);
        let held = self.held.iter().filter_map(|held| held.until).min();
        let late = self.late.filter(|_| free);
        let next = [due, held, late].into_iter().flatten().min();
        next.map_or(self.next_round, |next| next.min(self.next_round))
    }

    /// Does what is due.
    fn step(&mut self, engine: &Engine) {
        let now = Instant::now();
        #[cfg(feature = "testing")]
        self.wake_up(engine);
        if self.next_round <= now {
            self.next_round = now + ROUND;
            if let Err(error) = self.patrol.go_round(engine, &mut self.pending) {
                tracing::warn!(%error, "The folders cannot be watched over");
            }
            if self.compared.elapsed().is_ok_and(|since| since >= FULL) {
                self.compare_all();
            }
        }
        let is_over = |held: &mut Held| held.until.is_some_and(|until| until <= now);
        for held in self.held.extract_if(.., is_over) {
            self.pending.take_back(&held.batch, now);
        }
        if self.running.is_none() {
            let batch = self.pending.take(now);
            let is_calm = self.note_calm();
            let is_late = self.late.is_some_and(|late| late <= now);
            let has_work = !batch.touched.is_empty();
            if self.heard.asks_for_late.swap(false, Ordering::SeqCst) {
                self.late = Some(now + LATE);
            }
            if is_late {
                // Not while there is something to look at: what went may be found there.
                self.late = (has_work || !is_calm).then(|| now + LATE);
            }
            if has_work || (is_late && is_calm) || self.heard.is_due() {
                self.running = Some(start(engine, batch, Arc::clone(&self.heard)));
            }
        }
    }

    fn note_calm(&self) -> bool {
        let is_calm = self.pending.next().is_none() && self.held.is_empty();
        self.heard.is_calm.store(is_calm, Ordering::SeqCst);
        is_calm
    }

    fn hear(&mut self, engine: &Engine, told: News) {
        let now = Instant::now();
        match told {
            News::Hints(hints) => {
                #[cfg(feature = "testing")]
                if engine.watching().deaf.load(Ordering::SeqCst) {
                    return;
                }
                for hint in hints {
                    if hint == Hint::Lost {
                        self.lose();
                    } else if let Some(hint) = self.patrol.worth(hint) {
                        self.pending.hear(hint, now);
                        for held in self.held.drain(..) {
                            self.pending.take_back(&held.batch, now);
                        }
                    }
                }
            }
            News::Refused(path, refusal) => {
                self.patrol
                    .refused(engine, path.as_deref(), &refusal, &mut self.pending);
            }
            News::Poll(root) => {
                if self.rested.get(&root).is_none_or(|rested| *rested <= now) {
                    self.pending.compare(root);
                }
            }
        }
    }

    /// Takes in that nobody knows what changed.
    fn lose(&mut self) {
        tracing::info!("The system lost count of changes: everything is compared");
        self.heard.times_lost.fetch_add(1, Ordering::SeqCst);
        self.compare_all();
    }

    fn compare_all(&mut self) {
        self.compared = SystemTime::now();
        self.patrol.watch_anew();
        self.pending.hear(Hint::Lost, Instant::now());
    }

    #[cfg(feature = "testing")]
    fn wake_up(&mut self, engine: &Engine) {
        let deaf = engine.watching().deaf.load(Ordering::SeqCst);
        if self.was_deaf && !deaf {
            self.lose();
        }
        self.was_deaf = deaf;
    }

    fn end(&mut self, engine: &Engine, end: Result<Ended, RecvError>) {
        let Some(running) = self.running.take() else {
            return;
        };
        let now = Instant::now();
        let whole = running
            .batch
            .touched
            .iter()
            .filter(|touched| touched.parts.is_none());
        for touched in whole {
            let rest = (now - running.began) * POLL_SHARE;
            self.rested.insert(touched.root, now + rest);
        }
        if running.batch.touched.is_empty() && self.pending.has_heard_since(running.began) {
            // It may have left late copies alone.
            self.late = Some(now + LATE);
        }
        // A job that was cancelled before it began says nothing.
        let end = end.unwrap_or(Ended {
            report: None,
            unsettled: Vec::new(),
            was_cancelled: true,
        });
        match end.report {
            Some(report) if report.has_news() => {
                if report.removed + report.added > 0 {
                    self.late = Some(now + LATE);
                }
                engine.events().changed(&[Kind::Libraries]);
                engine.events().tell(&Event::KeptUp(Box::new(report)));
            }
            Some(_) => {}
            None => {
                let until = (!end.was_cancelled).then(|| now + RETRY);
                self.held.push(Held {
                    batch: running.batch,
                    until,
                });
            }
        }
        for file in end.unsettled {
            self.pending.wait_for(file.file, file.stamp, now);
        }
    }
}

/// Queues the job that looks at a batch.
fn start(engine: &Engine, batch: Batch, heard: Arc<Heard>) -> Running {
    let (tell, ended) = bounded(1);
    let batch = Arc::new(batch);
    let looked_at = Arc::clone(&batch);
    let weak = engine.downgrade();
    let work = move |ctx: &crate::jobs::Ctx| {
        let batch = &looked_at;
        let engine = weak.upgrade().ok_or(EngineError::Cancelled)?;
        let is_settled = |found: &FoundFile| {
            batch.is_settled(&found.file, found.stamp, age(found.stamp.mtime_ns))
        };
        let looked = Look {
            library: None,
            retry_faults: false,
            touched: Some(&batch.touched),
            is_settled: Some(&is_settled),
            is_calm: Some(&|| heard.is_calm()),
        };
        let outcome = ingest::run(&engine, ctx, &looked);
        let (end, outcome) = match outcome {
            Ok((report, unsettled)) => {
                let report_too = Report::Index(report.clone());
                let end = Ended {
                    report: Some(report),
                    unsettled,
                    was_cancelled: false,
                };
                (end, Ok(report_too))
            }
            Err(error) => {
                let was_cancelled = matches!(error, EngineError::Cancelled);
                let end = Ended {
                    report: None,
                    unsettled: Vec::new(),
                    was_cancelled,
                };
                (end, Err(error))
            }
        };
        let _nobody_watches_any_more = tell.send(end);
        outcome
    };
    engine
        .jobs()
        .add_quiet(JobKind::Index, "Keep up with the disk".to_owned(), work);
    Running {
        ended,
        batch,
        began: Instant::now(),
    }
}

/// How long ago a file was written; none where its time is ahead of the clock.
fn age(mtime_ns: i64) -> Option<Duration> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let mtime = Duration::from_nanos(u64::try_from(mtime_ns).unwrap_or(0));
    now.checked_sub(mtime)
}
