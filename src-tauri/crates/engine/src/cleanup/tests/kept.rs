//! What a file has beside its content comes back from another disk, and from one that keeps none of it.
//! Linux only, where attributes can be given here.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rustix::fs::{XattrFlags, removexattr, setxattr};

use super::super::kept::Kept;
use super::super::plan::*;
use super::kills::OtherDisk;
use super::world::*;
use crate::io::FileStamp;

const NOTE: &str = "user.latent.test";
const ACL: &str = "system.posix_acl_access";

/// `user::rw-`, `user:1234:rwx`, `group::r--`, `mask::rwx`, `other::---`, as Linux keeps it.
fn acl() -> Vec<u8> {
    const NOBODY: u32 = u32::MAX;
    let mut bytes = 2_u32.to_le_bytes().to_vec();
    for (tag, may, id) in [
        (0x01_u16, 6_u16, NOBODY),
        (0x02, 7, 1234),
        (0x04, 4, NOBODY),
        (0x10, 7, NOBODY),
        (0x20, 0, NOBODY),
    ] {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(may.to_le_bytes());
        bytes.extend(id.to_le_bytes());
    }
    bytes
}

fn set(path: &Path, name: &str, value: &[u8]) -> bool {
    setxattr(path, name, value, XattrFlags::empty()).is_ok()
}

#[test]
fn permissions_and_attributes_come_back_from_another_disk() {
    for keeps_none in [false, true] {
        let world = World::new();
        let other = OtherDisk::find();
        let Some(folder) = other.folder() else {
            println!("skipped: this machine has one disk");
            return;
        };
        let action = Action::Folder {
            folder: folder.join("put here"),
        };
        let (_, copy, plan) = twice(&world, action);
        fs::set_permissions(&copy, fs::Permissions::from_mode(0o640)).unwrap();
        let can = (set(&copy, NOTE, b"seen"), set(&copy, ACL, &acl()));
        println!("attributes and access lists can be given here: {can:?}");
        let (before, stamp) = (
            Kept::of(&copy).unwrap(),
            FileStamp::of(&fs::metadata(&copy).unwrap()),
        );
        assert_eq!(
            before.attributes.len(),
            usize::from(can.0) + usize::from(can.1)
        );
        let report = world.apply(&plan).unwrap();
        assert_eq!(report.files, 1, "{report:?}");
        let (_, files) = world.view();
        let away = files[0].trashed_to.clone().unwrap();
        let attributes = |path: &Path| Kept::of(path).unwrap();
        if keeps_none {
            // As a memory card would have it.
            for (name, _) in attributes(&away).attributes {
                let _the_systems_own_stay = removexattr(&away, name.as_str());
            }
            fs::set_permissions(&away, fs::Permissions::from_mode(0o700)).unwrap();
            assert_ne!(attributes(&away), before);
        } else {
            assert_eq!(attributes(&away).mode, before.mode);
        }
        world.undo(&report.session_id, None).unwrap();
        assert_eq!(attributes(&copy), before, "keeps none: {keeps_none}");
        assert_eq!(FileStamp::of(&fs::metadata(&copy).unwrap()), stamp);
    }
}

#[test]
fn an_attribute_that_cannot_be_given_is_told_and_the_others_are() {
    let world = World::new();
    let path = world.write("a.jpg", b"a picture");
    let file = File::options().append(true).open(&path).unwrap();
    let kept = Kept {
        mode: Some(0o604),
        attributes: vec![
            ("nowhere.such".into(), vec![1]),
            (NOTE.into(), b"seen".to_vec()),
        ],
    };
    let refused = kept.give(&file).unwrap();
    assert_eq!(refused[0], "nowhere.such");
    let now = Kept::of(&path).unwrap();
    assert_eq!(now.mode, Some(0o604));
    assert_eq!(now.attributes.len() + refused.len(), 2);
}
