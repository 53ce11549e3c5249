//! Bursts over the folders that a camera fills one after the other.

use latent_engine::stacks::{self, Listing};

use crate::painter::{self, Shot};
use crate::world::World;

#[test]
fn a_burst_goes_over_any_number_of_folders() {
    let world = World::new();
    let shot = Shot {
        camera: "DC-G9",
        taken: "2023:06:30 12:00:00",
        ..Shot::default()
    };
    let write = |number: u64| {
        let bytes = painter::with_shot(&painter::photo(number), shot);
        let folder = 99 + number;
        let name = format!("DCIM/{folder}_PANA/P{folder}{number:04}.JPG");
        world.write(&name, &bytes);
    };
    let sizes = || {
        let bursts = stacks::list(world.engine(), Listing::Bursts, None, 10, 0).unwrap();
        bursts.groups.iter().map(Vec::len).collect::<Vec<_>>()
    };
    for number in [1, 2, 3, 5, 6] {
        write(number);
    }
    world.index();
    assert_eq!(sizes(), [3]);
    write(4);
    world.index();
    assert_eq!(sizes(), [6]);
    world.remove("DCIM/102_PANA/P1020003.JPG");
    world.index();
    assert_eq!(
        sizes(),
        [3],
        "what came after the gap is a burst of its own"
    );
}
