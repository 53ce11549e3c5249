//! Brings stacks and bursts up to the photos there are: only folders in which something changed.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{gather, names};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::events::Kind;
use crate::ids::PhotoId;
use crate::store::stacks::{self, Choice, StackFile, Standing};
use crate::store::{Connection, Result};

/// Folders in one transaction.
const FOLDERS: u32 = 64;

/// What a person has said, by content.
type Choices = HashMap<[u8; 32], Choice>;

/// Looks at the folders in which photos came, went or changed.
///
/// # Errors
/// [`EngineError::Store`].
pub(crate) fn follow(engine: &Engine) -> std::result::Result<(), EngineError> {
    let mut news = false;
    loop {
        let folders = engine
            .store()
            .read(|connection| stacks::due(connection, FOLDERS))?;
        if folders.is_empty() {
            break;
        }
        news |= engine.store().write(|tx| look_at(tx, &folders))?;
    }
    if news {
        engine.events().changed(&[Kind::Photos, Kind::Duplicates]);
    }
    Ok(())
}

/// Finds the stacks and bursts of folders anew. Answers whether any changed.
pub(super) fn look_at(connection: &Connection, folders: &[String]) -> Result<bool> {
    let choices = stacks::choices(connection)?;
    let mut news = false;
    let mut by_hand = BTreeSet::new();
    for folder in folders {
        let files = stacks::files_of_folder(connection, folder)?;
        let before = stacks::standings_in(connection, folder)?;
        by_hand.extend(before.values().filter_map(|own| own.hand));
        news |= find_stacks(connection, before, &files, &choices)?;
        let chosen = files
            .iter()
            .filter_map(|file| choices.get(&file.content_hash));
        by_hand.extend(chosen.filter_map(|choice| choice.stack));
    }
    for number in by_hand {
        news |= find_by_hand(connection, number, &choices)?;
    }
    let mut touched = BTreeSet::from_iter(folders.iter().cloned());
    touched.extend(folders.iter().flat_map(|folder| names::neighbours(folder)));
    let mut seen = BTreeSet::new();
    while let Some(folder) = touched.pop_first() {
        // A burst that changed here may go on in the next folder.
        if find_bursts(connection, &folder)? {
            news = true;
            let around = names::neighbours(&folder).into_iter();
            touched.extend(around.filter(|one| !seen.contains(one)));
        }
        seen.insert(folder);
    }
    for folder in folders {
        stacks::settle(connection, folder)?;
    }
    Ok(news)
}

/// Stacks what the names tell, of files that nobody has said anything of.
fn find_stacks(
    connection: &Connection,
    mut before: HashMap<PhotoId, Standing>,
    files: &[StackFile],
    choices: &Choices,
) -> Result<bool> {
    let hand_of = |file: &StackFile| choices.get(&file.content_hash).map(|choice| choice.stack);
    // What follows from a choice is looked at with it.
    for file in files {
        let kept = |own: &Standing| own.hand.is_some() && Some(own.hand) == hand_of(file);
        if before.get(&file.id).is_some_and(kept) {
            before.remove(&file.id);
        }
    }
    let free: Vec<&StackFile> = files
        .iter()
        .filter(|file| hand_of(file).is_none())
        .collect();
    let now = gather::stacks(&free);
    write(connection, before, &now, None)
}

/// Stacks the files of one choice: those of a folder with each other, and what lies alone with them.
/// A stack holds each content once, so that copies of its files stay copies.
fn find_by_hand(connection: &Connection, number: i64, choices: &Choices) -> Result<bool> {
    let mut contents: Vec<(u32, &[u8; 32])> = choices
        .iter()
        .filter(|(_, choice)| choice.stack == Some(number))
        .map(|(content, choice)| (choice.place, content))
        .collect();
    contents.sort_unstable();
    let mut by_folder: BTreeMap<String, Vec<StackFile>> = BTreeMap::new();
    for (_, content) in contents {
        for file in stacks::with_content(connection, content)? {
            let own = by_folder.entry(file.folder.clone()).or_default();
            if own
                .iter()
                .all(|other| other.content_hash != file.content_hash)
            {
                own.push(file);
            }
        }
    }
    let mut groups: Vec<Vec<StackFile>> = Vec::new();
    let mut alone = Vec::new();
    for files in by_folder.into_values() {
        if files.len() > 1 {
            groups.push(files);
        } else {
            alone.extend(files);
        }
    }
    let mut stacked: HashSet<[u8; 32]> = groups
        .iter()
        .flatten()
        .map(|file| file.content_hash)
        .collect();
    alone.sort_by_key(|file| file.id);
    alone.retain(|file| stacked.insert(file.content_hash));
    match groups.first_mut() {
        Some(first) => first.append(&mut alone),
        None => groups.push(alone),
    }
    let place = |file: &StackFile| choices.get(&file.content_hash).map(|choice| choice.place);
    let now: Vec<Vec<PhotoId>> = groups
        .into_iter()
        .filter(|files| files.len() > 1)
        .map(|mut files| {
            files.sort_by_key(|file| (place(file), file.id));
            files.into_iter().map(|file| file.id).collect()
        })
        .collect();
    let before = stacks::standings_by_hand(connection, number)?;
    write(connection, before, &now, Some(number))
}

/// Writes where stacks are others than before.
fn write(
    connection: &Connection,
    mut before: HashMap<PhotoId, Standing>,
    now: &[Vec<PhotoId>],
    hand: Option<i64>,
) -> Result<bool> {
    let mut news = false;
    for ids in now {
        let Some(top) = ids.first().copied() else {
            continue;
        };
        for (place, id) in (0..).zip(ids) {
            let standing = Standing { top, place, hand };
            if before.remove(id) != Some(standing) {
                stacks::stand(connection, *id, Some(standing))?;
                news = true;
            }
        }
    }
    for id in before.into_keys() {
        stacks::stand(connection, id, None)?;
        news = true;
    }
    Ok(news)
}

/// Finds the bursts of a folder, which may begin in folders before and go on in folders after. A
/// photo of a stack is in the burst of its top.
fn find_bursts(connection: &Connection, folder: &str) -> Result<bool> {
    let mut series = Series::default();
    series.add(connection, folder)?;
    let own: Vec<StackFile> = series.files.clone();
    let mut next = match own.is_empty() {
        true => Vec::new(),
        false => names::neighbours(folder),
    };
    while !next.is_empty() {
        for one in &next {
            series.add(connection, one)?;
        }
        next = series.beyond(folder);
    }
    let mut firsts = HashMap::new();
    for burst in gather::bursts(&series.shots()) {
        if let Some(first) = burst.first().copied() {
            firsts.extend(burst.into_iter().map(|id| (id, first)));
        }
    }
    let mut before = stacks::bursts_in(connection, folder)?;
    let mut news = false;
    for file in &own {
        let standing = series.standings.get(&file.id);
        let shot = standing.map_or(file.id, |own| own.top);
        let first = firsts.get(&shot).copied();
        if before.remove(&file.id) != first {
            stacks::set_burst(connection, file.id, first)?;
            news = true;
        }
    }
    for id in before.into_keys() {
        stacks::set_burst(connection, id, None)?;
        news = true;
    }
    Ok(news)
}

/// The files of folders that a camera may have filled one after the other.
#[derive(Default)]
struct Series {
    folders: BTreeSet<String>,
    files: Vec<StackFile>,
    standings: HashMap<PhotoId, Standing>,
}

impl Series {
    fn add(&mut self, connection: &Connection, folder: &str) -> Result<()> {
        if self.folders.insert(folder.to_owned()) {
            self.files
                .extend(stacks::files_of_folder(connection, folder)?);
            self.standings
                .extend(stacks::standings_in(connection, folder)?);
        }
        Ok(())
    }

    /// The tops of stacks, and the photos without one.
    fn shots(&self) -> Vec<&StackFile> {
        let is_top = |file: &&StackFile| {
            let own = self.standings.get(&file.id);
            own.is_none_or(|own| own.place == 0)
        };
        self.files.iter().filter(is_top).collect()
    }

    /// Folders not looked at yet beside those into which shots of this folder go on.
    fn beyond(&self, folder: &str) -> Vec<String> {
        let folders: HashMap<PhotoId, &str> = self
            .files
            .iter()
            .map(|file| (file.id, file.folder.as_str()))
            .collect();
        let mut reached = BTreeSet::new();
        for run in gather::runs(&self.shots()) {
            let over: BTreeSet<&str> = run
                .iter()
                .filter_map(|id| folders.get(id).copied())
                .collect();
            if over.contains(folder) {
                reached.extend(over.into_iter().flat_map(names::neighbours));
            }
        }
        reached.retain(|one| !self.folders.contains(one));
        reached.into_iter().collect()
    }
}
