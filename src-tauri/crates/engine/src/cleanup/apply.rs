//! Carries a plan out, photo by photo: check, note, move with all that goes along, note, tell the
//! catalog.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::carry::{self, Part, Way};
use super::check::{CheckedUnit, Guard};
use super::error::{CatalogFault, CleanupError, Refusal};
use super::faults::point;
use super::journal::{Ending, Entry, Journal};
use super::link;
use super::plan::{Action, CleanupPlan, PlanFile, PlanGroup};
use super::session::UnitKey;
use super::trash::Bin;
use super::undo::tell_of_partners;
use super::{Cleanup, Progress, Report, Skipped};
use crate::ids::PhotoId;
use crate::io::plain_reason;

/// Carries a plan out.
///
/// A photo goes with its partners or stays with them, and its reason is in the report.
///
/// # Errors
/// [`CleanupError`] where the plan cannot be carried out, or the journal or catalog fails; what was
/// done until then is in the journal.
pub fn apply(cleanup: &Cleanup<'_>, plan: &CleanupPlan) -> Result<Report, CleanupError> {
    plan.validate()?;
    let guard = Guard::new(&plan.reference).map_err(|(folder, error)| CleanupError::Reference {
        folder,
        reason: plain_reason(&error),
    })?;
    let journal = Journal::begin(cleanup.journals, cleanup.now_s, plan)?;
    let mut run = Run {
        cleanup,
        plan,
        guard,
        report: Report::of(&journal.session.id),
        journal,
        progress: Progress::of(plan),
    };
    let how = run.groups()?;
    run.journal.add(Entry::Ended { how })?;
    point("the end is noted");
    Ok(run.report)
}

struct Run<'a> {
    cleanup: &'a Cleanup<'a>,
    plan: &'a CleanupPlan,
    guard: Guard,
    journal: Journal,
    report: Report,
    progress: Progress,
}

impl Run<'_> {
    fn groups(&mut self) -> Result<Ending, CleanupError> {
        let plan = self.plan;
        for (index, group) in plan.groups.iter().enumerate() {
            let ending = self.group(index, group)?;
            self.drop_needless_merge(index, group)?;
            if let Some(ending) = ending {
                return Ok(ending);
            }
        }
        Ok(Ending::Complete)
    }

    fn group(&mut self, index: usize, group: &PlanGroup) -> Result<Option<Ending>, CleanupError> {
        for (file, photo) in group.remove.iter().enumerate() {
            self.progress.path.clone_from(&photo.path);
            if (self.cleanup.tick)(&self.progress) == ControlFlow::Break(()) {
                return Ok(Some(Ending::Cancelled));
            }
            self.photo((index, file), group, photo)?;
            self.progress.pass(photo);
        }
        Ok(None)
    }

    fn photo(
        &mut self,
        unit: UnitKey,
        group: &PlanGroup,
        photo: &PlanFile,
    ) -> Result<(), CleanupError> {
        point("a photo is about to be checked");
        let objection = self.cleanup.catalog.objection(group, photo);
        if let Some(reason) = objection.map_err(CleanupError::Catalog)? {
            return self.skip(unit, photo, reason);
        }
        let checked = match self.guard.check(&self.plan.action, group, photo) {
            Ok(checked) => checked,
            Err(objection) => return self.skip(unit, photo, objection.to_string()),
        };
        if let Err(refusal) = self.merge(unit.0, group)? {
            return self.skip(unit, photo, refusal.reason);
        }
        match self.send(unit, &checked)? {
            Err(refusal) => self.skip(unit, photo, refusal.reason),
            Ok(()) => self.removed(unit, photo, &checked),
        }
    }

    fn send(
        &mut self,
        unit: UnitKey,
        checked: &CheckedUnit,
    ) -> Result<Result<(), Refusal>, CleanupError> {
        let Some(first) = checked.files.first() else {
            return Ok(Ok(()));
        };
        if self.plan.action.replaces() {
            let way = self.way(&first.real);
            return link::replace(&mut self.journal, unit, checked, &self.plan.action, &way);
        }
        let stem = carry::stem_of(&first.real);
        for (part, file) in checked.files.iter().enumerate() {
            let way = self.way(&file.real);
            let part = Part {
                unit,
                part,
                file,
                stem: &stem,
            };
            if let Err(mut refusal) = carry::send_away(&mut self.journal, &part, &way)? {
                refusal.extend(&carry::roll_back(&mut self.journal, unit)?);
                return Ok(Err(refusal));
            }
        }
        Ok(Ok(()))
    }

    fn way(&self, real: &Path) -> Way {
        let bins = match &self.plan.action {
            Action::Folder { folder } => vec![Bin::named(folder)],
            _ => self.cleanup.trash.bins(real, &self.journal.session.id),
        };
        Way {
            bins,
            across: matches!(self.plan.action, Action::Folder { .. }),
            now_s: self.cleanup.now_s,
        }
    }

    fn removed(
        &mut self,
        (group, file): UnitKey,
        photo: &PlanFile,
        checked: &CheckedUnit,
    ) -> Result<(), CleanupError> {
        self.journal.note(Entry::Removed { group, file })?;
        point("a photo has gone");
        self.guard.note(checked);
        for file in &checked.files {
            self.report.files += 1;
            self.report.bytes += file.file.bytes;
        }
        let id = PhotoId(photo.photo_id);
        tell_of_partners(self.cleanup.catalog, &self.journal.session, (group, file))?;
        let told = if self.plan.action.replaces() {
            self.cleanup.catalog.replaced(id, &photo.path)
        } else {
            self.cleanup.catalog.removed(id)
        };
        told.map_err(CleanupError::Catalog)?;
        point("the catalog knows that a photo has gone");
        Ok(())
    }

    fn skip(
        &mut self,
        (group, file): UnitKey,
        photo: &PlanFile,
        reason: String,
    ) -> Result<(), CleanupError> {
        self.journal.note(Entry::Skipped {
            group,
            file,
            reason: reason.clone(),
        })?;
        point("a photo stays");
        self.report.skipped.push(Skipped {
            path: photo.path.clone(),
            reason,
        });
        Ok(())
    }

    /// Lets the keeper take metadata over, once a group and before the first of its files goes.
    fn merge(
        &mut self,
        index: usize,
        group: &PlanGroup,
    ) -> Result<Result<(), Refusal>, CleanupError> {
        if group.merge.is_empty() || self.journal.session.merges.contains_key(&index) {
            return Ok(Ok(()));
        }
        let refused = |error: CatalogFault| {
            Refusal::new(format!(
                "What the file to keep takes over could not be written, so nothing of its group goes: {error}"
            ))
        };
        let before = match self.cleanup.catalog.before_merge(group) {
            Ok(before) => before,
            Err(error) => return Ok(Err(refused(error))),
        };
        self.journal.add(Entry::Merging {
            group: index,
            before,
        })?;
        point("metadata is about to be merged");
        if let Err(error) = self.cleanup.catalog.merge(group) {
            self.unmerge(index, group)?;
            return Ok(Err(refused(error)));
        }
        point("metadata is merged");
        self.journal.add(Entry::Merged { group: index })?;
        point("the merge is noted");
        Ok(Ok(()))
    }

    fn drop_needless_merge(&mut self, index: usize, group: &PlanGroup) -> Result<(), CleanupError> {
        let session = &self.journal.session;
        let any_gone = session.units_of_group(index).any(|unit| unit.removed);
        if any_gone || !session.merges.contains_key(&index) {
            return Ok(());
        }
        self.unmerge(index, group)
    }

    fn unmerge(&mut self, index: usize, group: &PlanGroup) -> Result<(), CleanupError> {
        unmerge(self.cleanup, &mut self.journal, index, group)
    }
}

/// Takes the metadata back that a keeper took over.
///
/// # Errors
/// [`CleanupError`] of journal and catalog.
pub fn unmerge(
    cleanup: &Cleanup<'_>,
    journal: &mut Journal,
    index: usize,
    group: &PlanGroup,
) -> Result<(), CleanupError> {
    let Some(merge) = journal.session.merges.get(&index).cloned() else {
        return Ok(());
    };
    journal.add(Entry::Unmerging { group: index })?;
    point("a merge is about to be taken back");
    let taken_back = cleanup.catalog.unmerge(group, &merge.before);
    taken_back.map_err(CleanupError::Catalog)?;
    point("a merge is taken back");
    journal.add(Entry::Unmerged { group: index })?;
    point("the merge's end is noted");
    Ok(())
}

impl Progress {
    fn of(plan: &CleanupPlan) -> Self {
        let photos = plan.groups.iter().flat_map(|group| &group.remove);
        let (files, bytes) = photos.fold((0, 0), |(files, bytes), photo| {
            let (more, bigger) = size_of(photo);
            (files + more, bytes + bigger)
        });
        Self {
            files,
            bytes,
            files_done: 0,
            bytes_done: 0,
            path: PathBuf::new(),
        }
    }

    fn pass(&mut self, photo: &PlanFile) {
        let (files, bytes) = size_of(photo);
        self.files_done += files;
        self.bytes_done += bytes;
    }
}

fn size_of(photo: &PlanFile) -> (u64, u64) {
    let all = photo.with_partners();
    (all.len() as u64, all.iter().map(|file| file.bytes).sum())
}
