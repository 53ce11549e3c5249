//! One file a verb: its arguments become a request, the answer becomes text or JSON.

mod attribute;
mod call;
mod clean;
mod crop;
mod doctor;
mod duplicates;
mod embed;
mod export;
mod faults;
mod index;
mod libraries;
mod metadata;
mod model;
mod saved;
mod search;
mod serve;
mod show;
mod stacks;
mod tag;
mod watch;

use crate::args::{Cli, Verb};
use crate::call::open;
use crate::failure::{Exit, Failure};
use crate::output::Output;

/// Does what was asked.
///
/// # Errors
/// Every kind of [`Failure`].
pub(crate) fn run(cli: &Cli, output: &mut Output) -> Result<Exit, Failure> {
    match &cli.verb {
        Verb::Index(args) => index::run(&open(cli)?, args, output),
        Verb::Search(args) => search::run(&open(cli)?, args, output),
        Verb::Embed(args) => embed::run(&open(cli)?, args, output),
        Verb::Tag(args) => tag::run(&open(cli)?, args, output),
        Verb::Attribute(args) => attribute::run(&open(cli)?, args, output),
        Verb::Metadata(args) => metadata::run(&open(cli)?, args, output),
        Verb::Saved(args) => saved::run(&open(cli)?, args, output),
        Verb::Stacks(args) => stacks::run(&open(cli)?, args, output),
        Verb::Duplicates(args) => duplicates::run(&open(cli)?, args, output),
        Verb::Clean(args) => clean::run(&open(cli)?, args, output),
        Verb::Uniqueness(args) => duplicates::uniqueness(&open(cli)?, args, output),
        Verb::Export(args) => export::run(&open(cli)?, args, output),
        Verb::Crop(args) => crop::run(&open(cli)?, args, output),
        Verb::Show(args) => show::run(&open(cli)?, args, output),
        Verb::Libraries(args) => libraries::run(&open(cli)?, args, output),
        Verb::Faults(args) => faults::run(&open(cli)?, args, output),
        Verb::Model(args) => model::run(&open(cli)?, args, output),
        Verb::Serve(args) => serve::run(&open(cli)?, args, output),
        Verb::Watch(args) => watch::run(&open(cli)?, args, output),
        Verb::Doctor => doctor::run(&open(cli)?, output),
        Verb::Call(args) => call::run(&open(cli)?, args, output),
        Verb::Commands => call::list(output),
    }
}
