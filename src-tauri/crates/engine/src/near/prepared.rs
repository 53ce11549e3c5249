//! A print made ready to be compared with several others: what each comparison needs is worked out once.

use std::cell::OnceCell;

use super::field::{COARSE, Field};
use super::likeness::{Likeness, compared};
use super::print::Print;
use super::profile::Profile;
use super::sketch::PARTS;

/// A print and what comparisons have found out about it so far.
pub struct Prepared<'a> {
    pub(super) print: &'a Print,
    raster: OnceCell<Vec<f32>>,
    profiles: [OnceCell<Profile>; PARTS],
    sharp: OnceCell<Field>,
    blurred: OnceCell<Field>,
}

impl<'a> Prepared<'a> {
    /// Nothing is worked out before it is needed.
    #[must_use]
    pub fn new(print: &'a Print) -> Self {
        Self {
            print,
            raster: OnceCell::new(),
            profiles: [const { OnceCell::new() }; PARTS],
            sharp: OnceCell::new(),
            blurred: OnceCell::new(),
        }
    }

    /// As [`crate::near::likeness`] with this print as the first.
    #[must_use]
    pub fn likeness(&self, other: &Print) -> Likeness {
        compared(self, &Prepared::new(other))
    }

    pub(super) fn raster(&self) -> &[f32] {
        self.raster.get_or_init(|| self.print.raster.to_f32())
    }

    /// The low frequencies of a part; none where there is no such part.
    pub(super) fn profile(&self, part: usize) -> Option<&Profile> {
        let kept = self.profiles.get(part)?;
        Some(kept.get_or_init(|| Profile::of(self.raster(), part)))
    }

    pub(super) fn sharp(&self) -> &Field {
        self.sharp.get_or_init(|| Field::of(self.raster(), 0))
    }

    pub(super) fn blurred(&self) -> &Field {
        self.blurred
            .get_or_init(|| Field::of(self.raster(), COARSE))
    }
}
