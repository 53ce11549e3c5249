//! Sidecars of real programs, written and read again.

mod real_files;

use std::fs;
use std::path::Path;

use super::*;
use crate::io::FileStamp;

const LIGHTROOM: &str = r#"<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:lr="http://ns.adobe.com/lightroom/1.0/" xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/"
    xmlns:own="http://example.invalid/own/" tiff:Artist="Somebody" tiff:Software="Old &lt;1&gt;"
    xmp:CreatorTool="New 2" xmp:Rating="2" xmp:Label="Blue" crs:Exposure2012="+0.35"
    own:note="  kept as it is  ">
   <dc:creator><rdf:Seq><rdf:li>Somebody Else</rdf:li></rdf:Seq></dc:creator>
   <dc:subject><rdf:Bag><rdf:li>places</rdf:li><rdf:li>Rome</rdf:li><rdf:li>sea</rdf:li></rdf:Bag></dc:subject>
   <lr:hierarchicalSubject><rdf:Bag><rdf:li>places|Italy|Rome</rdf:li></rdf:Bag></lr:hierarchicalSubject>
   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">At dawn</rdf:li></rdf:Alt></dc:description>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
"#;

const TURN: Turn = Turn {
    orientation: 6,
    width: 2000,
    height: 3000,
};

const NOW: &str = "2024-05-06T07:08:09Z";

fn wanted() -> Wanted {
    Wanted {
        tags: vec!["places/Italy/Rome".into(), "people/Anna".into()],
        rating: Some(5),
        label: Some("Blue".into()),
        caption: Some("At dusk".into()),
        regions: vec![
            (RegionKind::Face, Some("Anna".into()), [0.1, 0.2, 0.3, 0.4]),
            (
                RegionKind::Object,
                Some("boat".into()),
                [0.5, 0.5, 0.25, 0.125],
            ),
        ],
        gone: Vec::new(),
    }
}

fn stamp(path: &Path) -> Option<FileStamp> {
    fs::metadata(path).ok().map(|m| FileStamp::of(&m))
}

fn put(path: &Path, wanted: &Wanted) -> Result<Option<(FileStamp, Said)>, SidecarError> {
    write(path, wanted, TURN, stamp(path), NOW)
}

fn check(said: &Said, wanted: &Wanted) {
    let mut tags = wanted.tags.clone();
    tags.sort_by_key(|tag| tag.to_lowercase());
    assert_eq!(said.keywords.as_deref(), Some(tags.as_slice()));
    assert_eq!(said.rating, wanted.rating);
    assert_eq!(said.label, wanted.label);
    assert_eq!(said.caption, wanted.caption);
    for (kind, name, area) in &wanted.regions {
        let found = said.regions.iter().any(|region| {
            let near = |there: [f64; 4]| there.iter().zip(area).all(|(a, b)| (a - b).abs() < 1e-5);
            (region.kind, &region.name) == (*kind, name) && TURN.upright(region).is_some_and(near)
        });
        assert!(found, "{name:?} is not in {:?}", said.regions);
    }
}

/// The caption and the title in several languages; `items` are those of the caption.
fn in_languages(items: &str) -> String {
    let start = LIGHTROOM.find("<rdf:Alt>").unwrap();
    let end = LIGHTROOM.find("</rdf:Alt>").unwrap();
    format!(
        "{}<rdf:Alt>{items}</rdf:Alt></dc:description><dc:title><rdf:Alt><rdf:li \
         xml:lang='fr'>Aube</rdf:li><rdf:li xml:lang='x-default'>Dawn</rdf:li></rdf:Alt></dc:title>{}",
        &LIGHTROOM[..start],
        &LIGHTROOM[end + "</rdf:Alt></dc:description>".len()..],
    )
}

#[test]
fn the_default_language_of_a_caption_is_written_and_others_stay() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.xmp");
    let (default, german) = (
        "<rdf:li xml:lang=\"x-default\">At dawn</rdf:li>",
        "<rdf:li xml:lang=\"de-ch\">Morgens  \u{fc}</rdf:li>",
    );
    let same = "<rdf:li xml:lang=\"en-US\">At dawn</rdf:li>";
    for (items, read) in [
        (format!("{default}{german}"), "At dawn"),
        (format!("{german}{default}"), "At dawn"),
        (format!("{default}{same}"), "At dawn"),
        (format!("{default}{german}{same}"), "At dawn"),
        (german.to_owned(), "Morgens  \u{fc}"),
        (format!("{german}{same}"), "Morgens  \u{fc}"),
    ] {
        fs::write(&path, in_languages(&items)).unwrap();
        assert_eq!(read_file(&path).unwrap().caption.as_deref(), Some(read));
        let (_, says) = put(&path, &wanted()).unwrap().unwrap();
        check(&says, &wanted());
        assert_eq!(read_file(&path).unwrap(), says);
        let text = fs::read_to_string(&path).unwrap();
        let written = "<rdf:li xml:lang=\"x-default\">At dusk</rdf:li>";
        for there in [written, "\"fr\">Aube<", "\"x-default\">Dawn<"] {
            assert_eq!(text.matches(there).count(), 1, "{there}:\n{text}");
        }
        for item in [german, same]
            .into_iter()
            .filter(|item| items.contains(item))
        {
            assert!(text.contains(item), "{item}:\n{text}");
        }
        assert!(!text.contains("x-kept"), "{text}");
        assert_eq!(put(&path, &wanted()).unwrap(), None);
        // The other languages stay when the caption goes, too.
        let emptied = Wanted {
            caption: None,
            ..wanted()
        };
        put(&path, &emptied).unwrap().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains("At dusk"), "{text}");
        assert_eq!(text.contains(german), items.contains(german), "{text}");
        assert_eq!(text.contains(same), items.contains(same), "{text}");
        assert_eq!(put(&path, &emptied).unwrap(), None);
    }
}

#[test]
fn what_is_written_is_read_again_and_nothing_else_changes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.xmp");
    fs::write(&path, LIGHTROOM).unwrap();
    let (written, says) = put(&path, &wanted()).unwrap().unwrap();
    assert_eq!(stamp(&path), Some(written));
    assert_eq!(read_file(&path).unwrap(), says);
    check(&says, &wanted());
    let text = fs::read_to_string(&path).unwrap();
    for kept in [
        "tiff:Artist=\"Somebody\"",
        "tiff:Software=\"Old &lt;1&gt;\"",
        "xmp:CreatorTool=\"New 2\"",
        "crs:Exposure2012=\"+0.35\"",
        "own:note=\"  kept as it is  \"",
        "<rdf:li>Somebody Else</rdf:li>",
        "xmlns:tiff=\"http://ns.adobe.com/tiff/1.0/\"",
        "<rdf:li>places</rdf:li>",
    ] {
        assert!(text.contains(kept), "{kept} is gone:\n{text}");
    }
    assert!(!text.contains("<rdf:li>sea</rdf:li>"));
    assert!(!text.contains("kept-by-latent") && !text.contains("~kept"));
    // It says all of it now.
    assert_eq!(put(&path, &wanted()).unwrap(), None);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_sidecar_that_was_not_there_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jpg.xmp");
    put(&path, &wanted()).unwrap().unwrap();
    check(&read_file(&path).unwrap(), &wanted());
    let emptied = Wanted::default();
    put(&path, &emptied).unwrap().unwrap();
    let said = read_file(&path).unwrap();
    assert_eq!(
        (said.keywords, said.rating, said.caption),
        (None, None, None)
    );
    // Regions that nobody removed stay.
    assert_eq!(said.regions.len(), 2);
}

/// A face as Microsoft's programs write it.
const MICROSOFT: &str = r#" <rdf:Description rdf:about="" xmlns:MP="http://ns.microsoft.com/photo/1.2/"
    xmlns:MPRI="http://ns.microsoft.com/photo/1.2/t/RegionInfo#"
    xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#">
   <MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag>
    <rdf:li MPReg:Rectangle="0.2, 0.6, 0.4, 0.3" MPReg:PersonDisplayName="Anna"/>
    <rdf:li MPReg:Rectangle="0.7, 0.1, 0.1, 0.1" MPReg:PersonDisplayName="Ben"/>
   </rdf:Bag></MPRI:Regions></MP:RegionInfo>
  </rdf:Description>
 </rdf:RDF>"#;

#[test]
fn a_region_that_was_removed_goes_from_every_list_and_others_stay() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.xmp");
    fs::write(&path, LIGHTROOM).unwrap();
    put(&path, &wanted()).unwrap().unwrap();
    // Another program puts Anna into its own list, which is of the picture as it is stored.
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace(" </rdf:RDF>", MICROSOFT)).unwrap();
    let names = |said: &Said| {
        let mut names: Vec<_> = said
            .regions
            .iter()
            .map(|region| region.name.clone())
            .collect();
        names.sort();
        names
    };
    let named =
        |names: &[&str]| -> Vec<_> { names.iter().map(|n| Some((*n).to_owned())).collect() };
    let says = read_file(&path).unwrap();
    assert_eq!(names(&says), named(&["Anna", "Ben", "boat"]));
    let text = fs::read_to_string(&path).unwrap();
    let count = |text: &str| text.matches("Anna").count();
    assert_eq!(count(&text), 5, "three keywords, two regions: {text}");
    let mut less = Wanted {
        regions: wanted().regions.into_iter().skip(1).collect(),
        gone: vec![(Some("Anna".into()), [0.1, 0.2, 0.3, 0.4])],
        ..wanted()
    };
    let (_, says) = put(&path, &less).unwrap().unwrap();
    assert_eq!(names(&says), named(&["Ben", "boat"]));
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(count(&text), 3, "{text}");
    assert!(text.contains("own:note=\"  kept as it is  \""), "{text}");
    assert_eq!(put(&path, &less).unwrap(), None);
    // Of another name, or elsewhere, is another region.
    less.gone = vec![
        (Some("Anna".into()), [0.1, 0.2, 0.3, 0.4]),
        (Some("boat".into()), [0.0, 0.0, 0.1, 0.1]),
        (None, [0.5, 0.5, 0.25, 0.125]),
    ];
    assert_eq!(put(&path, &less).unwrap(), None);
    less.gone = vec![(Some("boat".into()), [0.5, 0.5, 0.25, 0.125])];
    less.regions = Vec::new();
    let (_, says) = put(&path, &less).unwrap().unwrap();
    assert_eq!(names(&says), named(&["Ben"]));
}

#[test]
fn utf_16_is_read_and_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.xmp");
    let units = LIGHTROOM.encode_utf16().flat_map(u16::to_le_bytes);
    fs::write(
        &path,
        [0xff, 0xfe].into_iter().chain(units).collect::<Vec<u8>>(),
    )
    .unwrap();
    assert_eq!(read_file(&path).unwrap().label.as_deref(), Some("Blue"));
    put(&path, &wanted()).unwrap().unwrap();
    let said = read_file(&path).unwrap();
    check(&said, &wanted());
}

#[test]
fn what_cannot_be_understood_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let nothing = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF \
        xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"/></x:xmpmeta>";
    for content in ["no XMP at all", nothing, "<x:xmpmeta", "\u{0}\u{1}\u{2}"] {
        let path = folder.path().join("a.xmp");
        fs::write(&path, content).unwrap();
        assert!(put(&path, &wanted()).is_err(), "{content}");
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
    }
}

#[test]
fn a_sidecar_that_changed_meanwhile_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.xmp");
    fs::write(&path, LIGHTROOM).unwrap();
    let before = stamp(&path);
    fs::write(&path, format!("{LIGHTROOM}\n")).unwrap();
    let refused = write(&path, &wanted(), TURN, before, NOW);
    assert!(
        matches!(refused, Err(SidecarError::Changed { .. })),
        "{refused:?}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), format!("{LIGHTROOM}\n"));
    assert!(write(&folder.path().join("a.jpg"), &wanted(), TURN, None, NOW).is_err());
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (folder.path().join("a.xmp"), folder.path().join("b.xmp"));
    fs::write(&path, LIGHTROOM).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    put(&link, &wanted()).unwrap().unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o640
    );
    check(&read_file(&path).unwrap(), &wanted());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o440)).unwrap();
    let other = Wanted::default();
    assert!(matches!(put(&path, &other), Err(SidecarError::Io { .. })));
}
