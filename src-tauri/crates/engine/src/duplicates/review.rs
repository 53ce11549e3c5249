//! What a person decides about copies: marks of a review that can be left and resumed, and decisions
//! that outlive rescans.

use std::collections::{HashMap, HashSet};

use super::proposals::{Proposal, proposals};
use super::{CopyQuery, grouping};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::PhotoId;
use crate::store::pictures::{self, Member};
use crate::store::review::{self, Decision, Mark};

/// How far a review has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReviewProgress {
    /// Groups in all.
    pub groups: u64,
    /// Groups of which every photo is marked to be kept or removed and one stays, by its mark or as
    /// the only one that is not removed.
    pub decided: u64,
    /// Groups that were put off.
    pub skipped: u64,
    /// Photos marked for removal.
    pub remove_files: u64,
    /// Their bytes.
    pub remove_bytes: u64,
}

/// What accepting proposals marked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// Groups.
    pub groups: u64,
    /// Photos for removal.
    pub photos: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Marks photos, or takes their marks off. Answers how many were changed.
///
/// # Errors
/// [`EngineError::NotFound`] for an unknown photo; nothing is marked then.
pub fn mark(engine: &Engine, ids: &[PhotoId], mark: Option<Mark>) -> Result<u64, EngineError> {
    let changed = engine.store().write_aside(|tx| {
        let mut changed = 0;
        for id in ids {
            if !crate::store::photos::exists(tx, *id)? {
                return Err(EngineError::not_found("photo", id));
            }
            changed += u64::from(review::mark(tx, *id, mark)?);
        }
        Ok::<_, EngineError>(changed)
    })?;
    if changed > 0 {
        engine.events().changed(&[Kind::Duplicates]);
    }
    Ok(changed)
}

/// Marks what is proposed in every group that is at least so alike and has a keeper. Groups in which
/// something is marked already are left as they are. Answers also the photos that were marked.
///
/// # Errors
/// As [`super::find`]; [`EngineError::Invalid`] for a confidence that is none.
pub fn accept(
    engine: &Engine,
    query: &CopyQuery,
    confidence: f32,
) -> Result<(Accepted, Vec<PhotoId>), EngineError> {
    let confidence = checked(confidence)?;
    let all = proposals(engine, query)?;
    let (mut accepted, mut marked) = (Accepted::default(), Vec::new());
    engine.store().write_aside(|tx| {
        let marks = review::marks(tx)?;
        for proposal in all.iter().filter(|one| is_open(one, &marks)) {
            if !accepted.take(proposal, confidence) {
                continue;
            }
            let removed: HashSet<PhotoId> = proposal.removed().map(|member| member.id).collect();
            for member in &proposal.group.members {
                let mark = if removed.contains(&member.id) {
                    Mark::Remove
                } else {
                    Mark::Keep
                };
                review::mark(tx, member.id, Some(mark))?;
                marked.push(member.id);
            }
        }
        Ok::<_, EngineError>(())
    })?;
    if accepted.groups > 0 {
        engine.events().changed(&[Kind::Duplicates]);
    }
    Ok((accepted, marked))
}

/// What [`accept`] would mark at each of some confidences; changes nothing.
///
/// # Errors
/// As [`accept`].
pub fn count_acceptable(
    engine: &Engine,
    query: &CopyQuery,
    confidences: &[f32],
) -> Result<Vec<Accepted>, EngineError> {
    let confidences: Vec<f32> = confidences
        .iter()
        .map(|confidence| checked(*confidence))
        .collect::<Result<_, _>>()?;
    let all = proposals(engine, query)?;
    let marks = engine.store().read(review::marks)?;
    let mut counts = vec![Accepted::default(); confidences.len()];
    for proposal in all.iter().filter(|one| is_open(one, &marks)) {
        for (count, confidence) in counts.iter_mut().zip(&confidences) {
            count.take(proposal, *confidence);
        }
    }
    Ok(counts)
}

fn checked(confidence: f32) -> Result<f32, EngineError> {
    if (0.0..=1.0).contains(&confidence) {
        return Ok(confidence);
    }
    Err(EngineError::invalid("A confidence is a number from 0 to 1"))
}

/// Whether there is a proposal, and nobody has marked anything of it.
fn is_open(proposal: &Proposal, marks: &HashMap<PhotoId, Mark>) -> bool {
    let members = &proposal.group.members;
    let is_marked = |member: &Member| marks.contains_key(&member.id);
    proposal.choice.keeper.is_some() && !members.iter().any(is_marked)
}

impl Accepted {
    /// Counts a proposal, where it is alike enough.
    fn take(&mut self, proposal: &Proposal, confidence: f32) -> bool {
        let is_taken = proposal.group.similarity >= confidence;
        if is_taken {
            self.groups += 1;
            self.photos += proposal.removed().count() as u64;
            self.bytes += proposal.removed().map(|member| member.bytes).sum::<u64>();
        }
        is_taken
    }
}

/// Tells how far the review of a query's groups has come.
///
/// # Errors
/// As [`super::find`].
pub fn progress(engine: &Engine, query: &CopyQuery) -> Result<ReviewProgress, EngineError> {
    let all = proposals(engine, query)?;
    let marks: HashMap<PhotoId, Mark> = engine.store().read(review::marks)?;
    let mut progress = ReviewProgress {
        groups: all.len() as u64,
        ..ReviewProgress::default()
    };
    for proposal in &all {
        let members = &proposal.group.members;
        let (mut kept, mut removed, mut skipped) = (0, 0, 0);
        for member in members {
            match marks.get(&member.id) {
                Some(Mark::Keep) => kept += 1,
                Some(Mark::Remove) => {
                    removed += 1;
                    progress.remove_files += 1;
                    progress.remove_bytes += member.bytes;
                }
                Some(Mark::Skip) => skipped += 1,
                None => {}
            }
        }
        let only_one_stays = skipped == 0 && removed + 1 == members.len();
        let is_decided = only_one_stays || (kept > 0 && kept + removed == members.len());
        progress.decided += u64::from(is_decided);
        progress.skipped += u64::from(skipped > 0);
    }
    Ok(progress)
}

/// Decides about every two of some photos, by their content, or forgets what was decided. Answers
/// the number of pairs that were changed.
///
/// # Errors
/// [`EngineError::NotFound`] for an unknown photo, [`EngineError::Invalid`] for fewer than two.
pub fn decide(
    engine: &Engine,
    ids: &[PhotoId],
    decision: Option<Decision>,
) -> Result<u64, EngineError> {
    if ids.len() < 2 {
        return Err(EngineError::invalid(
            "A decision is about two photos or more",
        ));
    }
    let now_s = engine.now_s();
    let changed = engine.store().write(|tx| {
        let mut members = Vec::new();
        for id in ids {
            let member = pictures::of_photo(tx, *id)?;
            members.push(member.ok_or_else(|| EngineError::not_found("photo", id))?);
        }
        let mut changed = 0;
        for (place, one) in members.iter().enumerate() {
            for other in members.iter().skip(place + 1) {
                let pair = grouping::hash_pair(&one.content_hash, &other.content_hash);
                changed += u64::from(review::decide(tx, &pair, decision, now_s)?);
            }
            pictures::note_change(tx, one.picture)?;
        }
        Ok::<_, EngineError>(changed)
    })?;
    if changed > 0 {
        engine.events().changed(&[Kind::Duplicates]);
    }
    Ok(changed)
}
