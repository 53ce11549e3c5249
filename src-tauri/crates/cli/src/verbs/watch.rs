//! `latent watch`: keeps the libraries as the disk is and tells what happened, until Ctrl-C.

use std::time::Duration;

use latent_commands::wire::{self, AddLibrary, HowWatched, IndexReport, Library, Nothing};
use latent_engine::Engine;
use latent_engine::events::Event;
use serde::Serialize;

use crate::args::Watch;
use crate::call::call;
use crate::failure::{Exit, Failure};
use crate::interrupt::Interrupt;
use crate::output::Output;
use crate::picture::absolute;

/// How often Ctrl-C is looked for.
const LOOK: Duration = Duration::from_millis(100);

/// A line for programs.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "camelCase")]
enum Line<'a> {
    /// How the folders are watched is another than before.
    Watching {
        #[serde(flatten)]
        state: &'a wire::Watching,
    },
    /// The library was brought up to what happened on the disk.
    KeptUp { report: &'a IndexReport },
}

pub(super) fn run(engine: &Engine, args: &Watch, output: &mut Output) -> Result<Exit, Failure> {
    for folder in &args.folders {
        let request = AddLibrary {
            roots: vec![absolute(folder)?],
            name: None,
            exclude: Vec::new(),
        };
        call::<_, Library>(engine, "add_library", &request)?;
    }
    let interrupt = Interrupt::listen()?;
    let events = engine.subscribe();
    latent_engine::watching::start(engine).map_err(latent_commands::CommandError::from)?;
    let mut told = None;
    while !interrupt.asked() {
        match events.recv_timeout(LOOK) {
            Ok(Event::KeptUp(report)) => {
                let event = latent_commands::event(&Event::KeptUp(report));
                if let wire::Event::KeptUp { report } = event {
                    kept_up(output, &report)?;
                }
            }
            Ok(_) => {}
            Err(error) if error.is_timeout() => {
                let state: wire::Watching = call(engine, "get_watching", &Nothing {})?;
                if state.on && told.as_ref() != Some(&state) {
                    tell(output, &state)?;
                    told = Some(state);
                }
            }
            Err(_) => break,
        }
    }
    Ok(Exit::Done)
}

fn kept_up(output: &mut Output, report: &IndexReport) -> Result<(), Failure> {
    if output.is_json() {
        return output.json_line(&Line::KeptUp { report });
    }
    let news = [
        (report.added, "new"),
        (report.changed, "changed"),
        (report.moved, "moved"),
        (report.removed, "gone"),
    ];
    let news: Vec<String> = news
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{number} {what}"))
        .collect();
    output.line(&news.join(", "))?;
    output.flush()
}

fn tell(output: &mut Output, state: &wire::Watching) -> Result<(), Failure> {
    if output.is_json() {
        return output.json_line(&Line::Watching { state });
    }
    if state.folders.is_empty() {
        output.remark("There is nothing to watch yet: add folders with latent watch FOLDER");
    }
    for folder in &state.folders {
        let how = match (folder.how, folder.every_s, &folder.reason) {
            (HowWatched::Events, ..) => "watched".to_owned(),
            (HowWatched::Offline, ..) => "not there; its photos are kept as they are".to_owned(),
            (HowWatched::Polling, Some(every_s), Some(reason)) => {
                format!("compared every {every_s} s. {reason}")
            }
            (HowWatched::Polling, ..) => "compared again and again".to_owned(),
        };
        output.line(&format!("{}: {how}", folder.path))?;
    }
    if let Some(command) = &state.raise {
        output.line(&format!("To have all folders watched: {command}"))?;
    }
    output.flush()
}
