//! Developer tasks: `cargo xtask start`, `test`, `check`, `bindings`, `bench` and `fuzz`.
//!
//! It is light on purpose: on a fresh machine it has to be built before anything else is there, so
//! it depends on nothing but the standard library and `anyhow`.

#![expect(
    clippy::print_stderr,
    reason = "A developer's tool talks on the terminal"
)]

mod bench;
mod bindings;
mod check;
mod fuzz;
mod parity;
mod process;
mod python;
mod repository;
mod start;
mod steps;
mod system;
mod test;
mod ui;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask TASK

  start [FOLDER…]      Sets this machine up, builds Latent and opens its window, with each FOLDER
                       as a library. Without a display it serves the same window on loopback
  test                 Sets this machine up, builds everything and passes every test
  check                Formatting, lints, licences, types and quick tests: before every commit
  bindings [--check]   Writes ui/src/api/bindings.ts, or says whether it is up to date
  bench index|search|near-copy|duplicates|encode [OPTION…]
                       Measures speed and memory, or how well near copies are found.
                       `encode [DIR]` puts the model in DIR, or one of ViT-B/32's size with
                       random weights, beside ONNX Runtime.
                       `search [COUNT…] [--graph] [--peers [--peers-minutes N] [--peers-kept DIR]]`
                       searches COUNT (100000) vectors; with --graph also by our graph; with
                       --peers beside faiss, hnswlib and usearch, N minutes each, their graphs
                       kept in DIR for the next run
  fuzz filters [--minutes N] [--seed N]
                       Draws inputs for the three parsers of filters, N minutes each (10), and
                       checks what they accept
  parity DIR           Compares the model in DIR with its Python reference: token ids, pixels,
                       vectors
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let task = arguments.next().unwrap_or_default();
    let rest: Vec<_> = arguments.collect();
    match task.to_str() {
        Some("start") => start::start(&rest),
        Some("test") => test::test(&rest),
        Some("check") => check::check(&rest),
        Some("bindings") => bindings::bindings(&rest),
        Some("parity") => parity::parity(&rest),
        Some("bench") => bench::bench(&rest),
        Some("fuzz") => fuzz::fuzz(&rest),
        Some("" | "help" | "-h" | "--help") => {
            eprint!("{HELP}");
            Ok(())
        }
        _ => bail!("No task {}\n\n{HELP}", task.display()),
    }
}
