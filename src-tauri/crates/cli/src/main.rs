//! `latent`: the same engine without a window.
//!
//! It holds no logic: arguments become a command's request, [`call`] hands it to the one list of
//! commands, and the answer becomes a table or a line of JSON.

mod args;
mod call;
mod failure;
mod interrupt;
mod job;
mod output;
mod picture;
mod plain;
mod verbs;
mod words;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};
use latent_engine::decoder;

use args::Cli;
use failure::{Exit, Failure};
use output::Output;

fn main() -> ExitCode {
    if std::env::args_os()
        .nth(1)
        .is_some_and(|a| a == decoder::WORKER_ARGUMENT)
    {
        return decoder::run_worker();
    }
    decoder::use_this_program();
    let command = Cli::command();
    let arguments = words::after_options(std::env::args_os().collect(), &command);
    let json = args::asks_for_json(&arguments);
    let parsed = command
        .try_get_matches_from(arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    match parsed {
        Ok(cli) => run(&cli).into(),
        Err(error) => misuse(&error, json).into(),
    }
}

fn run(cli: &Cli) -> Exit {
    start_log(cli.verbose);
    let mut output = Output::standard(cli.json);
    let outcome = verbs::run(cli, &mut output).and_then(|exit| {
        output.flush()?;
        Ok(exit)
    });
    match outcome {
        Ok(exit) => exit,
        Err(failure) => {
            output.failure(&failure);
            failure.exit()
        }
    }
}

/// Tells what clap has to say: help and version too.
fn misuse(error: &clap::Error, json: bool) -> Exit {
    if error.use_stderr() && json {
        let mut output = Output::standard(true);
        let failure = Failure::misuse(args::first_sentence(error));
        output.failure(&failure);
        return failure.exit();
    }
    // Nobody is left to tell where the terminal is gone.
    let _gone = error.print();
    if error.use_stderr() {
        Exit::Misuse
    } else {
        Exit::Done
    }
}

/// Logs to stderr: errors, and more with each `-v`, or what `LATENT_LOG` says.
fn start_log(verbose: u8) {
    use tracing_subscriber::EnvFilter;
    let level = ["error", "info", "debug"]
        .get(usize::from(verbose))
        .copied()
        .unwrap_or("trace");
    let filter = EnvFilter::try_from_env("LATENT_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .init();
}
