//! Photos of one scene: bursts, brackets, retakes. Compared in the `visual` space when they are asked
//! for, by a job that can be cancelled, and remembered until something is written.

use std::collections::HashMap;
use std::sync::{Arc, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use half::f16;
use rayon::prelude::*;

use super::linkage::{Edge, complete_linkage};
use super::stacks::are_stacked;
use super::{CopyQuery, Group, SIMILAR_FROM, grouping};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{JobId, PhotoId};
use crate::index::{IndexError, Look, Pair, VectorIndex, similar_pairs};
use crate::jobs::{Ctx, JobKind, JobState, Phase, Report};
use crate::photo::VideoKind;
use crate::photo_set::PhotoSet;
use crate::store::pictures::{self, Member};
use crate::store::{photos, review};

/// Questions whose groups are remembered.
const KEPT: usize = 2;
/// Photos that are compared with those close in time between two looks at whether to go on.
const TURN: usize = 4096;
/// Pairs between two looks at whether to go on.
const PAIRS_TURN: usize = 1024;
/// How long one look at the job waits.
const LOOK: Duration = Duration::from_secs(60);

/// What was found lately, and what is looked for.
#[derive(Default)]
pub(super) struct Answers {
    known: Vec<(Asked, Groups)>,
    sought: Vec<Sought>,
}

type Groups = Vec<Arc<Group>>;

/// A question that a job is at.
#[derive(Clone)]
struct Sought {
    asked: Asked,
    job: JobId,
    found: Arc<OnceLock<Groups>>,
}

#[derive(Clone, Debug, PartialEq)]
struct Asked {
    threshold: f32,
    within_s: Option<u64>,
    among: Option<PhotoSet>,
    include_decided: bool,
    /// Writes of the catalog before it was read.
    writes: u64,
}

/// Groups photos of which every two are similar, as a quiet job: whoever asks the same waits for the
/// same one, and cancelling it ends the question.
///
/// # Errors
/// [`EngineError::Cancelled`]; [`EngineError::Internal`] where the job failed.
pub(super) fn groups(
    engine: &Engine,
    query: &CopyQuery,
    among: Option<&PhotoSet>,
) -> Result<Groups, EngineError> {
    let asked = Asked {
        threshold: query.threshold.unwrap_or(SIMILAR_FROM),
        within_s: query.within_s,
        among: among.cloned(),
        include_decided: query.include_decided,
        writes: engine.store().writes(),
    };
    let sought = {
        let mut answers = answers(engine);
        if let Some((_, groups)) = answers.known.iter().find(|(known, _)| *known == asked) {
            return Ok(groups.clone());
        }
        answers.seek(engine, asked)
    };
    loop {
        let job = engine.jobs().wait(sought.job, LOOK);
        if let Some(groups) = sought.found.get() {
            return Ok(groups.clone());
        }
        match job {
            Ok(job) if job.state == JobState::Failed => {
                return Err(EngineError::internal(job.error.unwrap_or_default()));
            }
            Ok(job) if !job.state.is_ended() => {}
            // It was cancelled, and may be forgotten already.
            Ok(_) | Err(_) => return Err(EngineError::Cancelled),
        }
    }
}

fn answers(engine: &Engine) -> MutexGuard<'_, Answers> {
    let answers = engine.copies().similar.lock();
    answers.unwrap_or_else(PoisonError::into_inner)
}

impl Answers {
    /// The job that is at a question, or a new one.
    fn seek(&mut self, engine: &Engine, asked: Asked) -> Sought {
        let is_at_work = |sought: &Sought| {
            let job = engine.jobs().view(sought.job);
            job.is_ok_and(|job| !job.state.is_ended())
        };
        self.sought.retain(is_at_work);
        if let Some(sought) = self.sought.iter().find(|sought| sought.asked == asked) {
            return sought.clone();
        }
        let found = Arc::new(OnceLock::new());
        let (weak, question, answer) = (engine.downgrade(), asked.clone(), Arc::clone(&found));
        let title = "Look for similar photos".to_owned();
        let job = engine.jobs().add_quiet(JobKind::Group, title, move |ctx| {
            let engine = weak.upgrade().ok_or(EngineError::Cancelled)?;
            let groups = find(&engine, ctx, &question)?;
            answers(&engine).learn(question, groups.clone());
            let count = groups.len() as u64;
            let _only_this_job_answers = answer.set(groups);
            Ok(Report::Grouped(count))
        });
        let sought = Sought { asked, job, found };
        self.sought.push(sought.clone());
        sought
    }

    fn learn(&mut self, asked: Asked, groups: Groups) {
        self.known.retain(|(known, _)| known.writes == asked.writes);
        self.known.insert(0, (asked, groups));
        self.known.truncate(KEPT);
    }
}

fn find(engine: &Engine, ctx: &Ctx, asked: &Asked) -> Result<Groups, EngineError> {
    let Some(space) = engine.spaces().serving("visual") else {
        return Ok(Vec::new());
    };
    // Photos whose nearest other one is further off are in no group, whatever the others do.
    let ids = engine.store().read(|connection| {
        let most = (1.0 - asked.threshold).max(0.0) + 1e-4;
        photos::with_near_other(connection, most)
    })?;
    let ids: PhotoSet = ids
        .into_iter()
        .filter(|id| asked.among.as_ref().is_none_or(|set| set.contains(*id)))
        .collect();
    let pairs = match asked.within_s {
        Some(within_s) => {
            let times = engine
                .store()
                .read(|connection| photos::taken(connection, &ids))?;
            ctx.phase(Phase::Group, Some(times.len() as u64))?;
            close_in_time(&*space, ctx, &times, within_s, asked.threshold)?
        }
        None => {
            let ids: Vec<PhotoId> = ids.iter().collect();
            ctx.phase(Phase::Group, Some(ids.len() as u64))?;
            let tell = |done: f64| ctx.reach((done * ids.len() as f64) as u64, "");
            similar_pairs(&*space, &ids, asked.threshold, tell)?
        }
    };
    link(engine, ctx, asked, &pairs)
}

/// Pairs among photos by the time they were taken.
fn close_in_time(
    space: &impl Look,
    ctx: &Ctx,
    times: &[(i64, PhotoId)],
    within_s: u64,
    threshold: f32,
) -> Result<Vec<Pair>, EngineError> {
    let within_s = i64::try_from(within_s).unwrap_or(i64::MAX);
    let mut pairs = Vec::new();
    for first in (0..times.len()).step_by(TURN) {
        let turn = first..(first + TURN).min(times.len());
        let count = turn.len() as u64;
        let found: Result<Vec<Vec<Pair>>, IndexError> = space.look(|index| {
            turn.into_par_iter()
                .map(|place| {
                    let from = times.get(place..).unwrap_or_default();
                    soon_after(index, from, within_s, threshold)
                })
                .collect()
        });
        pairs.extend(found?.into_iter().flatten());
        ctx.advance(count, None)?;
    }
    Ok(pairs)
}

/// Pairs of the first of some photos, by the time they were taken, with those taken soon after it.
fn soon_after(
    index: &VectorIndex,
    times: &[(i64, PhotoId)],
    within_s: i64,
    threshold: f32,
) -> Result<Vec<Pair>, IndexError> {
    let Some(((taken_at, id), later)) = times.split_first() else {
        return Ok(Vec::new());
    };
    let later = later
        .iter()
        .take_while(|(at, _)| at.saturating_sub(*taken_at) <= within_s);
    let later: Vec<PhotoId> = later.map(|(_, id)| *id).collect();
    let Some(own) = index.get(*id).filter(|_| !later.is_empty()) else {
        return Ok(Vec::new());
    };
    let own: Vec<f32> = own.iter().copied().map(f16::to_f32).collect();
    let cosines = index.cosines(&own, &later)?;
    let near = later.into_iter().zip(cosines);
    Ok(near
        .filter_map(|(other, cosine)| Some((other, cosine.filter(|c| *c >= threshold)?)))
        .map(|(other, cosine)| ((*id).min(other), (*id).max(other), cosine))
        .collect())
}

fn link(engine: &Engine, ctx: &Ctx, asked: &Asked, pairs: &[Pair]) -> Result<Groups, EngineError> {
    let mut members: HashMap<PhotoId, Member> = HashMap::new();
    ctx.phase(Phase::Link, Some(pairs.len() as u64))?;
    for turn in pairs.chunks(PAIRS_TURN) {
        engine.store().read_at_once(|connection| {
            for id in turn.iter().flat_map(|(a, b, _)| [*a, *b]) {
                if !members.contains_key(&id)
                    && let Some(member) = pictures::of_photo(connection, id)?
                {
                    members.insert(id, member);
                }
            }
            Ok::<_, EngineError>(())
        })?;
        ctx.advance(turn.len() as u64, None)?;
    }
    // How long the rest takes is not known before.
    ctx.phase(Phase::Link, None)?;
    let decisions = engine.store().read(review::decisions)?;
    let edge = |(a, b, cosine): &Pair| {
        let (one, two) = (members.get(a)?, members.get(b)?);
        let pair = grouping::hash_pair(&one.content_hash, &two.content_hash);
        let is_decided = !asked.include_decided && decisions.contains_key(&pair);
        let ids = (u32::try_from(a.0).ok()?, u32::try_from(b.0).ok()?);
        // One frame does not tell whether two films are alike.
        let is_film = VideoKind::is_named(&one.format) || VideoKind::is_named(&two.format);
        (!is_decided && !is_film && !are_stacked(one, two)).then_some(Edge {
            a: ids.0,
            b: ids.1,
            similarity: cosine.clamp(0.0, 1.0),
        })
    };
    let edges: Vec<Edge> = pairs.iter().filter_map(edge).collect();
    let groups = complete_linkage(&edges).into_iter().filter_map(|linked| {
        let own = linked.nodes.iter();
        let own = own.filter_map(|node| members.get(&PhotoId(i64::from(*node))).cloned());
        Group::of(own.collect(), linked.similarity)
    });
    Ok(groups.map(Arc::new).collect())
}
