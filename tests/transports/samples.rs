//! A request that works for every command, in an order in which each finds what it needs.

use serde_json::{Value, json};

use crate::library::Library;

/// Commands with requests; some come more than once.
pub fn all(library: &Library) -> Vec<(&'static str, Value)> {
    let photos = library.photos.to_str().unwrap();
    let picture = library.photos.join("red-boat.jpg");
    let picture = picture.to_str().unwrap();
    let half = json!({"x": 0.0, "y": 0.0, "width": 0.5, "height": 0.5});
    vec![
        ("list_libraries", Value::Null),
        ("list_libraries", json!({})),
        ("add_library", json!({"roots": [photos], "name": "Test"})),
        ("get_watching", json!({})),
        ("locate_folder", json!({"folderId": 1, "path": photos})),
        ("list_photos", json!({"sort": "name"})),
        (
            "list_photos",
            json!({"filter": "format:png", "libraryId": 1}),
        ),
        ("get_photo", json!({"photoId": 1})),
        ("list_faults", json!({})),
        (
            "list_faults",
            json!({"kind": "notAllowed", "ignored": true, "limit": 1}),
        ),
        ("ignore_faults", json!({"kind": "damaged", "ignored": true})),
        ("retry_faults", json!({"faultIds": [99]})),
        ("list_spaces", json!({})),
        ("search_photos", json!({"query": "red -blue format:jpeg"})),
        (
            "search_photos",
            json!({"images": [{"photoId": 2}], "limit": 2}),
        ),
        (
            "search_photos",
            json!({"images": [{"path": picture, "box": half}], "space": "color"}),
        ),
        (
            "search_photos",
            json!({"images": [{"path": picture, "boxPx": [10, 10, 100, 100]}]}),
        ),
        ("complete_filter", json!({"typed": "red form", "cursor": 8})),
        (
            "complete_filter",
            json!({"typed": "format:", "cursor": 7, "libraryId": 1}),
        ),
        (
            "read_query",
            json!({"typed": "boat -red format:jpeg rating>=4 OR no:rating"}),
        ),
        (
            "search_photos",
            json!({"images": [{"photoId": 2}], "query": "red", "textWeight": 0.5,
                "groupBy": "format", "cutoff": "auto", "tags": ["trip"], "tagWeight": 0.2}),
        ),
        (
            "search_photos",
            json!({"photoIds": [2, 1], "sort": "random", "seed": 7, "filter": null}),
        ),
        (
            "search_photos",
            json!({"images": [{"photoId": 1}], "maxDistance": 0.5, "cutoff": "auto"}),
        ),
        (
            "count_facets",
            json!({"search": {"query": "format:png,jpeg"}, "fields": ["format", "orientation"]}),
        ),
        ("count_facets", json!({"search": {}, "limit": 2})),
        (
            "explain_photo",
            json!({"search": {"query": "red format:jpeg", "images": [{"photoId": 2}]}, "photoId": 1}),
        ),
        ("explain_photo", json!({"search": {}, "photoId": 99})),
        ("hold_picture", json!({"path": picture})),
        ("embed", json!({"image": {"photoId": 1}, "space": "visual"})),
        (
            "add_tags",
            json!({"photoIds": [1, 2], "tags": ["places/coast", "trip"]}),
        ),
        ("list_tags", json!({})),
        (
            "search_photos",
            json!({"filter": "tag:coast", "sort": "name"}),
        ),
        (
            "remove_tags",
            json!({"photoIds": [1, 2, 3], "tags": ["trip"]}),
        ),
        ("list_tags", json!({"containing": "PLACES"})),
        ("rate_photos", json!({"photoIds": [1, 2, 3], "rating": 4})),
        ("rate_photos", json!({"photoIds": [2]})),
        (
            "set_attributes",
            json!({"photoIds": [1, 2], "attributes": {"price": 200, "rights": ["web", 1.0, null]}}),
        ),
        ("list_attributes", json!({})),
        ("get_photo", json!({"photoId": 2})),
        (
            "remove_attributes",
            json!({"photoIds": [2, 3], "names": ["price", "never there"]}),
        ),
        (
            "save_search",
            json!({"name": "Dear", "search": {"query": "attr.price>=100", "maxDistance": 0.3}}),
        ),
        (
            "save_search",
            json!({"name": "Like", "search": {"images": [{"path": picture, "box": half}]}}),
        ),
        ("list_saved_searches", json!({})),
        ("remove_saved_search", json!({"id": 2})),
        (
            "remember_search",
            json!({"search": {"query": "boat", "images": [{"photoId": 2}], "limit": 9}}),
        ),
        ("list_search_history", Value::Null),
        ("clear_search_history", json!({})),
        ("list_search_history", json!({})),
        ("get_metadata", json!({"photoId": 1})),
        ("get_metadata_writing", json!({})),
        ("set_metadata_writing", json!({"on": false})),
        ("write_metadata", json!({"photoIds": [99]})),
        (
            "add_region",
            json!({"photoId": 1, "kind": "face", "name": "Anna", "box": half}),
        ),
        ("add_region", json!({"photoId": 2, "box": half})),
        (
            "add_region",
            json!({"photoId": 1, "kind": "ghost", "box": half}),
        ),
        ("remove_region", json!({"regionId": 2})),
        ("remove_region", json!({"regionId": 99})),
        ("make_stack", json!({"photoIds": [2, 1]})),
        ("make_stack", json!({"photoIds": [2]})),
        ("list_stacks", json!({"libraryId": 1, "limit": 5})),
        ("get_stack", json!({"photoId": 1})),
        (
            "search_photos",
            json!({"filter": "format:png", "stacks": "each"}),
        ),
        ("break_stacks", json!({"photoIds": [1]})),
        ("get_stack", json!({"photoId": 1})),
        ("forget_stacks", json!({"photoIds": [2, 1]})),
        ("list_bursts", json!({})),
        ("find_duplicates", json!({})),
        (
            "find_duplicates",
            json!({"query": {"kind": "exact", "rules": ["resolution", "preset=card"]}, "limit": 2}),
        ),
        (
            "find_duplicates",
            json!({"query": {"kind": "similar", "threshold": 0.5, "withinS": 60}, "photoId": 1}),
        ),
        ("mark_photos", json!({"photoIds": [1, 2], "mark": "remove"})),
        ("mark_photos", json!({"photoIds": [2], "mark": null})),
        (
            "check_duplicates",
            json!({"paths": [picture, photos], "threshold": 0.95}),
        ),
        ("list_checked_files", json!({"jobId": 99})),
        ("align_copies", json!({"photoId": 1, "otherId": 1})),
        ("align_copies", json!({"photoId": 1, "otherId": 2})),
        ("count_proposals", json!({"confidences": [0.9, 1.0]})),
        ("accept_proposals", json!({"confidence": 0.9})),
        (
            "get_review",
            json!({"query": {"kind": "similar", "threshold": 0.0}}),
        ),
        (
            "decide_duplicates",
            json!({"photoIds": [1, 2], "decision": "notDuplicates"}),
        ),
        ("list_cleanup_sessions", json!({})),
        (
            "plan_cleanup",
            json!({"query": {"filter": "rating>5"}, "marked": true, "action": {"kind": "hardlink"}}),
        ),
        (
            "apply_cleanup",
            json!({"plan": {"version": 1, "createdAt": 0, "action": {"kind": "trash"}, "rules": [],
                "reference": [], "groups": [], "open": [], "refused": [], "files": 0, "bytes": 0}}),
        ),
        ("undo_cleanup", json!({"sessionId": "never"})),
        ("get_cleanup", json!({"sessionId": "never"})),
        (
            "plan_export",
            json!({"photoIds": [1, 2], "form": "jpeg", "output": "{folder}/out", "pattern": "{seq}-{name}"}),
        ),
        (
            "plan_export",
            json!({"search": {"query": "format:png"}, "form": "csv", "output": "{folder}/list.csv"}),
        ),
        (
            "start_export",
            json!({"photoIds": [1], "form": "originals", "output": "{folder}/out", "pattern": "{nam}"}),
        ),
        (
            "export_crop",
            json!({"image": {"photoId": 1}, "output": "{folder}/part.png"}),
        ),
        ("list_models", json!({})),
        ("plan_pull", json!({"id": "no-such-model"})),
        ("pull_model", json!({"id": "no-such-model"})),
        ("get_model", json!({"model": photos})),
        ("get_model", json!({"model": "siglip2-base-patch32-256"})),
        (
            "use_model",
            json!({"model": library.folder.path().join("none").to_str().unwrap()}),
        ),
        ("use_model", json!({"model": "siglip2-base-patch32-256"})),
        ("verify_model", json!({"model": photos})),
        ("remove_model", json!({"model": "siglip2-base-patch32-256"})),
        ("remove_model", json!({"model": photos})),
        ("list_jobs", json!({})),
        ("start_index", json!({"libraryId": 1})),
        ("wait_job", json!({"jobId": 5, "timeoutMs": 10})),
        ("pause_job", json!({"jobId": 5})),
        ("resume_job", json!({"jobId": 5})),
        ("cancel_job", json!({"jobId": 5})),
        ("diagnose", json!({})),
        ("remove_library", json!({"libraryId": 1})),
        ("list_libraries", json!({})),
    ]
}
