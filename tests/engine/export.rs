//! Photos taken out of the library: nothing is written over, what cannot be exported is told, and
//! the rest goes on.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use latent_engine::EngineError;
use latent_engine::crop_box::CropBox;
use latent_engine::export::{
    self, Caption, Encoding, Export, ExportReport, Form, KeptMetadata, ListForm, Page, Pattern,
    SheetOptions, Which,
};
use latent_engine::ids::PhotoId;
use latent_engine::jobs::{JobState, Report};
use latent_engine::search::{Query, Sort};

use crate::painter;
use crate::world::{LONG, World, mtime};

fn originals(pattern: &str) -> Form {
    Form::Originals {
        pattern: Pattern::read(pattern).unwrap(),
        sidecars: true,
    }
}

fn pictures(pattern: &str, encoding: Encoding, long_side_px: Option<u32>) -> Form {
    Form::Pictures {
        pattern: Pattern::read(pattern).unwrap(),
        encoding,
        long_side_px,
        metadata: KeptMetadata::All,
    }
}

fn by_name(filter: &str) -> Which {
    let query = Query {
        filter: (!filter.is_empty()).then(|| filter.into()),
        sort: Some(Sort::Name),
        ..Query::default()
    };
    Which::Found {
        query: Box::new(query),
        most: None,
    }
}

fn all(world: &World, form: Form) -> Export {
    Export {
        photos: by_name(""),
        crop: None,
        form,
        output: world.beside("out"),
    }
}

fn run(world: &World, export: Export) -> ExportReport {
    let job = export::start(world.engine(), export).unwrap();
    let view = world.engine().jobs().wait(job, LONG).unwrap();
    assert_eq!(view.state, JobState::Done, "{:?}", view.error);
    match view.report {
        Some(Report::Export(report)) => report,
        other => panic!("{other:?}"),
    }
}

/// Files below a folder with their bytes, by their path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap();
                all.insert(name.to_str().unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    all
}

fn names(world: &World) -> Vec<String> {
    files(&world.beside("out")).into_keys().collect()
}

fn failed(report: &ExportReport) -> Vec<(String, &str)> {
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    let failed = report.failed.iter();
    failed.map(|(path, why)| (name(path), &**why)).collect()
}

#[test]
fn originals_are_copied_byte_for_byte_with_time_and_sidecar() {
    let world = World::new();
    world.write("a/one.jpg", &painter::photo(1));
    world.write("a/one.xmp", b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>");
    world.write("b/one.jpg", &painter::photo(2));
    world.write("b/one.jpg.xmp", b"<x:xmpmeta xmlns:x='adobe:ns:meta/' />");
    world.index();
    let before = files(&world.root());
    let these = ["a/one.jpg", "b/one.jpg"].map(|name| (world.id(name), None));
    let export = Export {
        photos: Which::These(these.to_vec()),
        ..all(&world, originals("{name}"))
    };
    let report = run(&world, export);
    assert_eq!((report.photos, report.files), (2, 4));
    assert!(report.failed.is_empty(), "{report:?}");
    let out = files(&world.beside("out"));
    let names: Vec<&str> = out.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["one (2).jpg", "one (2).jpg.xmp", "one.jpg", "one.xmp"]
    );
    assert_eq!(out["one.jpg"], before["a/one.jpg"]);
    assert_eq!(out["one.xmp"], before["a/one.xmp"]);
    assert_eq!(out["one (2).jpg"], before["b/one.jpg"]);
    assert_eq!(out["one (2).jpg.xmp"], before["b/one.jpg.xmp"]);
    assert_eq!(
        report.bytes,
        out.values().map(|b| b.len() as u64).sum::<u64>()
    );
    assert_eq!(
        mtime(&world.beside("out/one.jpg")),
        mtime(&world.path("a/one.jpg"))
    );
    assert_eq!(files(&world.root()), before, "the library is what it was");
}

#[test]
fn nothing_that_is_there_is_written_over() {
    let world = World::with(&[("a.jpg", 1), ("b.jpg", 2)]);
    fs::create_dir(world.beside("out")).unwrap();
    fs::write(world.beside("out/x.jpg"), "mine").unwrap();
    // Something that leads elsewhere is a taken name too.
    #[cfg(unix)]
    std::os::unix::fs::symlink(world.path("a.jpg"), world.beside("out/x (2).jpg")).unwrap();
    let before = files(&world.root());
    for _ in 0..2 {
        run(&world, all(&world, originals("x")));
    }
    let out = files(&world.beside("out"));
    assert_eq!(out["x.jpg"], b"mine");
    assert_eq!(out.len(), 6, "{:?}", out.keys());
    assert_eq!(files(&world.root()), before);
}

#[test]
fn pictures_have_the_asked_size_part_and_order() {
    let world = World::new();
    world.write("wide.jpg", &painter::jpeg(&painter::picture(1, 900, 600)));
    world.write("tall.jpg", &painter::jpeg(&painter::picture(2, 400, 800)));
    world.index();
    let (wide, tall) = (world.id("wide.jpg"), world.id("tall.jpg"));
    let half = CropBox::new(0.0, 0.0, 0.5, 0.5).unwrap();
    let export = Export {
        photos: Which::These(vec![(tall, None), (wide, Some(half)), (wide, None)]),
        crop: None,
        form: pictures("{seq:3} {name}", Encoding::Png, Some(300)),
        output: world.beside("out"),
    };
    let report = run(&world, export);
    assert_eq!((report.photos, report.files), (3, 3));
    let sizes: Vec<_> = files(&world.beside("out"))
        .into_iter()
        .map(|(name, bytes)| {
            let picture = image::load_from_memory(&bytes).unwrap();
            (name, (picture.width(), picture.height()))
        })
        .collect();
    let expected = [
        ("001 tall.png", (150, 300)),
        ("002 wide.png", (300, 200)),
        ("003 wide.png", (300, 200)),
    ];
    let expected = expected.map(|(name, size)| (name.to_owned(), size));
    assert_eq!(sizes, expected);
    // The part shows what the photo shows there.
    let whole = image::open(world.path("wide.jpg")).unwrap().to_rgb8();
    let part = image::open(world.beside("out/002 wide.png"))
        .unwrap()
        .to_rgb8();
    let wanted = image::imageops::resize(
        &image::imageops::crop_imm(&whole, 0, 0, 450, 300).to_image(),
        300,
        200,
        image::imageops::FilterType::Lanczos3,
    );
    let off: u64 = part
        .iter()
        .zip(wanted.iter())
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    assert!(off < part.len() as u64 * 3, "{off} of {}", part.len());
}

#[test]
fn the_quality_and_size_of_jpegs_are_those_asked_for() {
    let world = World::with(&[("a.jpg", 1)]);
    let mut sizes = Vec::new();
    for quality in [30, 95] {
        let form = pictures("{name}", Encoding::Jpeg { quality }, None);
        let mut export = all(&world, form);
        export.output = world.beside(&format!("q{quality}"));
        let report = run(&world, export);
        let out = image::open(world.beside(&format!("q{quality}/a.jpg"))).unwrap();
        let photo = world.photo("a.jpg");
        assert_eq!((out.width(), out.height()), (photo.width, photo.height));
        sizes.push(report.bytes);
    }
    assert!(sizes[0] * 2 < sizes[1], "{sizes:?}");
}

#[test]
fn what_cannot_be_exported_is_told_and_the_rest_goes_on() {
    let world = World::with(&[("a.jpg", 1), ("b.jpg", 2), ("c.jpg", 3), ("d.jpg", 4)]);
    world.remove("b.jpg");
    let content = fs::read(world.path("c.jpg")).unwrap();
    fs::write(world.path("c.jpg"), &content[..content.len() / 4]).unwrap();
    let ids = ["a.jpg", "b.jpg", "c.jpg", "d.jpg"].map(|name| (world.id(name), None));
    let export = Export {
        photos: Which::These([&ids[..], &[(PhotoId(999), None)]].concat()),
        crop: None,
        form: pictures("{name}", Encoding::Jpeg { quality: 80 }, None),
        output: world.beside("out"),
    };
    let report = run(&world, export);
    assert_eq!((report.photos, report.files), (2, 2));
    let told = failed(&report);
    assert_eq!(told[0], ("b.jpg".into(), "Its file is not there any more"));
    assert!(
        told[1].0 == "c.jpg" && told[1].1.contains("breaks off"),
        "{told:?}"
    );
    assert_eq!(
        told[2],
        ("photo 999".into(), "It is not in the library any more")
    );
    assert_eq!(names(&world), ["a.jpg", "d.jpg"]);
}

#[test]
fn an_unplugged_disk_is_told_and_no_thumbnail_passes_for_the_photo() {
    let world = World::with(&[("a.jpg", 1)]);
    fs::rename(world.root(), world.beside("shelf")).unwrap();
    for form in [originals("{name}"), pictures("{name}", Encoding::Png, None)] {
        let report = run(&world, all(&world, form));
        assert_eq!(
            failed(&report),
            [("a.jpg".into(), "Its disk is not connected")]
        );
        assert!(names(&world).is_empty());
    }
}

#[test]
fn hostile_names_stay_in_the_folder() {
    let world = World::with(&[("a.jpg", 1)]);
    let id = world.id("a.jpg");
    crate::tags::add(&world, &[id], &["../../escape", "con"]);
    #[cfg(unix)]
    world.write("line\nbreak \"x\"*.jpg", &painter::photo(2));
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::ffi::OsStrExt as _;
        let name = std::ffi::OsStr::from_bytes(b"caf\xe9.jpg");
        fs::write(world.root().join(name), painter::photo(3)).unwrap();
    }
    world.index();
    let report = run(&world, all(&world, originals("{tag}/{name}")));
    assert!(report.failed.is_empty(), "{report:?}");
    let names = names(&world);
    assert_eq!(names.len() as u64, report.files);
    assert!(
        names.contains(&"untagged/line-break -x--.jpg".to_owned()),
        "{names:?}"
    );
    assert!(
        names.contains(&"untagged/caf\u{FFFD}.jpg".to_owned()),
        "{names:?}"
    );
    assert!(!world.beside("escape").exists() && !world.beside("..").join("escape").exists());
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_written() {
    let world = World::with(&[("a.jpg", 1)]);
    let jpeg = |quality, side| pictures("{name}", Encoding::Jpeg { quality }, side);
    let crop = CropBox::new(0.0, 0.0, 0.5, 0.5).ok();
    let good = all(&world, jpeg(90, None));
    let wrong = [
        all(&world, jpeg(0, None)),
        all(&world, jpeg(101, None)),
        all(&world, jpeg(90, Some(0))),
        Export {
            photos: by_name("a.jpg nothing:here"),
            ..good.clone()
        },
        Export {
            photos: Which::These(Vec::new()),
            ..good.clone()
        },
        Export {
            crop,
            ..all(&world, originals("{name}"))
        },
        Export {
            output: "out".into(),
            ..good.clone()
        },
        Export {
            output: world.path("a.jpg").join("out"),
            ..good.clone()
        },
        Export {
            form: Form::List(ListForm::Csv),
            output: world.root(),
            ..good
        },
    ];
    for export in wrong {
        let shown = format!("{export:?}");
        let refused = export::start(world.engine(), export);
        assert!(refused.is_err(), "{shown}");
    }
    assert!(!world.beside("out").exists());
    assert!(
        world
            .engine()
            .jobs()
            .views()
            .iter()
            .all(|job| job.title != "Export photos")
    );
}

#[test]
fn a_file_is_no_folder_to_export_to() {
    let world = World::with(&[("a.jpg", 1)]);
    let export = Export {
        output: world.path("a.jpg"),
        ..all(&world, originals("{name}"))
    };
    let refused = export::start(world.engine(), export).unwrap_err();
    let told = refused.to_string();
    assert!(told.ends_with("a.jpg is a file: name a folder"), "{told}");
}

#[test]
fn a_plan_tells_the_names_and_writes_nothing() {
    let world = World::with(&[("a.jpg", 1), ("b.jpg", 2)]);
    let plan = export::plan(world.engine(), &all(&world, originals("{seq:2}-{name}"))).unwrap();
    assert_eq!(plan.photos, 2);
    assert_eq!(plan.names, ["01-a.jpg", "02-b.jpg"]);
    assert!(!plan.in_library && !world.beside("out").exists());
    let mut inside = all(&world, originals("{name}"));
    inside.output = world.path("new");
    assert!(export::plan(world.engine(), &inside).unwrap().in_library);
    assert!(!world.path("new").exists());
}

#[test]
fn a_list_has_a_line_for_each_photo_and_runs_nothing() {
    let world = World::with(&[("a.jpg", 1), ("b, \"c\".jpg", 2)]);
    let id = world.id("a.jpg");
    crate::tags::add(&world, &[id], &["=cmd()", "trip/rome"]);
    let list = |form, name: &str| Export {
        form: Form::List(form),
        output: world.beside(name),
        ..all(&world, originals("{name}"))
    };
    let csv = run(&world, list(ListForm::Csv, "photos.csv"));
    assert_eq!(
        (csv.photos, csv.output.clone()),
        (2, world.beside("photos.csv"))
    );
    let text = fs::read_to_string(&csv.output).unwrap();
    assert!(
        text.ends_with("\r\n") && text.starts_with("path,file_name,"),
        "{text}"
    );
    assert_eq!(text.matches("\r\n").count(), 3);
    assert!(text.contains("\"b, \"\"c\"\".jpg\""), "{text}");
    assert!(text.contains("\"'=cmd(); trip/rome\""), "{text}");
    let again = run(&world, list(ListForm::Csv, "photos.csv"));
    assert_eq!(again.output, world.beside("photos (2).csv"));
    let json = run(&world, list(ListForm::Json, "rows"));
    assert_eq!(json.output, world.beside("rows.json"));
    let rows: serde_json::Value = serde_json::from_slice(&fs::read(&json.output).unwrap()).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 2);
    assert_eq!(rows[0]["file_name"], "a.jpg");
    assert_eq!(rows[0]["tags"], serde_json::json!(["=cmd()", "trip/rome"]));
}

#[test]
fn a_contact_sheet_has_every_photo_even_of_a_disk_that_is_away() {
    let world = World::with(&[("a.jpg", 1), ("b.jpg", 2), ("c.jpg", 3)]);
    fs::rename(world.root(), world.beside("shelf")).unwrap();
    let options = SheetOptions {
        page: Page::Letter,
        landscape: true,
        columns: 2,
        captions: vec![Caption::Name, Caption::Exposure],
        title: Some("Trip".into()),
    };
    let sheet = Export {
        output: world.beside("sheet.pdf"),
        ..all(&world, Form::Sheet(options))
    };
    let report = run(&world, sheet);
    assert_eq!((report.photos, report.failed.len()), (3, 0), "{report:?}");
    let pdf = fs::read(world.beside("sheet.pdf")).unwrap();
    let text = String::from_utf8_lossy(&pdf);
    assert!(text.starts_with("%PDF-") && text.trim_end().ends_with("%%EOF"));
    assert_eq!(text.matches("/DCTDecode").count(), 3);
    for name in ["(a.jpg)", "(b.jpg)", "(c.jpg)", "(Trip)"] {
        assert!(text.contains(name), "{name}");
    }
}

#[test]
fn a_cancelled_export_leaves_whole_files_only() {
    let photos: Vec<(String, u64)> = (0..60).map(|n| (format!("{n:02}.jpg"), n)).collect();
    let photos: Vec<(&str, u64)> = photos.iter().map(|(name, n)| (name.as_str(), *n)).collect();
    let world = World::with(&photos);
    let job = export::start(world.engine(), all(&world, originals("{name}"))).unwrap();
    let jobs = world.engine().jobs();
    while files(&world.beside("out")).is_empty() && !jobs.view(job).unwrap().state.is_ended() {
        std::thread::yield_now();
    }
    jobs.cancel(job).unwrap();
    let view = jobs.wait(job, LONG).unwrap();
    assert!(view.state.is_ended());
    let originals = files(&world.root());
    for (name, bytes) in files(&world.beside("out")) {
        assert_eq!(originals.get(&name), Some(&bytes), "{name}");
    }
}

#[test]
fn a_search_that_is_malformed_is_refused_with_its_place() {
    let world = World::with(&[("a.jpg", 1)]);
    let export = Export {
        photos: by_name("rating>"),
        ..all(&world, originals("{name}"))
    };
    let refused = export::start(world.engine(), export);
    assert!(
        matches!(refused, Err(EngineError::Filter(_))),
        "{refused:?}"
    );
}
