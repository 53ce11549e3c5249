//! Cleanups in a process of their own, so that it can be killed, run out of disk, or be another
//! user's.
//!
//! The test binary starts itself again with `--ignored` and the name of the one test below.

use std::env;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde::{Deserialize, Serialize};

use super::super::faults::{Crash, arm, disarm};
use super::super::plan::{Action, GroupKind};
use super::super::*;
use super::kills::{Case, Scene};
use super::world::*;

const TASK: &str = "LATENT_TEST_CLEANUP_TASK";

/// What the child does, in order, parted by commas.
pub const STEPS: &str = "LATENT_TEST_CLEANUP_STEPS";

/// Set where the child is not to be killed whatever its task says.
const SPARED: &str = "LATENT_TEST_CLEANUP_SPARED";

const OUTCOME: &str = "outcome: ";

/// Where the child works.
#[derive(Debug, Serialize, Deserialize)]
pub struct Task {
    pub root: PathBuf,
    pub home: Option<PathBuf>,
    pub journals: PathBuf,
    pub catalog: PathBuf,
    pub plan: CleanupPlan,
    /// The point at which it is killed.
    pub kill_at: Option<u64>,
}

/// How a step of the child ended.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub files: u64,
    /// Why each file was left.
    pub reasons: Vec<String>,
    pub error: Option<String>,
}

impl Task {
    pub fn in_world(world: &World, plan: &CleanupPlan) -> Self {
        Self {
            root: world.root(),
            home: world.with_home.then(|| world.home_trash()),
            journals: world.journals(),
            catalog: world.at("catalog.json"),
            plan: plan.clone(),
            kill_at: None,
        }
    }

    /// This binary as a child, behind the words of `wrapper`.
    pub fn command(&self, wrapper: &[&str], steps: &str) -> Command {
        let binary = env::current_exe().unwrap();
        let mut words: Vec<String> = wrapper.iter().map(|word| (*word).to_owned()).collect();
        words.push(binary.to_str().unwrap().to_owned());
        words.extend(["--ignored", "--exact", "--nocapture"].map(str::to_owned));
        let path = module_path!();
        let within = path.split_once("::").unwrap().1;
        words.push(format!("{within}::works_in_a_process_of_its_own"));
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).stdin(Stdio::null());
        command.env(TASK, serde_json::to_string(self).unwrap());
        // Where other programs look for the home trash.
        if let Some(data) = self.home.as_deref().and_then(Path::parent) {
            command.env("XDG_DATA_HOME", data);
        }
        command.env(STEPS, steps);
        command
    }
}

pub fn outcomes(output: &Output) -> Vec<Outcome> {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let outcome = |line: &str| {
        let json = line.split_once(OUTCOME)?.1;
        Some(serde_json::from_str(json).unwrap())
    };
    text.lines().filter_map(outcome).collect()
}

#[test]
#[ignore = "a part of other tests, which start it in a process of its own"]
fn works_in_a_process_of_its_own() {
    let task: Task = serde_json::from_str(&env::var(TASK).unwrap()).unwrap();
    let steps = env::var(STEPS).unwrap();
    if let (Some(nth), None) = (task.kill_at, env::var_os(SPARED)) {
        arm(nth, Crash::Kill);
    }
    for step in steps.split(',') {
        let outcome = match work(&task, step) {
            Ok(report) => Outcome {
                files: report.files,
                reasons: report
                    .skipped
                    .into_iter()
                    .map(|skipped| skipped.reason)
                    .collect(),
                error: None,
            },
            Err(error) => Outcome {
                files: 0,
                reasons: Vec::new(),
                error: Some(error.to_string()),
            },
        };
        println!("\n{OUTCOME}{}", serde_json::to_string(&outcome).unwrap());
    }
    disarm();
}

fn work(task: &Task, step: &str) -> Result<Report, CleanupError> {
    let catalog = Ledger::at(&task.catalog);
    let tick = |_: &Progress| ControlFlow::Continue(());
    let (root, home) = (&task.root, task.home.clone());
    clean(
        root,
        home,
        &task.journals,
        &catalog,
        &tick,
        |cleanup| match step {
            "apply" => apply(cleanup, &task.plan),
            "undo" => {
                let (views, _) = sessions(&task.journals)?;
                undo(cleanup, &views.first().unwrap().id, None)
            }
            "recover" => {
                let mut report = Report::default();
                for session in recover(cleanup)? {
                    report.skipped.extend(session.unsettled);
                    if let Some(error) = session.error {
                        return Err(error);
                    }
                }
                Ok(report)
            }
            #[cfg(target_os = "linux")]
            "list" => Ok(listed()),
            #[cfg(target_os = "linux")]
            "put back" => Ok(put_back()),
            step => panic!("there is no step {step}"),
        },
    )
}

/// What another program finds in the system's trash.
#[cfg(target_os = "linux")]
fn listed() -> Report {
    let items = ::trash::os_limited::list().unwrap();
    let reason = |item: &::trash::TrashItem| Skipped {
        path: item.original_path(),
        reason: item.original_path().to_str().unwrap().to_owned(),
    };
    Report {
        files: items.len() as u64,
        skipped: items.iter().map(reason).collect(),
        ..Report::default()
    }
}

/// Another program puts everything back from the system's trash.
#[cfg(target_os = "linux")]
fn put_back() -> Report {
    let report = listed();
    ::trash::os_limited::restore_all(::trash::os_limited::list().unwrap()).unwrap();
    report
}

/// Every third point of applying and of undo, each with `kill -9`.
#[cfg(unix)]
#[test]
fn a_killed_process_loses_nothing() {
    use std::os::unix::process::ExitStatusExt as _;
    const SIGKILL: i32 = 9;
    let mut killed = 0_u64;
    for case in [Case::HomeTrash, Case::OwnTrash, Case::HardLink] {
        for (steps, most) in [("apply", 60), ("undo", 50)] {
            for nth in ((killed % 3)..most).step_by(3) {
                let scene = Scene::new(case).unwrap();
                if steps == "undo" {
                    scene.world.apply(&scene.plan).unwrap();
                }
                let mut task = Task::in_world(&scene.world, &scene.plan);
                task.kill_at = Some(nth);
                let output = task.command(&[], steps).output().unwrap();
                let context = format!("{case:?}, {steps} killed at {nth}: {output:?}");
                if output.status.success() {
                    break;
                }
                assert_eq!(output.status.signal(), Some(SIGKILL), "{context}");
                killed += 1;
                scene.assert_nothing_lost(&context);
                scene.recover(&context);
                scene.undo_all(&context);
                scene.assert_as_before(&context);
            }
        }
    }
    println!("{killed} processes were killed");
    assert!(killed >= 30, "{killed}");
}

/// What cannot be read and what cannot be written, as a user who is not allowed to.
#[cfg(unix)]
#[test]
fn what_the_user_may_not_touch_stays_and_is_told() {
    use std::os::unix::fs::PermissionsExt as _;
    let allow = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let mut world = World::new();
    world.with_home = false;
    let locked = [
        world.write("keep/locked.jpg", b"nobody may read this one"),
        world.write("copies/locked.jpg", b"nobody may read this one"),
    ];
    let guarded = [
        world.write("keep/guarded.jpg", b"its folder is read-only"),
        world.write("guarded/guarded.jpg", b"its folder is read-only"),
    ];
    let groups = [&locked, &guarded].map(|[keeper, copy]| {
        group(
            GroupKind::Exact,
            entry(1, keeper, &[]),
            vec![entry(2, copy, &[])],
        )
    });
    let plan = plan(Action::Trash {}, groups.to_vec());
    let before = tree(&world.root());
    allow(world.folder.path(), 0o777);
    allow(&world.root(), 0o555);
    allow(&locked[0], 0o000);
    allow(&world.in_root("guarded"), 0o555);
    let task = Task::in_world(&world, &plan);
    let mut command = task.command(&[], "apply");
    if rustix::process::getuid().is_root() {
        use std::os::unix::process::CommandExt as _;
        command.uid(65_534).gid(65_534);
    }
    let output = command.output();
    allow(&locked[0], 0o644);
    allow(&world.root(), 0o755);
    allow(&world.in_root("guarded"), 0o755);
    let Ok(output) = output else {
        println!("skipped: this program cannot be started as another user");
        return;
    };
    let outcomes = outcomes(&output);
    let [outcome] = outcomes.as_slice() else {
        println!("skipped: another user cannot run this program: {output:?}");
        return;
    };
    assert_eq!((outcome.files, &outcome.error), (0, &None));
    let [unreadable, unwritable] = outcome.reasons.as_slice() else {
        panic!("{outcome:?}")
    };
    assert!(
        unreadable.contains("cannot be read: Permission denied"),
        "{unreadable}"
    );
    assert!(unwritable.contains("could not be moved"), "{unwritable}");
    assert!(unwritable.contains("Permission denied"), "{unwritable}");
    assert_eq!(tree(&world.root()), before);
}
