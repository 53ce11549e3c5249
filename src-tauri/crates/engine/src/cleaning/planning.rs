//! Makes a plan of what is proposed, or of what was marked in a review.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::partners::{Folders, Shot, Stays, name_of};
use super::regions;
use crate::cleanup::CleanupPlan;
use crate::cleanup::plan::{
    Action, ContentHash, GroupKind, Merge, OpenGroup, PLAN_VERSION, Partner, PlanFile, PlanGroup,
    RefusedFile,
};
use crate::duplicates::{self, CopyKind, CopyQuery, Proposal};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::PhotoId;
use crate::io;
use crate::stacks::names::{self, Bond};
use crate::store::photos::{self, PhotoRow};
use crate::store::pictures::Member;
use crate::store::review::{self, Mark};
use crate::store::stacks;

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
        kept: HashSet::new(),
        going: HashSet::new(),
        along: HashSet::new(),
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
    let mut chosen = Vec::new();
    for proposal in &proposals {
        if let Some((keeper, removed)) = planner.chosen(proposal) {
            planner.kept.insert(keeper.id);
            planner.going.extend(removed.iter().map(|member| member.id));
            chosen.push((proposal, keeper, removed));
        }
    }
    for (proposal, keeper, removed) in chosen {
        planner.add(proposal, keeper, removed)?;
    }
    Ok(planner.plan)
}

struct Planner<'a> {
    engine: &'a Engine,
    query: &'a CopyQuery,
    marks: Option<HashMap<PhotoId, Mark>>,
    folders: Folders,
    /// The keepers of all groups.
    kept: HashSet<PhotoId>,
    /// What goes by itself, of all groups.
    going: HashSet<PhotoId>,
    /// What goes along with a photo.
    along: HashSet<PathBuf>,
    plan: CleanupPlan,
}

impl Planner<'_> {
    fn add(
        &mut self,
        proposal: &Proposal,
        keeper: &Member,
        removed: Vec<&Member>,
    ) -> Result<(), EngineError> {
        let keeper_row = self.engine.photo(keeper.id)?;
        let keeper_file = match self.file(&keeper_row) {
            Ok(file) => file,
            Err(Stays { reason }) => {
                self.refuse(keeper, reason);
                return Ok(());
            }
        };
        let kept_below = self.below(&keeper_row)?;
        let (mut files, mut rows, mut going) = (Vec::new(), Vec::new(), Vec::new());
        for member in removed {
            let is_same_file = member.file_key.is_some() && member.file_key == keeper.file_key;
            if is_same_file {
                let reason = "It is the same file as the one that stays, under another name: \
                    removing it frees nothing";
                self.refuse(member, reason.into());
                continue;
            }
            let row = self.engine.photo(member.id)?;
            let below = self.below(&row)?;
            let partners = self.file(&row).and_then(|file| {
                let photo = Shot {
                    file: &file.path,
                    below: &below,
                };
                let keeper = Shot {
                    file: &keeper_file.path,
                    below: &kept_below,
                };
                let is_copy = file.hash == keeper_file.hash;
                if self.plan.action.replaces() {
                    // What belongs to it stays beside what stands in for it.
                    let reason = "It has not the same bytes as the file that stays: that one \
                        cannot stand in for it";
                    let differs = || Stays {
                        reason: reason.to_owned(),
                    };
                    return is_copy.then_some((file, Vec::new())).ok_or_else(differs);
                }
                let partners = self.folders.of(photo, keeper, is_copy)?;
                Ok((file, partners))
            });
            let partners = match partners {
                Ok((file, partners)) => self
                    .free(&file.path, partners)?
                    .map(|(partners, photos)| (PlanFile { partners, ..file }, photos)),
                Err(stays) => Err(stays),
            };
            match partners {
                Ok((file, photos)) => {
                    files.push(file);
                    rows.push(row);
                    going.push(member);
                    for photo in photos {
                        rows.push(self.engine.photo(photo)?);
                    }
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
        let store = self.engine.store();
        let regions = store.read(|connection| regions::of_copies(connection, keeper, &going))?;
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
            merge: Merge {
                regions: regions.taken,
                regions_left: regions.left,
                ..merge(&keeper_row, &rows)
            },
        });
        Ok(())
    }

    /// The files of the photos that a person stacked below a photo.
    fn below(&self, row: &PhotoRow) -> Result<Vec<PathBuf>, EngineError> {
        self.engine.store().read(|connection| {
            let stack = stacks::of_photo(connection, row.id)?;
            if stack.first().is_none_or(|top| top.id != row.id) {
                return Ok(Vec::new());
            }
            let below = stack.iter().skip(1).filter(|photo| photo.by_hand);
            below
                .filter_map(|photo| photos::path_of(connection, photo.id).transpose())
                .map(|path| Ok(path?))
                .collect()
        })
    }

    /// Leaves out what goes by itself, and answers which photos the others are.
    ///
    /// # Errors
    /// Inside: [`Stays`] where one of them must not go.
    #[expect(clippy::type_complexity, reason = "the two errors are of two kinds")]
    fn free(
        &mut self,
        photo: &Path,
        partners: Vec<Partner>,
    ) -> Result<Result<(Vec<Partner>, Vec<PhotoId>), Stays>, EngineError> {
        let (mut free, mut along, mut alone) = (Vec::new(), Vec::new(), Vec::new());
        for partner in partners {
            let at_path = self
                .engine
                .store()
                .read(|connection| photos::at_path(connection, &partner.path))?;
            let ids = at_path.iter().filter(|photo| !photo.is_missing);
            let ids: Vec<PhotoId> = ids.map(|photo| photo.id).collect();
            if ids.iter().any(|id| self.going.contains(id)) {
                alone.push(partner.path);
                continue;
            }
            if let Some(why) = self.must_stay(&partner.path, &ids) {
                let name = name_of(&partner.path);
                let reason = format!("{name} belongs to it, and {why}");
                return Ok(Err(Stays { reason }));
            }
            along.extend(ids);
            free.push(partner);
        }
        // The notes on what goes by itself go with that.
        let is_of_other =
            |note: &Path| !is_note(note, photo) && alone.iter().any(|other| is_note(note, other));
        free.retain(|partner: &Partner| {
            !is_of_other(&partner.path) && self.along.insert(partner.path.clone())
        });
        Ok(Ok((free, along)))
    }

    /// Why a file must not go along with a photo.
    fn must_stay(&self, path: &Path, ids: &[PhotoId]) -> Option<&'static str> {
        let is_marked = |id: &PhotoId| {
            let marks = self.marks.as_ref();
            marks.is_some_and(|marks| marks.get(id) == Some(&Mark::Keep))
        };
        if ids.iter().any(|id| self.kept.contains(id)) {
            return Some("stays in place of its own copies");
        }
        if ids.iter().any(is_marked) {
            return Some("was kept in the review");
        }
        let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let reference = &mut self.plan.reference.iter();
        reference
            .any(|folder| real.starts_with(folder))
            .then_some("lies in a reference folder")
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

/// Whether a file is a note on another one beside it.
fn is_note(file: &Path, of: &Path) -> bool {
    let bond = names::bond(&name_of(file), &name_of(of));
    file.parent() == of.parent() && bond.is_some_and(|bond| bond != Bond::Part)
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
        ..Merge::default()
    }
}
