//! Regions from the command line.

use serde_json::json;

use crate::latent::Latent;

#[test]
fn a_region_is_drawn_shown_found_and_erased() {
    let latent = Latent::with_photos();
    let red = latent.photo("red.png");
    let red = red.to_str().unwrap();
    let place = "0.25,0.25,0.5,0.5";
    let drawn = latent.json(&[
        "metadata", "draw", red, "--box", place, "--name", "Anna", "--kind", "face",
    ]);
    assert_eq!(drawn["name"], "Anna");
    assert_eq!(drawn["isOwn"], true);
    let shown = latent.json(&["metadata", "show", red]);
    assert_eq!(shown["regions"], json!([drawn]));
    let found = latent.json(&["search", "anna"]);
    assert_eq!(found["hits"].as_array().map(Vec::len), Some(1));
    let id = drawn["id"].to_string();
    assert_eq!(latent.json(&["metadata", "erase", &id]), drawn);
    let shown = latent.json(&["metadata", "show", red]);
    assert_eq!(shown["regions"], json!([]));
}
