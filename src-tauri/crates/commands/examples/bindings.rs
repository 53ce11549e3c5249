//! Prints the TypeScript file of all commands; `cargo xtask bindings` puts it in its place.

use std::io::{self, Write};

fn main() -> io::Result<()> {
    io::stdout().write_all(latent_commands::typescript().as_bytes())
}
