//! What the lines of a journal say: where each file of a session is.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use super::journal::{Ending, Entry};
use super::kept::Kept;
use super::plan::{CleanupPlan, Partner, PlanFile, PlanGroup};

/// A photo of the plan: its group, and its place among those that go.
pub type UnitKey = (usize, usize);

/// Where a file of a session is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PieceState {
    /// Between `from` and `to`: the journal ends here, or the step is being made.
    Going,
    /// At `to`.
    Away,
    /// At `from`, where it always was.
    Stayed,
    /// Between `to` and this place.
    Returning(PathBuf),
    /// Back, at this place.
    Back(PathBuf),
    /// Not at `to` any more.
    Lost,
}

/// One move of one file.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Counts the moves of the session.
    pub step: u64,
    /// The photo it belongs to.
    pub unit: UnitKey,
    /// 0 for the photo's file, from 1 for its partners.
    pub part: usize,
    /// Its place, without links of folders.
    pub from: PathBuf,
    /// Where it was put.
    pub to: PathBuf,
    /// The note on it in the system's trash.
    pub info: Option<PathBuf>,
    /// The file as it was checked.
    pub what: Partner,
    /// What else it had, where it was copied to another disk.
    pub kept: Option<Kept>,
    /// Where it is.
    pub state: PieceState,
    /// Why it stayed, remained or is lost.
    pub reason: Option<String>,
}

/// The stand-in at the place of a file that went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// There is none.
    #[default]
    None,
    /// It is being made at `temp`, to take `place`.
    Linking {
        /// Its first name.
        temp: PathBuf,
        /// The file's place.
        place: PathBuf,
    },
    /// It has the place.
    Linked,
    /// It is being set aside.
    Unlinking(PathBuf),
}

/// A photo of the plan in this session.
#[derive(Clone, Debug, Default)]
pub struct Unit {
    /// It has gone, with all that goes along.
    pub removed: bool,
    /// It is back, with all that went along.
    pub restored: bool,
    /// Why it stays.
    pub skipped: Option<String>,
    /// What stands in for it.
    pub link: Link,
}

/// The metadata that a keeper took over.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// Brings the keeper back to what it had.
    pub before: Value,
    /// Whether the keeper has it; otherwise a step is open.
    pub settled: bool,
}

/// A session as its journal tells it.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id.
    pub id: String,
    /// When it began, seconds since 1970 UTC.
    pub started_at: i64,
    /// Its plan.
    pub plan: CleanupPlan,
    /// Its moves, by step.
    pub pieces: BTreeMap<u64, Piece>,
    /// The moves of each photo, in order.
    steps: BTreeMap<UnitKey, Vec<u64>>,
    /// Its photos so far.
    pub units: BTreeMap<UnitKey, Unit>,
    /// Keepers with metadata taken over, by group.
    pub merges: BTreeMap<usize, Merged>,
    /// How applying ended; none: it was cut off or is at work.
    pub ended: Option<Ending>,
    /// Whether bringing back was cut off or is at work.
    pub undoing: bool,
}

impl Session {
    /// The session that a first line begins.
    #[must_use]
    pub fn begin(entry: &Entry) -> Option<Self> {
        let Entry::Begin {
            id,
            started_at,
            plan,
            ..
        } = entry
        else {
            return None;
        };
        Some(Self {
            id: id.clone(),
            started_at: *started_at,
            plan: plan.as_ref().clone(),
            pieces: BTreeMap::new(),
            steps: BTreeMap::new(),
            units: BTreeMap::new(),
            merges: BTreeMap::new(),
            ended: None,
            undoing: false,
        })
    }

    /// Takes the next line.
    pub fn take(&mut self, entry: Entry) {
        match entry {
            Entry::Begin { .. } => {}
            Entry::Skipped {
                group,
                file,
                reason,
            } => self.unit(group, file).skipped = Some(reason),
            Entry::Merging { group, before } => {
                let open = Merged {
                    before,
                    settled: false,
                };
                self.merges.insert(group, open);
            }
            Entry::Merged { group } => self.settle_merge(group, true),
            Entry::Unmerging { group } => self.settle_merge(group, false),
            Entry::Unmerged { group } => {
                self.merges.remove(&group);
            }
            Entry::Going {
                step,
                group,
                file,
                part,
                from,
                to,
                info,
                what,
                kept,
            } => {
                let piece = Piece {
                    step,
                    unit: (group, file),
                    part,
                    from,
                    to,
                    info,
                    what,
                    kept,
                    state: PieceState::Going,
                    reason: None,
                };
                self.steps.entry(piece.unit).or_default().push(step);
                self.pieces.insert(step, piece);
            }
            Entry::Gone { step } => self.set(step, PieceState::Away, None),
            Entry::Stayed { step, reason } => self.set(step, PieceState::Stayed, Some(reason)),
            Entry::Returning { step, to } => self.set(step, PieceState::Returning(to), None),
            Entry::Returned { step, at } => self.set(step, PieceState::Back(at), None),
            Entry::Remained { step, reason } => self.set(step, PieceState::Away, Some(reason)),
            Entry::Lost { step, reason } => self.set(step, PieceState::Lost, Some(reason)),
            Entry::Linking {
                group,
                file,
                temp,
                place,
            } => self.unit(group, file).link = Link::Linking { temp, place },
            Entry::Linked { group, file } => self.unit(group, file).link = Link::Linked,
            Entry::Unlinked { group, file } => self.unit(group, file).link = Link::None,
            Entry::Unlinking { group, file, aside } => {
                self.unit(group, file).link = Link::Unlinking(aside);
            }
            Entry::Removed { group, file } => self.unit(group, file).removed = true,
            Entry::Restored { group, file } => self.unit(group, file).restored = true,
            Entry::Ended { how } => self.ended = Some(how),
            Entry::Undoing {} => self.undoing = true,
            Entry::UndoEnded {} => self.undoing = false,
        }
    }

    fn unit(&mut self, group: usize, file: usize) -> &mut Unit {
        self.units.entry((group, file)).or_default()
    }

    fn settle_merge(&mut self, group: usize, settled: bool) {
        if let Some(merge) = self.merges.get_mut(&group) {
            merge.settled = settled;
        }
    }

    fn set(&mut self, step: u64, state: PieceState, reason: Option<String>) {
        if let Some(piece) = self.pieces.get_mut(&step) {
            piece.state = state;
            piece.reason = reason;
        }
    }

    /// The number of the next move.
    #[must_use]
    pub fn next_step(&self) -> u64 {
        self.pieces
            .last_key_value()
            .map_or(0, |(step, _)| step.saturating_add(1))
    }

    /// The group and the photo of a key.
    #[must_use]
    pub fn planned(&self, (group, file): UnitKey) -> Option<(&PlanGroup, &PlanFile)> {
        let group = self.plan.groups.get(group)?;
        Some((group, group.remove.get(file)?))
    }

    /// The last move of each file of a photo, the photo's own first.
    #[must_use]
    pub fn pieces_of(&self, unit: UnitKey) -> Vec<&Piece> {
        let mut last: BTreeMap<usize, &Piece> = BTreeMap::new();
        let steps = self.steps.get(&unit).into_iter().flatten();
        for piece in steps.filter_map(|step| self.pieces.get(step)) {
            last.insert(piece.part, piece);
        }
        last.into_values().collect()
    }

    /// The photos that have a line.
    #[must_use]
    pub fn unit_keys(&self) -> Vec<UnitKey> {
        let mut keys: Vec<_> = self.steps.keys().copied().collect();
        keys.extend(self.units.keys());
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The photos of a group so far.
    pub fn units_of_group(&self, group: usize) -> impl Iterator<Item = &Unit> {
        let keys = (group, 0)..=(group, usize::MAX);
        self.units.range(keys).map(|(_, unit)| unit)
    }

    /// What is known of a photo.
    #[must_use]
    pub fn unit_of(&self, unit: UnitKey) -> Unit {
        self.units.get(&unit).cloned().unwrap_or_default()
    }

    /// Whether a step was begun and its end is not known.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.ended.is_none() || self.undoing
    }
}
