//! Makes a plan of what is proposed, or of what was marked in a review.

use std::collections::HashMap;
use std::path::PathBuf;

use serde_json::{Map, Value};

use super::partners::{Folders, Stays};
use crate::cleanup::CleanupPlan;
use crate::cleanup::plan::{
    Action, ContentHash, GroupKind, Merge, OpenGroup, PLAN_VERSION, PlanFile, PlanGroup,
    RefusedFile,
};
use crate::duplicates::{self, CopyKind, CopyQuery, Proposal};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::PhotoId;
use crate::io;
use crate::store::photos::{self, PhotoRow};
use crate::store::pictures::Member;
use crate::store::review::{self, Mark};

/// Makes a plan; changes nothing.
///
/// # Errors
/// As [`duplicates::find`]; [`EngineError::Invalid`] for an action that cannot be.
pub fn plan(
    engine: &Engine,
    query: &CopyQuery,
    marked: bool,
    action: Action,
) -> Result<CleanupPlan, EngineError> {
    let proposals = duplicates::proposals(engine, query)?;
    let marks = if marked {
        engine.store().read(review::marks)?
    } else {
        HashMap::new()
    };
    let mut planner = Planner {
        engine,
        query,
        marks: marked.then_some(marks),
        folders: Folders::default(),
        plan: CleanupPlan {
            version: PLAN_VERSION,
            created_at: engine.now_s(),
            action,
            rules: query.rules.iter().map(ToString::to_string).collect(),
            reference: query
                .reference
                .iter()
                .map(|folder| std::fs::canonicalize(folder).unwrap_or_else(|_| folder.clone()))
                .collect(),
            groups: Vec::new(),
            open: Vec::new(),
            refused: Vec::new(),
            files: 0,
            bytes: 0,
        },
    };
    for proposal in &proposals {
        planner.add(proposal)?;
    }
    Ok(planner.plan)
}

struct Planner<'a> {
    engine: &'a Engine,
    query: &'a CopyQuery,
    marks: Option<HashMap<PhotoId, Mark>>,
    folders: Folders,
    plan: CleanupPlan,
}

impl Planner<'_> {
    fn add(&mut self, proposal: &Proposal) -> Result<(), EngineError> {
        let Some((keeper, removed)) = self.chosen(proposal) else {
            return Ok(());
        };
        let keeper_row = self.engine.photo(keeper.id)?;
        let keeper_file = match self.file(&keeper_row) {
            Ok(file) => file,
            Err(Stays { reason }) => {
                self.refuse(keeper, reason);
                return Ok(());
            }
        };
        let (mut files, mut rows) = (Vec::new(), Vec::new());
        for member in removed {
            let is_same_file = member.file_key.is_some() && member.file_key == keeper.file_key;
            if is_same_file {
                let reason = "It is the same file as the one that stays, under another name: \
                    removing it frees nothing";
                self.refuse(member, reason.into());
                continue;
            }
            let row = self.engine.photo(member.id)?;
            let partners = self.file(&row).and_then(|file| {
                let partners = self.folders.of(&file.path, &keeper_file.path)?;
                Ok(PlanFile { partners, ..file })
            });
            match partners {
                Ok(file) => {
                    files.push(file);
                    rows.push(row);
                }
                Err(Stays { reason }) => self.refuse(member, reason),
            }
        }
        if files.is_empty() {
            return Ok(());
        }
        for file in files.iter().flat_map(PlanFile::with_partners) {
            self.plan.files += 1;
            self.plan.bytes += file.bytes;
        }
        self.plan.groups.push(PlanGroup {
            group_id: proposal.id(self.query.kind),
            kind: match self.query.kind {
                CopyKind::Exact => GroupKind::Exact,
                CopyKind::Pixels => GroupKind::Pixels,
                CopyKind::Near => GroupKind::Near,
                CopyKind::Similar => GroupKind::Similar,
            },
            similarity: f64::from(proposal.group.similarity),
            keeper: keeper_file,
            reasons: match self.marks {
                Some(_) => vec!["Kept in the review".into()],
                None => proposal.choice.reasons.clone(),
            },
            remove: files,
            merge: merge(&keeper_row, &rows),
        });
        Ok(())
    }

    /// The photo that stays and those that go; none where nothing goes.
    fn chosen<'p>(&mut self, proposal: &'p Proposal) -> Option<(&'p Member, Vec<&'p Member>)> {
        let members = &proposal.group.members;
        let Some(marks) = &self.marks else {
            let Some(keeper) = proposal.choice.keeper.and_then(|place| members.get(place)) else {
                self.plan.open.push(OpenGroup {
                    group_id: proposal.id(self.query.kind),
                    photo_ids: members.iter().map(|member| member.id.0).collect(),
                    reason: proposal.choice.reasons.last().cloned().unwrap_or_default(),
                });
                return None;
            };
            let removed: Vec<&Member> = proposal.removed().collect();
            return (!removed.is_empty()).then_some((keeper, removed));
        };
        let is_removed = |member: &Member| marks.get(&member.id) == Some(&Mark::Remove);
        let stays: Vec<usize> = (0..members.len())
            .filter(|place| !members.get(*place).is_some_and(is_removed))
            .collect();
        let removed: Vec<(usize, &Member)> = members
            .iter()
            .enumerate()
            .filter(|(_, member)| is_removed(member))
            .collect();
        if removed.is_empty() {
            return None;
        }
        let kept = |place: &&usize| {
            members
                .get(**place)
                .is_some_and(|member| marks.get(&member.id) == Some(&Mark::Keep))
        };
        let proposed = proposal.choice.keeper.filter(|place| stays.contains(place));
        let keeper = proposed
            .or_else(|| stays.iter().find(kept).copied())
            .or(stays.first().copied());
        let Some(keeper) = keeper.and_then(|place| members.get(place)) else {
            for (_, member) in removed {
                self.refuse(
                    member,
                    "All copies are marked for removal: one has to stay".into(),
                );
            }
            return None;
        };
        let mut going = Vec::new();
        for (place, member) in removed {
            if proposal.is_protected.get(place).copied().unwrap_or(false) {
                self.refuse(member, "It lies in a reference folder".into());
            } else {
                going.push(member);
            }
        }
        Some((keeper, going))
    }

    /// A photo's file as the catalog knows it.
    fn file(&self, row: &PhotoRow) -> Result<PlanFile, Stays> {
        let stays = |reason: &str| Stays {
            reason: reason.to_owned(),
        };
        let path = self
            .engine
            .store()
            .read(|connection| photos::path_of(connection, row.id));
        let path: PathBuf = path
            .ok()
            .flatten()
            .ok_or_else(|| stays("It is no longer in the catalog"))?;
        if path.to_str().is_none() {
            return Err(stays(
                "Its name is not Unicode and cannot stand in a plan: rename it",
            ));
        }
        if row.offline {
            return Err(stays("Its disk is not there"));
        }
        let hash = <[u8; 32]>::try_from(row.content_hash.as_slice())
            .map_err(|_| stays("The catalog is damaged: its fingerprint is none"))?;
        Ok(PlanFile {
            photo_id: row.id.0,
            path,
            bytes: row.bytes,
            mtime_ns: row.mtime_ns,
            hash: ContentHash(hash),
            partners: Vec::new(),
        })
    }

    fn refuse(&mut self, member: &Member, reason: String) {
        self.plan.refused.push(RefusedFile {
            photo_id: member.id.0,
            path: PathBuf::from(io::shown(&PathBuf::from(member.path()))),
            reason,
        });
    }
}

/// What the photo that stays takes over: what it has not, from those that go.
fn merge(keeper: &PhotoRow, removed: &[PhotoRow]) -> Merge {
    let mut tags: Vec<String> = Vec::new();
    let mut attributes = Map::new();
    for row in removed {
        let fresh = row.tags.iter().filter(|tag| !keeper.tags.contains(tag));
        for tag in fresh {
            if !tags.contains(tag) {
                tags.push(tag.clone());
            }
        }
        for (name, value) in &row.attributes {
            if !keeper.attributes.contains_key(name) && !attributes.contains_key(name) {
                attributes.insert(name.clone(), value.clone());
            }
        }
    }
    tags.sort();
    let rating = removed.iter().filter_map(|row| row.camera.rating).max();
    let label = removed.iter().find_map(|row| row.label.clone());
    let caption = removed.iter().find_map(|row| row.camera.caption.clone());
    Merge {
        tags,
        rating: rating
            .filter(|_| keeper.camera.rating.is_none())
            .map(Value::from),
        label: label.filter(|_| keeper.label.is_none()).map(Value::from),
        caption: caption
            .filter(|_| keeper.camera.caption.is_none())
            .map(Value::from),
        attributes: (!attributes.is_empty()).then_some(attributes),
    }
}
