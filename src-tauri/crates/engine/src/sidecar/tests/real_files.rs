//! Sidecars of a dozen programs, where they are at hand, judged by `ExifTool`.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value};

use super::*;

/// As `ExifTool` names what Latent owns.
const OWN: [&str; 11] = [
    // Names the picture, and is no property; the toolkit keeps it where all descriptions agree.
    "XMP-rdf:About",
    "XMP-dc:Subject",
    "XMP-lr:HierarchicalSubject",
    "XMP-digiKam:TagsList",
    "XMP-microsoft:LastKeywordXMP",
    "XMP-xmp:Rating",
    "XMP-xmp:Label",
    "XMP-xmp:MetadataDate",
    "XMP-dc:Description",
    "XMP-mwg-rs:RegionInfo",
    "XMP-iptcExt:ImageRegion",
];

/// The folder of real sidecars: below `LATENT_TEST_DATA`, or `../shared/data` beside the repository.
fn sidecars() -> Option<Vec<PathBuf>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data");
    let data = std::env::var_os("LATENT_TEST_DATA").map_or(beside, PathBuf::from);
    let Ok(entries) = fs::read_dir(data.join("formats/xmp")) else {
        eprintln!("skipped: no sidecars below {}", data.display());
        return None;
    };
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    found.sort();
    Some(found)
}

/// Every property of a file as `ExifTool` reads it; none where it is not installed.
fn properties(path: &Path) -> Option<Map<String, Value>> {
    let output = Command::new("exiftool")
        .args(["-j", "-G1", "-a", "-s", "-n", "-struct", "-XMP:all"])
        .arg(path)
        .output()
        .ok()?;
    let answer: Value = serde_json::from_slice(&output.stdout).ok()?;
    let mut properties = answer.get(0)?.as_object()?.clone();
    properties.remove("SourceFile");
    properties.remove("XMP-x:XMPToolkit");
    Some(properties)
}

#[test]
fn every_sidecar_says_what_was_written_and_keeps_the_rest() {
    let Some(paths) = sidecars() else { return };
    let folder = tempfile::tempdir().unwrap();
    let probe = folder.path().join("probe.xmp");
    fs::write(&probe, LIGHTROOM).unwrap();
    if properties(&probe).is_none() {
        eprintln!("skipped: exiftool is not installed");
        return;
    }
    let mut written = 0;
    for original in &paths {
        let path = folder.path().join(original.file_name().unwrap());
        fs::write(&path, fs::read(original).unwrap()).unwrap();
        let name = original.display();
        let before = properties(&path).unwrap();
        let (_, says) = match put(&path, &wanted()) {
            Ok(written) => written.unwrap_or_else(|| panic!("{name}: nothing was written")),
            Err(error) => {
                println!("refused\t{name}\t{error}");
                let is_broken = matches!(error, SidecarError::Malformed { .. });
                assert!(is_broken, "{name}: {error}");
                assert_eq!(
                    fs::read(&path).unwrap(),
                    fs::read(original).unwrap(),
                    "{name}"
                );
                continue;
            }
        };
        check(&says, &wanted());
        let after = properties(&path).unwrap();
        for (property, value) in before.iter().filter(|(p, _)| !OWN.contains(&p.as_str())) {
            assert_eq!(after.get(property), Some(value), "{name}: {property}");
        }
        assert_eq!(after["XMP-xmp:Rating"], 5, "{name}");
        let text = |property: &str| after[property].to_string();
        assert!(text("XMP-dc:Subject").contains("\"Anna\""), "{name}");
        assert!(
            text("XMP-lr:HierarchicalSubject").contains("\"people|Anna\""),
            "{name}"
        );
        assert!(
            text("XMP-digiKam:TagsList").contains("\"places/Italy/Rome\""),
            "{name}"
        );
        assert!(text("XMP-mwg-rs:RegionInfo").contains("\"Anna\""), "{name}");
        assert!(
            text("XMP-iptcExt:ImageRegion").contains("\"boat\""),
            "{name}"
        );
        for list in ["XMP-mwg-rs:RegionInfo", "XMP-iptcExt:ImageRegion"] {
            for region in before.get(list).into_iter().flat_map(regions_of) {
                assert!(
                    regions_of(&after[list]).contains(&region),
                    "{name}: {region}"
                );
            }
        }
        written += 1;
    }
    assert!(written > 15, "{written} of {} sidecars", paths.len());
}

fn regions_of(value: &Value) -> Vec<Value> {
    let list = value.get("RegionList").unwrap_or(value);
    list.as_array().cloned().unwrap_or_default()
}
