//! Files that look alike and are not each other's duplicates: a RAW file and its JPEG, a photo and
//! its edited version, two shots of one scene.

use crate::stacks::names::{Name, are_one_shot};
use crate::store::pictures::Member;

/// Clocks are set to another time zone by whole quarters of an hour, seconds.
const ZONE_STEP_S: i64 = 15 * 60;

/// Whether two photos were taken at different times, so that they are two shots however alike they
/// are. A clock that was set to another time zone is no other time.
///
/// Nothing in the pixels tells two frames from a tripod for certain; the cameras' clocks do.
pub(crate) fn are_two_shots(a: &Member, b: &Member) -> bool {
    are_two_times(a.taken_at, b.taken_at)
}

/// Whether two capture times are those of two shots.
pub(super) fn are_two_times(a: Option<i64>, b: Option<i64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.wrapping_sub(b) % ZONE_STEP_S != 0,
        _ => false,
    }
}

/// Whether two photos are one shot that lies in several files on purpose: in one stack, or in one
/// folder by the names that cameras, phones and editors give, even where the stack was taken apart.
pub(super) fn are_stacked(a: &Member, b: &Member) -> bool {
    let is_one_stack = a.stack.is_some() && a.stack == b.stack;
    is_one_stack
        || (a.folder == b.folder && are_one_shot(&Name::of(&a.file_name), &Name::of(&b.file_name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{PhotoId, PictureId};

    fn member(folder: &str, file_name: &str) -> Member {
        Member {
            id: PhotoId(1),
            picture: PictureId(1),
            content_hash: [0; 32],
            file_key: None,
            folder: folder.into(),
            file_name: file_name.into(),
            bytes: 1,
            width: 1,
            height: 1,
            format: "jpeg".into(),
            taken_at: None,
            camera: None,
            rating: None,
            metadata: 0,
            sharpness: None,
            stack: None,
            added_in: 0,
        }
    }

    #[test]
    fn shots_are_told_apart_by_their_times_but_for_time_zones() {
        let two = |a: Option<i64>, b: Option<i64>| {
            let (mut one, mut other) = (member("/f", "a"), member("/f", "b"));
            (one.taken_at, other.taken_at) = (a, b);
            assert_eq!(are_two_shots(&one, &other), are_two_shots(&other, &one));
            are_two_shots(&one, &other)
        };
        let noon = 1_700_000_000;
        assert!(two(Some(noon), Some(noon + 1)));
        assert!(two(Some(noon), Some(noon + 3601)));
        assert!(!two(Some(noon), Some(noon)));
        assert!(!two(Some(noon), Some(noon - 5 * 3600 - 1800)));
        assert!(!two(Some(noon), None) && !two(None, None));
    }

    #[test]
    fn a_shot_in_several_files_is_a_stack() {
        let stacked = |a: &str, b: &str| {
            let (one, two) = (member("/f", a), member("/f", b));
            assert_eq!(are_stacked(&one, &two), are_stacked(&two, &one));
            assert!(!are_stacked(&one, &member("/g", b)), "in two folders");
            are_stacked(&one, &two)
        };
        assert!(stacked("DSC_1.NEF", "dsc_1.jpg"));
        assert!(stacked("IMG_0001.JPG", "IMG_E0001.JPG"));
        assert!(!stacked("sea.jpg", "sea.png"));
    }

    #[test]
    fn what_a_person_stacks_are_no_copies_wherever_it_lies() {
        let (mut one, mut other) = (member("/f", "a.jpg"), member("/g", "b.jpg"));
        assert!(!are_stacked(&one, &other));
        one.stack = Some(PhotoId(1));
        assert!(!are_stacked(&one, &other));
        other.stack = Some(PhotoId(2));
        assert!(!are_stacked(&one, &other));
        other.stack = Some(PhotoId(1));
        assert!(are_stacked(&one, &other));
    }
}
