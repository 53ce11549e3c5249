//! `latent call`: any command of the one list with JSON, and `latent commands`, that list.

use std::io::Read as _;

use latent_commands::wire::{Jobs, Nothing};
use latent_commands::{COMMANDS, dispatch};
use latent_engine::Engine;
use serde::Serialize;
use serde_json::Value;

use crate::args::Call;
use crate::call::call;
use crate::failure::{Exit, Failure};
use crate::job;
use crate::output::Output;

pub(super) fn run(engine: &Engine, args: &Call, output: &mut Output) -> Result<Exit, Failure> {
    let request = request(args.request.as_deref())?;
    let answer = dispatch(engine, &args.name, request)?;
    output.json_line(&answer)?;
    // Jobs end with the program, so one that was started is let end first.
    let Jobs { jobs } = call(engine, "list_jobs", &Nothing {})?;
    for waiting in jobs.iter().filter(|job| !job::ended(&job.state)) {
        job::wait(engine, waiting.id, output)?;
    }
    Ok(Exit::Done)
}

fn request(typed: Option<&str>) -> Result<Value, Failure> {
    let text = match typed {
        None => return Ok(Value::Null),
        Some("-") => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            text
        }
        Some(text) => text.to_owned(),
    };
    serde_json::from_str(&text)
        .map_err(|error| Failure::misuse(format!("The request is not JSON: {error}")))
}

/// A command of the list.
#[derive(Serialize)]
struct Command {
    name: &'static str,
    help: &'static str,
}

/// All commands.
#[derive(Serialize)]
struct Commands {
    commands: Vec<Command>,
}

pub(super) fn list(output: &mut Output) -> Result<Exit, Failure> {
    let command = |info: &latent_commands::CommandInfo| Command {
        name: info.name,
        help: info.help,
    };
    let commands = Commands {
        commands: COMMANDS.iter().map(command).collect(),
    };
    output.answer(&commands, |output, commands| {
        let row = |command: &Command| [command.name.to_owned(), command.help.to_owned()];
        let rows: Vec<[String; 2]> = commands.commands.iter().map(row).collect();
        output.table(&rows)
    })?;
    Ok(Exit::Done)
}
