//! Reads a plan from JSON, and looks for what contradicts itself without asking a disk.

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;
use thiserror::Error;

use super::plan::{Action, CleanupPlan, PLAN_VERSION, PlanFile};

/// A plan that cannot be carried out as it stands.
#[derive(Debug, Error)]
pub enum PlanError {
    /// It is not the JSON of a plan.
    #[error("The plan is malformed at {place}: {reason}")]
    Malformed {
        /// "groups[2].keeper.hash", or line and column.
        place: String,
        /// What was expected there.
        reason: String,
    },
    /// It was written by another version of the program.
    #[error(
        "The plan has version {found}, and this program reads version {PLAN_VERSION}: make the plan anew"
    )]
    Version {
        /// The plan's version.
        found: u64,
    },
    /// It contradicts itself.
    #[error("The plan cannot be carried out: {place} {reason}")]
    Contradiction {
        /// "groups[2].remove[0]".
        place: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl CleanupPlan {
    /// Reads a plan from JSON and looks for contradictions.
    ///
    /// # Errors
    /// [`PlanError`] with the place.
    pub fn parse(json: &str) -> Result<Self, PlanError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u64,
        }
        let malformed = |place: String, error: &serde_json::Error| PlanError::Malformed {
            place: match place.as_str() {
                "." | "" => format!("line {}, column {}", error.line(), error.column()),
                _ => place,
            },
            reason: error.to_string(),
        };
        let version: Versioned =
            serde_json::from_str(json).map_err(|error| malformed(String::new(), &error))?;
        if version.version != u64::from(PLAN_VERSION) {
            return Err(PlanError::Version {
                found: version.version,
            });
        }
        let mut text = serde_json::Deserializer::from_str(json);
        let plan: Self = serde_path_to_error::deserialize(&mut text)
            .map_err(|error| malformed(error.path().to_string(), error.inner()))?;
        plan.validate()?;
        Ok(plan)
    }

    /// Looks for contradictions that need no disk to be seen: another version, paths that depend on
    /// the current folder, a file named twice, a keeper that is to be removed.
    ///
    /// # Errors
    /// [`PlanError`] with the place.
    pub fn validate(&self) -> Result<(), PlanError> {
        if self.version != PLAN_VERSION {
            return Err(PlanError::Version {
                found: u64::from(self.version),
            });
        }
        for (index, folder) in self.reference.iter().enumerate() {
            absolute(folder, || format!("reference[{index}]"))?;
        }
        if let Action::Folder { folder } = &self.action {
            absolute(folder, || "action.folder".to_owned())?;
        }
        let keepers = self.keepers()?;
        let mut removed: HashMap<&Path, String> = HashMap::new();
        for (index, group) in self.groups.iter().enumerate() {
            if group.remove.is_empty() {
                return Err(contradiction(
                    format!("groups[{index}]"),
                    "removes nothing: take the group out",
                ));
            }
            for (file_index, file) in group.remove.iter().enumerate() {
                let place = format!("groups[{index}].remove[{file_index}]");
                once(file, &place, &keepers, &mut removed)?;
            }
        }
        Ok(())
    }

    fn keepers(&self) -> Result<HashMap<&Path, String>, PlanError> {
        let mut keepers = HashMap::new();
        for (index, group) in self.groups.iter().enumerate() {
            let place = format!("groups[{index}].keeper");
            absolute(&group.keeper.path, || place.clone())?;
            keepers.insert(group.keeper.path.as_path(), place.clone());
            for (partner_index, partner) in group.keeper.partners.iter().enumerate() {
                let place = format!("{place}.partners[{partner_index}]");
                absolute(&partner.path, || place.clone())?;
                keepers.insert(partner.path.as_path(), place);
            }
        }
        Ok(keepers)
    }
}

/// Notes a file that goes and its partners; each may go once, and none may be kept elsewhere.
fn once<'a>(
    file: &'a PlanFile,
    place: &str,
    keepers: &HashMap<&Path, String>,
    removed: &mut HashMap<&'a Path, String>,
) -> Result<(), PlanError> {
    let itself = std::iter::once((file.path.as_path(), place.to_owned()));
    let partners = file.partners.iter().enumerate().map(|(index, partner)| {
        let place = format!("{place}.partners[{index}]");
        (partner.path.as_path(), place)
    });
    for (path, place) in itself.chain(partners) {
        absolute(path, || place.clone())?;
        if let Some(other) = keepers.get(path) {
            return Err(contradiction(
                place,
                &format!("is also {other}: one file cannot both stay and go"),
            ));
        }
        if let Some(other) = removed.insert(path, place.clone()) {
            return Err(contradiction(place, &format!("is also {other}")));
        }
    }
    Ok(())
}

fn absolute(path: &Path, place: impl Fn() -> String) -> Result<(), PlanError> {
    if path.is_absolute() {
        return Ok(());
    }
    Err(contradiction(
        place(),
        "has a path that is not absolute: write it in full",
    ))
}

fn contradiction(place: String, reason: &str) -> PlanError {
    PlanError::Contradiction {
        place,
        reason: reason.to_owned(),
    }
}
