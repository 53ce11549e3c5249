//! All groups that a query asks for, and which photo of each stays.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use super::grouping::{Grouping, Terms};
use super::listing::{Listed, Place, Totals};
use super::rules::{self, Choice, choose};
use super::{CopyKind, CopyQuery, Group, similar};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::filter;
use crate::ids::PhotoId;
use crate::near;
use crate::photo_set::PhotoSet;
use crate::search::sets;
use crate::store::Connection;
use crate::store::pictures::{self, Member};

/// Groupings that are kept current.
const KEPT: usize = 3;
/// Changes that every grouping has are forgotten from so many on: each time is a write.
const FORGET_FROM: i64 = 1000;

/// A group and which of it stays.
#[derive(Clone, Debug)]
pub(crate) struct Proposal {
    pub(crate) group: Arc<Group>,
    pub(crate) is_protected: Vec<bool>,
    pub(crate) choice: Choice,
    pub(crate) reclaimable_bytes: u64,
}

impl Proposal {
    pub(crate) fn id(&self, kind: CopyKind) -> String {
        self.group.id(kind)
    }

    pub(super) fn place(&self) -> Place {
        let first = self
            .group
            .members
            .first()
            .map_or(PhotoId(0), |member| member.id);
        (Reverse(self.reclaimable_bytes), first)
    }

    /// The photos that go, by the proposal.
    pub(crate) fn removed(&self) -> impl Iterator<Item = &Member> {
        let members = self
            .group
            .members
            .iter()
            .zip(&self.is_protected)
            .enumerate();
        members
            .filter(|(place, (_, is_protected))| {
                self.choice.keeper.is_some_and(|keeper| keeper != *place) && !**is_protected
            })
            .map(|(_, (member, _))| member)
    }
}

/// Some of the groups that a query asks for, in order.
pub(super) struct Page {
    pub(super) proposals: Vec<Proposal>,
    /// Of all groups, shown or not.
    pub(super) totals: Totals,
    /// Where the next page begins; none after the last.
    pub(super) next: Option<Place>,
}

impl Page {
    /// Parts off what comes after the page; `proposals` are in order and may go on after it.
    fn of(mut proposals: Vec<Proposal>, totals: Totals, limit: usize) -> Self {
        let is_more = proposals.len() > limit;
        proposals.truncate(limit);
        let next = proposals.last().filter(|_| is_more).map(Proposal::place);
        Self {
            proposals,
            totals,
            next,
        }
    }
}

/// The groups after a place, of one photo or of all. Where neither a filter nor the disk decides about
/// groups, their order is kept, and only what is shown is looked at.
pub(super) fn page(
    engine: &Engine,
    query: &CopyQuery,
    photo: Option<PhotoId>,
    after: Option<Place>,
    limit: usize,
) -> Result<Page, EngineError> {
    check(query)?;
    let is_kept = query.kind != CopyKind::Similar && query.filter.is_none();
    if photo.is_none() && is_kept && query.reference.is_empty() {
        let (groups, totals) = current(engine, query, |listed| {
            listed.by(&query.rules, |listing| {
                (listing.after(after, limit + 1), listing.totals())
            })
        })?;
        let proposals = groups.into_iter();
        let proposals = proposals.map(|group| proposed(group, &query.rules));
        return Ok(Page::of(proposals.collect(), totals, limit));
    }
    let mut proposals = match photo {
        Some(photo) if is_kept => {
            let own = engine
                .store()
                .read(|connection| pictures::of_photo(connection, photo))?;
            let about = |listed: &mut Listed| {
                let groups = own.map(|own| listed.grouping.groups_about(own.picture).to_vec());
                groups.unwrap_or_default()
            };
            ordered(query, current(engine, query, about)?)?
        }
        _ => proposals(engine, query)?,
    };
    if let Some(photo) = photo {
        proposals.retain(|one| one.group.members.iter().any(|member| member.id == photo));
    }
    let totals = Totals::of(proposals.iter());
    if let Some(after) = after {
        proposals.retain(|one| one.place() > after);
    }
    Ok(Page::of(proposals, totals, limit))
}

fn check(query: &CopyQuery) -> Result<(), EngineError> {
    if query
        .threshold
        .is_some_and(|threshold| !(0.0..=1.0).contains(&threshold))
    {
        return Err(EngineError::invalid("A threshold is a number from 0 to 1"));
    }
    Ok(())
}

/// All groups that a query asks for with a proposal each, those that free the most bytes first.
pub(crate) fn proposals(engine: &Engine, query: &CopyQuery) -> Result<Vec<Proposal>, EngineError> {
    check(query)?;
    let among = match &query.filter {
        Some(filter) => Some(filter_set(engine, filter)?),
        None => None,
    };
    ordered(query, groups(engine, query, among.as_ref())?)
}

/// What is proposed for groups, in order.
fn ordered(query: &CopyQuery, groups: Vec<Arc<Group>>) -> Result<Vec<Proposal>, EngineError> {
    let reference = Reference::new(&query.reference)?;
    let mut folders = HashMap::new();
    let mut proposals: Vec<Proposal> = groups
        .into_iter()
        .map(|group| proposal(group, &query.rules, &reference, &mut folders))
        .collect();
    proposals.sort_unstable_by_key(Proposal::place);
    Ok(proposals)
}

/// What is proposed for a group where nothing lies in a reference folder.
pub(super) fn proposed(group: Arc<Group>, rules: &[rules::Rule]) -> Proposal {
    proposal(group, rules, &Reference::default(), &mut HashMap::new())
}

fn filter_set(engine: &Engine, filter: &serde_json::Value) -> Result<PhotoSet, EngineError> {
    sets::of_filter(engine.store(), &filter::any::parse(filter, None)?)
}

fn groups(
    engine: &Engine,
    query: &CopyQuery,
    among: Option<&PhotoSet>,
) -> Result<Vec<Arc<Group>>, EngineError> {
    if query.kind == CopyKind::Similar {
        return similar::groups(engine, query, among);
    }
    let among = |group: &Arc<Group>| match among {
        None => Some(Arc::clone(group)),
        Some(set) => {
            let members = group
                .members
                .iter()
                .filter(|member| set.contains(member.id));
            Group::of(members.cloned().collect(), group.similarity).map(Arc::new)
        }
    };
    current(engine, query, |listed| {
        listed.grouping.groups().filter_map(among).collect()
    })
}

/// Looks at the groups as they are now.
fn current<T>(
    engine: &Engine,
    query: &CopyQuery,
    look: impl FnOnce(&mut Listed) -> T,
) -> Result<T, EngineError> {
    let terms = Terms {
        kind: query.kind,
        threshold: query
            .threshold
            .unwrap_or(near::THRESHOLD)
            .max(near::THRESHOLD),
        include_decided: query.include_decided,
    };
    let store = engine.store();
    let mut groupings = engine
        .copies()
        .groupings
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let is_asked = |known: &Listed| known.grouping.terms == terms;
    let known = groupings.iter().position(is_asked);
    let mut listed = match known.map(|place| groupings.remove(place)) {
        Some(mut known) => {
            let turnover = store.read_at_once(|connection| known.grouping.follow(connection))?;
            known.take(&turnover);
            known
        }
        None => {
            let build = |connection: &Connection| Grouping::build(connection, terms);
            Listed::new(store.read_at_once(build)?)
        }
    };
    let answer = look(&mut listed);
    groupings.insert(0, listed);
    groupings.truncate(KEPT);
    let seqs = groupings.iter().map(|known| known.grouping.seq());
    let oldest = seqs.min().unwrap_or(0);
    drop(groupings);
    let first = store.read(pictures::first_change)?;
    if first.is_some_and(|first| oldest - first >= FORGET_FROM) {
        store.write_derived(|tx| pictures::forget_changes(tx, oldest))?;
    }
    Ok(answer)
}

/// Folders in which nothing is removed, by their real paths.
#[derive(Default)]
struct Reference {
    folders: Vec<PathBuf>,
}

impl Reference {
    fn new(folders: &[PathBuf]) -> Result<Self, EngineError> {
        let real = |folder: &PathBuf| {
            std::fs::canonicalize(folder).map_err(|source| {
                EngineError::invalid(format!(
                    "The reference folder {} cannot be found: {}",
                    folder.display(),
                    crate::io::plain_reason(&source)
                ))
            })
        };
        Ok(Self {
            folders: folders.iter().map(real).collect::<Result<_, _>>()?,
        })
    }

    /// Whether a folder is one of them or lies below one, by either path.
    fn holds(&self, folder: &str, real: &mut HashMap<String, PathBuf>) -> bool {
        if self.folders.is_empty() {
            return false;
        }
        let real = real.entry(folder.to_owned()).or_insert_with(|| {
            std::fs::canonicalize(folder).unwrap_or_else(|_| PathBuf::from(folder))
        });
        self.folders
            .iter()
            .any(|top| real.starts_with(top) || Path::new(folder).starts_with(top))
    }
}

fn proposal(
    group: Arc<Group>,
    rules: &[rules::Rule],
    reference: &Reference,
    folders: &mut HashMap<String, PathBuf>,
) -> Proposal {
    let is_protected: Vec<bool> = group
        .members
        .iter()
        .map(|member| reference.holds(&member.folder, folders))
        .collect();
    let choice = if is_protected.iter().all(|one| *one) {
        Choice {
            keeper: None,
            reasons: vec!["All lie in reference folders: nothing is removed".into()],
        }
    } else {
        choose(&group.members, &is_protected, rules)
    };
    let mut own = Proposal {
        group,
        is_protected,
        choice,
        reclaimable_bytes: 0,
    };
    own.reclaimable_bytes = reclaimable(&own);
    own
}

/// Bytes that would be freed; of a tie, whichever stays, at least so many.
fn reclaimable(proposal: &Proposal) -> u64 {
    let members = &proposal.group.members;
    let counted = |place: usize| {
        let is_protected = proposal.is_protected.get(place).copied().unwrap_or(false);
        !is_protected && !proposal.group.is_linked(place)
    };
    let sizes = members
        .iter()
        .enumerate()
        .filter(|(place, _)| counted(*place));
    let total: u64 = sizes.clone().map(|(_, member)| member.bytes).sum();
    let kept = match proposal.choice.keeper {
        // A keeper that is protected or linked was not counted.
        Some(keeper) if counted(keeper) => members.get(keeper).map_or(0, |member| member.bytes),
        Some(_) => 0,
        None if proposal.is_protected.iter().any(|one| *one) => 0,
        None => sizes.map(|(_, member)| member.bytes).max().unwrap_or(0),
    };
    total - kept
}
