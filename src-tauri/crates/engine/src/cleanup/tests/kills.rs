//! A crash at every step boundary of applying, of recovering and of taking back: every file is at
//! its place or where the journal says, and then all comes back byte for byte.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::super::faults::{Crash, Killed, arm, disarm, set_only_links};
use super::super::plan::*;
use super::super::session::PieceState;
use super::super::{CleanupError, FileState, OWN_TRASH, SessionState, journal, relocate};
use super::world::*;

/// What is tried: where files go, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    HomeTrash,
    OwnTrash,
    Folder,
    OtherDisk,
    HardLink,
    /// As `HomeTrash` and `HardLink`, where names can only be given by links.
    OnlyLinks,
    HardLinkByLinks,
}

pub const CASES: [Case; 7] = [
    Case::HomeTrash,
    Case::OwnTrash,
    Case::Folder,
    Case::OtherDisk,
    Case::HardLink,
    Case::OnlyLinks,
    Case::HardLinkByLinks,
];

/// A folder on another disk than the world's, where this machine has one.
pub struct OtherDisk(Option<tempfile::TempDir>);

impl OtherDisk {
    pub fn find() -> Self {
        let folder = std::env::temp_dir();
        let is_other = !super::super::trash::same_device(&folder, &quick_folder());
        Self(is_other.then(|| tempfile::tempdir_in(folder).unwrap()))
    }

    /// None where there is none.
    pub fn folder(&self) -> Option<&Path> {
        self.0.as_ref().map(tempfile::TempDir::path)
    }
}

/// A world with three groups: copies with and without partners, and one that the check refuses.
pub struct Scene {
    pub world: World,
    pub plan: CleanupPlan,
    pub before: Tree,
    rows: Rows,
    other: OtherDisk,
}

impl Scene {
    /// None where this machine cannot set it up.
    pub fn new(case: Case) -> Option<Self> {
        let mut world = World::new();
        let other = OtherDisk::find();
        set_only_links(matches!(case, Case::OnlyLinks | Case::HardLinkByLinks));
        let action = match case {
            Case::HomeTrash | Case::OnlyLinks => Action::Trash {},
            Case::OwnTrash => {
                world.with_home = false;
                Action::Trash {}
            }
            Case::Folder => Action::Folder {
                folder: world.at("put here"),
            },
            Case::OtherDisk => Action::Folder {
                folder: other.0.as_ref()?.path().join("put here"),
            },
            Case::HardLink | Case::HardLinkByLinks => Action::Hardlink {},
        };
        let plan = draw(&world, action);
        world.catalog.change(|rows| {
            rows.tags.insert("g1".into(), vec!["own".into()]);
        });
        Some(Self {
            before: tree(&world.root()),
            rows: world.catalog.rows(),
            plan,
            world,
            other,
        })
    }

    /// Every file is somewhere, whole: at its place or where a line of the journal names.
    pub fn assert_nothing_lost(&self, context: &str) {
        let session = self.world.journals().is_dir().then(|| {
            let ids = journal::ids(&self.world.journals()).unwrap();
            let id = ids.first()?;
            journal::read(&self.world.journals(), id).unwrap()
        });
        let session = session.flatten();
        for (below, (content, ..)) in &self.before {
            let place = fs::canonicalize(self.world.root()).unwrap().join(below);
            let mut places = vec![place.clone()];
            for piece in session.iter().flat_map(|session| session.pieces.values()) {
                if piece.from == place {
                    places.push(piece.to.clone());
                    if let PieceState::Returning(to) | PieceState::Back(to) = &piece.state {
                        places.push(to.clone());
                    }
                }
            }
            let found = places
                .iter()
                .any(|place| fs::read(place).is_ok_and(|found| found == *content));
            assert!(found, "{} is lost: {context}", place.display());
        }
    }

    /// What is said of each file of a session is so.
    pub fn assert_journal_is_right(&self, context: &str) {
        if journal::ids(&self.world.journals()).unwrap().is_empty() {
            return;
        }
        let (views, damaged) = super::super::sessions(&self.world.journals()).unwrap();
        assert!(damaged.is_empty(), "{context}: {damaged:?}");
        let Some(view) = views.first() else { return };
        let (_, files) = super::super::read_session(&self.world.journals(), &view.id).unwrap();
        for file in files {
            if file.path.ends_with("copies/c.jpg") {
                continue;
            }
            let hash = self.hash_of(&file.path);
            let place = match file.state {
                FileState::Removed => file.trashed_to.clone().unwrap(),
                FileState::Restored | FileState::InPlace => file.path.clone(),
                FileState::Lost => panic!("{file:?} is lost: {context}"),
            };
            assert!(
                relocate::holds(&place, &hash).unwrap(),
                "{file:?} is said to be there: {context}"
            );
        }
    }

    fn hash_of(&self, path: &Path) -> ContentHash {
        let photos = self.plan.groups.iter().flat_map(|group| &group.remove);
        let mut files = photos.flat_map(PlanFile::with_partners);
        files.find(|file| file.path == path).unwrap().hash
    }

    /// All is as it was before the cleanup, and nothing was left behind.
    pub fn assert_as_before(&self, context: &str) {
        assert_eq!(tree(&self.world.root()), self.before, "{context}");
        assert_eq!(self.world.catalog.rows(), self.rows, "{context}");
        let left: Vec<PathBuf> = [self.world.at("home"), self.world.at("put here")]
            .iter()
            .chain(
                self.other
                    .0
                    .iter()
                    .map(|folder| folder.path().to_owned())
                    .collect::<Vec<_>>()
                    .iter(),
            )
            .flat_map(|folder| tree(folder).into_keys())
            .collect();
        assert!(left.is_empty(), "{left:?} was left behind: {context}");
        assert!(!self.world.in_root(OWN_TRASH).exists(), "{context}");
    }

    pub fn undo_all(&self, context: &str) {
        let ids = journal::ids(&self.world.journals()).unwrap();
        let Some(id) = ids.first() else { return };
        match self.world.undo(id, None) {
            Ok(report) => assert!(report.skipped.is_empty(), "{context}: {report:?}"),
            // The journal was cut off in its first line: nothing had moved.
            Err(CleanupError::NoSession { .. }) => {}
            Err(error) => panic!("{context}: {error}"),
        }
    }

    pub fn recover(&self, context: &str) {
        for session in self.world.recover() {
            assert!(session.error.is_none(), "{context}: {session:?}");
            assert!(session.unsettled.is_empty(), "{context}: {session:?}");
        }
        assert!(self.world.recover().is_empty(), "{context}");
    }
}

fn draw(world: &World, action: Action) -> CleanupPlan {
    let one = [
        world.write("keep/a.jpg", b"the first picture"),
        world.write("copies/a.jpg", b"the first picture"),
        world.write("copies/a.xmp", b"<x:xmpmeta/>"),
        world.write("copies/deep/a.jpg", b"the first picture"),
    ];
    let two = [
        world.write("keep/b.jpg", b"the second picture"),
        world.write("copies/b.jpg", b"the second picture"),
        world.write("copies/b.jpg.xmp", b"<second/>"),
        world.write("copies/b.jpg.json", b"{}"),
    ];
    let three = [
        world.write("keep/c.jpg", b"the third picture"),
        world.write("copies/c.jpg", b"the third picture"),
    ];
    let mut first = group(
        GroupKind::Exact,
        entry(1, &one[0], &[]),
        vec![entry(2, &one[1], &[&one[2]]), entry(3, &one[3], &[])],
    );
    first.merge.tags = vec!["from the copies".into()];
    let second = group(
        GroupKind::Near,
        entry(4, &two[0], &[]),
        vec![entry(5, &two[1], &[&two[2], &two[3]])],
    );
    let mut third = group(
        GroupKind::Exact,
        entry(6, &three[0], &[]),
        vec![entry(7, &three[1], &[])],
    );
    third.merge.tags = vec!["never".into()];
    fs::write(&three[1], b"changed since then").unwrap();
    plan(action, vec![first, second, third])
}

/// Runs some work that is ended at its `nth` point; answers the point, or none where it came to its
/// end before.
pub fn killed_at<T>(nth: u64, work: impl FnOnce() -> T) -> Option<&'static str> {
    arm(nth, Crash::Unwind);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    disarm();
    match outcome {
        Ok(_) => None,
        Err(payload) => Some(payload.downcast_ref::<Killed>().unwrap().0),
    }
}

pub fn points_of<T>(work: impl FnOnce() -> T) -> Vec<&'static str> {
    arm(u64::MAX, Crash::Unwind);
    work();
    disarm()
}

fn check_every_point_of_applying(case: Case) -> u64 {
    let Some(scene) = Scene::new(case) else {
        println!("skipped: {case:?} needs a second disk");
        return 0;
    };
    let points = points_of(|| scene.world.apply(&scene.plan).unwrap());
    scene.undo_all("undisturbed");
    scene.assert_as_before(&format!("{case:?}, undisturbed"));
    for nth in 0..points.len() as u64 {
        let scene = Scene::new(case).unwrap();
        let point = killed_at(nth, || scene.world.apply(&scene.plan)).unwrap();
        let context = format!("{case:?}, applying ended at {nth}: {point}");
        scene.assert_nothing_lost(&context);
        // Half of the sessions are taken back without being recovered before.
        if nth.is_multiple_of(2) {
            scene.recover(&context);
            scene.assert_journal_is_right(&context);
            let is_noted = nth + 1 == points.len() as u64;
            let begun = super::super::sessions(&scene.world.journals()).unwrap().0;
            let applied = begun.iter().any(|view| view.state == SessionState::Applied);
            assert_eq!(applied, is_noted, "{context}");
        }
        scene.undo_all(&context);
        scene.assert_as_before(&context);
    }
    points.len() as u64
}

fn check_every_point_of_undo(case: Case) -> u64 {
    let Some(scene) = Scene::new(case) else {
        return 0;
    };
    scene.world.apply(&scene.plan).unwrap();
    let points = points_of(|| scene.undo_all("undisturbed"));
    for nth in 0..points.len() as u64 {
        let scene = Scene::new(case).unwrap();
        scene.world.apply(&scene.plan).unwrap();
        let point = killed_at(nth, || scene.undo_all("killed")).unwrap();
        let context = format!("{case:?}, undo ended at {nth}: {point}");
        scene.assert_nothing_lost(&context);
        if nth.is_multiple_of(2) {
            scene.recover(&context);
            scene.assert_journal_is_right(&context);
        }
        scene.undo_all(&context);
        scene.assert_as_before(&context);
    }
    points.len() as u64
}

#[test]
fn a_crash_at_any_step_of_applying_loses_nothing() {
    let runs: u64 = CASES.into_iter().map(check_every_point_of_applying).sum();
    println!("{runs} runs");
    assert!(runs >= 100, "{runs}");
}

#[test]
fn a_crash_at_any_step_of_undo_loses_nothing() {
    let runs: u64 = CASES.into_iter().map(check_every_point_of_undo).sum();
    println!("{runs} runs");
    assert!(runs >= 50, "{runs}");
}

#[test]
fn crash_after_crash_loses_nothing() {
    const RUNS: u64 = 210;
    let mut random = StdRng::seed_from_u64(0x6C61_7465_6E74);
    let mut kills = 0;
    for run in 0..RUNS {
        let case = CASES[run as usize % CASES.len()];
        let Some(scene) = Scene::new(case) else {
            continue;
        };
        let mut story = format!("{case:?}, run {run}");
        let mut step = |what: &str, most: u64, work: &dyn Fn()| {
            let nth = random.random_range(0..most);
            if let Some(point) = killed_at(nth, work) {
                kills += 1;
                story.push_str(&format!(", {what} ended at {nth}: {point}"));
            }
            scene.assert_nothing_lost(&story);
        };
        step("applying", 70, &|| {
            let _ended = scene.world.apply(&scene.plan);
        });
        step("recovering", 12, &|| {
            scene.world.recover();
        });
        step("recovering again", 12, &|| {
            scene.world.recover();
        });
        for what in ["undo", "undo again"] {
            step(what, 30, &|| scene.undo_all("killed"));
        }
        step("recovering at last", 12, &|| {
            scene.world.recover();
        });
        scene.undo_all(&story);
        scene.assert_as_before(&story);
    }
    println!("{kills} crashes in {RUNS} runs");
    assert!(kills > RUNS, "{kills}");
}
