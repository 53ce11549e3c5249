//! Where each photo's vector lies: slots in pages of 64, a page for each word of a [`PhotoSet`].
//!
//! Photos that were indexed together have neighbouring ids and share a page, so a filter's set
//! becomes a mask of slots word by word, and nothing is kept for a single photo.

use super::Candidates;
use crate::ids::PhotoId;
use crate::photo_set::PhotoSet;

/// Slots of a page.
pub(super) const PAGE: usize = 64;

/// Stands for "no page".
const NONE: u32 = u32::MAX;

/// The slots in use.
#[derive(Clone, Debug, Default)]
pub(super) struct Pages {
    /// Page of each word of ids.
    by_word: Vec<u32>,
    /// Word of ids of each page; [`NONE`] where it is free.
    owners: Vec<u32>,
    /// Slots in use of each page.
    live: Vec<u64>,
    free: Vec<u32>,
    len: usize,
    photos: PhotoSet,
}

/// Pages to look at, with the slots that count.
pub(super) struct Wanted {
    /// `(page, slots)`, by page.
    pub(super) pages: Vec<(u32, u64)>,
    /// Slots in all.
    pub(super) count: usize,
}

impl Pages {
    /// Puts stored pages together again; none where they contradict each other.
    pub(super) fn restored(owners: Vec<u32>, live: Vec<u64>) -> Option<Self> {
        let mut own = Self {
            len: live.iter().map(|bits| bits.count_ones() as usize).sum(),
            ..Self::default()
        };
        for (page, (&word, &bits)) in owners.iter().zip(&live).enumerate() {
            let page = u32::try_from(page).ok()?;
            match (word, bits) {
                (NONE, 0) => own.free.push(page),
                (NONE, _) | (_, 0) => return None,
                _ => {
                    let place = own.place(word)?;
                    if std::mem::replace(place, page) != NONE {
                        return None;
                    }
                }
            }
        }
        if owners.len() != live.len() {
            return None;
        }
        let mut own = Self {
            owners,
            live,
            ..own
        };
        own.photos = own.slots().map(|slot| own.id(slot)).collect();
        Some(own)
    }

    pub(super) fn owners(&self) -> &[u32] {
        &self.owners
    }

    pub(super) fn live(&self) -> &[u64] {
        &self.live
    }

    /// The photos with a slot.
    pub(super) fn photos(&self) -> &PhotoSet {
        &self.photos
    }

    /// Counts the photos with a slot.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The slot of a photo.
    pub(super) fn slot(&self, id: PhotoId) -> Option<usize> {
        let (word, bit) = split(id)?;
        let page = *self.by_word.get(word as usize)?;
        let live = self.live.get(page as usize)?;
        (live >> bit & 1 == 1).then_some(page as usize * PAGE + bit)
    }

    /// The photo in a slot.
    pub(super) fn id(&self, slot: usize) -> PhotoId {
        let word = self.owners.get(slot / PAGE).copied().unwrap_or(NONE);
        PhotoId(i64::from(word) * 64 + (slot % PAGE) as i64)
    }

    /// Gives a photo a slot, or finds the one it has. None for an id that no catalog makes.
    pub(super) fn take(&mut self, id: PhotoId) -> Option<usize> {
        let (word, bit) = split(id)?;
        let page = match *self.place(word)? {
            NONE => self.new_page(word)?,
            page => page,
        };
        let live = self.live.get_mut(page as usize)?;
        self.len += usize::from(*live >> bit & 1 == 0);
        *live |= 1 << bit;
        self.photos.insert(id);
        Some(page as usize * PAGE + bit)
    }

    /// Frees the slot of a photo; answers whether it had one.
    pub(super) fn release(&mut self, id: PhotoId) -> bool {
        let Some(slot) = self.slot(id) else {
            return false;
        };
        let page = slot / PAGE;
        self.len -= 1;
        self.photos.remove(id);
        let Some(live) = self.live.get_mut(page) else {
            return false;
        };
        *live &= !(1 << (slot % PAGE));
        if *live == 0
            && let Some(word) = self
                .owners
                .get_mut(page)
                .map(|owner| std::mem::replace(owner, NONE))
        {
            if let Some(place) = self.by_word.get_mut(word as usize) {
                *place = NONE;
            }
            self.free.push(page as u32);
        }
        true
    }

    /// The slots that a query may find.
    pub(super) fn wanted(&self, candidates: Candidates<'_>) -> Wanted {
        let mut pages: Vec<(u32, u64)> = match candidates {
            Candidates::All => (0..).zip(self.live.iter().copied()).collect(),
            Candidates::Only(set) => {
                let words = set.words().iter().zip(&self.by_word);
                words
                    .filter_map(|(bits, &page)| Some((page, bits & self.live.get(page as usize)?)))
                    .collect()
            }
        };
        pages.retain(|(_, bits)| *bits != 0);
        if !pages.is_sorted() {
            pages.sort_unstable();
        }
        let count = pages
            .iter()
            .map(|(_, bits)| bits.count_ones() as usize)
            .sum();
        Wanted { pages, count }
    }

    /// Visits the slots in use.
    pub(super) fn slots(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        let pages = self.live.iter().enumerate();
        pages.flat_map(|(page, &bits)| bits_of(bits).map(move |bit| page * PAGE + bit))
    }

    fn place(&mut self, word: u32) -> Option<&mut u32> {
        let at = word as usize;
        if self.by_word.len() <= at {
            self.by_word.resize(at + 1, NONE);
        }
        self.by_word.get_mut(at)
    }

    fn new_page(&mut self, word: u32) -> Option<u32> {
        let page = match self.free.pop() {
            Some(page) => page,
            None => {
                self.owners.push(NONE);
                self.live.push(0);
                u32::try_from(self.owners.len() - 1).ok()?
            }
        };
        *self.owners.get_mut(page as usize)? = word;
        *self.place(word)? = page;
        Some(page)
    }
}

/// The places of the bits that are set.
pub(super) fn bits_of(mut bits: u64) -> impl Iterator<Item = usize> + Clone {
    std::iter::from_fn(move || {
        let bit = bits.trailing_zeros();
        bits &= bits.checked_sub(1)?;
        Some(bit as usize)
    })
}

/// Word and bit of an id; none for one that no catalog makes.
fn split(id: PhotoId) -> Option<(u32, usize)> {
    let id = u32::try_from(id.0).ok()?;
    Some((id / 64, (id % 64) as usize))
}

/// Slots, each named once, in the order in which they lie. How many lie before one is counted from
/// a bit for each, which is faster than sorting.
pub(super) fn in_order(slots: &[(f32, u32)]) -> Vec<(f32, u32)> {
    let last = slots.iter().map(|(_, slot)| *slot as usize).max();
    let mut pages = vec![(0_u64, 0_usize); last.unwrap_or_default() / PAGE + 1];
    let bit = |slot: u32| 1_u64 << (slot as usize % PAGE);
    for (_, slot) in slots {
        if let Some((page, _)) = pages.get_mut(*slot as usize / PAGE) {
            *page |= bit(*slot);
        }
    }
    let mut before = 0;
    for (page, before_it) in &mut pages {
        *before_it = before;
        before += page.count_ones() as usize;
    }
    let mut ordered = vec![(0.0, 0); slots.len()];
    for one in slots {
        let page = pages.get(one.1 as usize / PAGE);
        let place =
            page.map(|(page, before)| before + (page & (bit(one.1) - 1)).count_ones() as usize);
        if let Some(ordered) = place.and_then(|place| ordered.get_mut(place)) {
            *ordered = *one;
        }
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_put_in_order() {
        let mut slots: Vec<(f32, u32)> = (0..5_000_u32)
            .map(|i| (i as f32, i * 7_919 % 10_007))
            .collect();
        let ordered = in_order(&slots);
        slots.sort_by_key(|(_, slot)| *slot);
        assert_eq!(ordered, slots);
        assert!(in_order(&[]).is_empty());
    }
}
