//! Plans as JSON: what is read, and what is refused with its place.

use super::super::plan::*;
use super::world::*;

fn json() -> String {
    let world = World::new();
    let (.., mut plan) = twice(&world, Action::Trash {});
    plan.groups[0].merge.rating = Some(5.into());
    plan.open.push(OpenGroup {
        group_id: "g9".into(),
        photo_ids: vec![8, 9],
        reason: "Both have the same size".into(),
    });
    serde_json::to_string_pretty(&plan).unwrap()
}

#[test]
fn a_plan_is_read_as_it_was_written() {
    let json = json();
    let plan = CleanupPlan::parse(&json).unwrap();
    assert_eq!(serde_json::to_string_pretty(&plan).unwrap(), json);
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["action"]["kind"], "trash");
    assert_eq!(value["groups"][0]["kind"], "exact");
    let mtime = &value["groups"][0]["remove"][0]["mtimeNs"];
    assert!(mtime.as_str().unwrap().parse::<i64>().unwrap() > 1_500_000_000_000_000_000);
    assert_eq!(
        value["groups"][0]["keeper"]["hash"].as_str().unwrap().len(),
        64
    );
}

#[track_caller]
fn check_refused(change: impl Fn(&mut serde_json::Value), expect: &str) {
    let mut value: serde_json::Value = serde_json::from_str(&json()).unwrap();
    change(&mut value);
    let error = CleanupPlan::parse(&value.to_string()).unwrap_err();
    assert!(error.to_string().contains(expect), "{error}");
}

#[test]
fn a_malformed_plan_is_refused_with_its_place() {
    check_refused(|plan| plan["version"] = 2.into(), "has version 2");
    check_refused(|plan| plan["extra"] = 1.into(), "unknown field `extra`");
    check_refused(
        |plan| plan["groups"][0]["keeper"]["hash"] = "ab".into(),
        "at groups[0].keeper.hash: a BLAKE3 hash has 64 hexadecimal digits",
    );
    check_refused(
        |plan| plan["groups"][0]["remove"][0]["mtimeNs"] = 5.into(),
        "at groups[0].remove[0].mtimeNs",
    );
    check_refused(
        |plan| plan["groups"][0]["remove"][0]["size"] = 5.into(),
        "at groups[0].remove[0].size: unknown field",
    );
    check_refused(
        |plan| plan["action"] = serde_json::json!({"kind": "delete"}),
        "at action",
    );
    check_refused(
        |plan| plan["action"] = serde_json::json!({"kind": "trash", "folder": "/x"}),
        "unknown field `folder`",
    );
    let cut = json();
    let error = CleanupPlan::parse(&cut[..cut.len() / 2]).unwrap_err();
    assert!(error.to_string().contains("at line "), "{error}");
}

#[test]
fn a_plan_that_contradicts_itself_is_refused_with_its_place() {
    check_refused(
        |plan| plan["groups"][0]["remove"][0] = plan["groups"][0]["keeper"].clone(),
        "groups[0].remove[0] is also groups[0].keeper",
    );
    check_refused(
        |plan| {
            let twice = plan["groups"][0]["remove"][0].clone();
            plan["groups"][0]["remove"]
                .as_array_mut()
                .unwrap()
                .push(twice);
        },
        "groups[0].remove[1] is also groups[0].remove[0]",
    );
    check_refused(
        |plan| plan["groups"][0]["remove"][0]["path"] = "b.jpg".into(),
        "groups[0].remove[0] has a path that is not absolute",
    );
    check_refused(
        |plan| plan["groups"][0]["remove"] = serde_json::json!([]),
        "groups[0] removes nothing",
    );
    check_refused(
        |plan| plan["reference"] = serde_json::json!(["Pictures"]),
        "reference[0] has a path that is not absolute",
    );
}
