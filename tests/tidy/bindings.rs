//! The committed TypeScript types are those that the commands write today.

use std::fs;

#[test]
fn bindings_are_up_to_date() {
    let path = latent_tests::repository_root().join("ui/src/api/bindings.ts");
    let committed = fs::read_to_string(&path).unwrap();
    let written = latent_commands::typescript();
    let differs = committed
        .lines()
        .zip(written.lines())
        .position(|(one, other)| one != other);
    assert!(
        committed == written,
        "ui/src/api/bindings.ts differs from line {} on: run `cargo xtask bindings`",
        differs.map_or(0, |index| index + 1)
    );
}
