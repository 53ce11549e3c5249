//! Attributes from the command line.

use serde_json::json;

use crate::latent::{Latent, stdout};

#[test]
fn attributes_are_set_by_file_and_by_filter_and_found() {
    let latent = Latent::with_photos();
    let red = latent.photo("red.png");
    let red = red.to_str().unwrap();
    let set = latent.json(&[
        "attribute",
        "set",
        "price=200",
        "sold=false",
        "client=Anna",
        "--photo",
        red,
    ]);
    let id = latent.json(&["show", red])["id"].clone();
    let change = |name: &str| json!({"name": name, "photoId": id, "before": null, "had": false});
    let changes = json!([change("client"), change("price"), change("sold")]);
    assert_eq!(set["changed"], changes);
    let photo = latent.json(&["show", red]);
    let attributes = json!({"price": 200, "sold": false, "client": "Anna"});
    assert_eq!(photo["attributes"], attributes);
    latent.json(&[
        "attribute",
        "set",
        "price=99.5",
        "--filter",
        "name:blue.png",
    ]);
    let found = latent.json(&["search", "attr.price>=100"]);
    assert_eq!(found["hits"].as_array().unwrap().len(), 1, "{found}");
    let gone = latent.json(&["attribute", "remove", "price", "--filter", "format:png"]);
    assert_eq!(gone["changed"].as_array().unwrap().len(), 2, "{gone}");
    assert_eq!(
        latent.json(&["search", "has:attr.price"])["hits"],
        json!([])
    );
}

#[test]
fn people_read_which_attributes_there_are() {
    let latent = Latent::with_photos();
    let line = [
        "attribute",
        "set",
        "price=200",
        "rights=[\"web\"]",
        "--filter",
        "format:png",
    ];
    assert_eq!(
        stdout(&latent.run(&line)),
        "price: set on 3 photos\nrights: set on 3 photos\n"
    );
    latent.run(&[
        "attribute",
        "set",
        "price=by agreement",
        "--filter",
        "name:red.png",
    ]);
    assert_eq!(
        stdout(&latent.run(&["attribute", "list"])),
        "3  price   number, text\n3  rights  list\n"
    );
    let shown = stdout(&latent.run(&["show", latent.photo("red.png").to_str().unwrap()]));
    assert!(
        shown.contains("attr.price") && shown.contains("\"by agreement\""),
        "{shown}"
    );
}

#[test]
fn an_attribute_without_a_value_or_a_photo_is_misuse() {
    let latent = Latent::with_photos();
    for line in [
        &["attribute", "set", "price", "--filter", "format:png"][..],
        &["attribute", "set", "price=1"],
        &["attribute", "set", "--filter", "format:png"],
        &["attribute", "set", "a=1", "a=2", "--filter", "format:png"],
    ] {
        assert_eq!(latent.run(line).status.code(), Some(2), "{line:?}");
    }
    assert_eq!(latent.json(&["attribute", "list"])["attributes"], json!([]));
}
