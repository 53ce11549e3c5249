//! The order in which groups are shown, kept current with them: what changes moves a few groups, and a
//! page is read without looking at the others.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::Group;
use super::grouping::{Grouping, Turnover};
use super::proposals::{Proposal, proposed};
use super::rules::Rule;
use crate::ids::PhotoId;

/// Orders that are kept for each grouping.
const KEPT: usize = 2;

/// Where a group stands: the most bytes to be freed first, then the lowest photo.
pub(super) type Place = (Reverse<u64>, PhotoId);

/// What all groups hold together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) groups: u64,
    pub(super) pairs: u64,
    pub(super) photos: u64,
    pub(super) reclaimable_bytes: u64,
}

impl Totals {
    pub(super) fn of<'a>(proposals: impl Iterator<Item = &'a Proposal>) -> Self {
        proposals.fold(Self::default(), |sum, one| {
            let photos = one.group.members.len() as u64;
            Self {
                groups: sum.groups + 1,
                pairs: sum.pairs + photos * (photos - 1) / 2,
                photos: sum.photos + photos,
                reclaimable_bytes: sum.reclaimable_bytes + one.reclaimable_bytes,
            }
        })
    }

    fn plus(self, other: Self) -> Self {
        Self {
            groups: self.groups + other.groups,
            pairs: self.pairs + other.pairs,
            photos: self.photos + other.photos,
            reclaimable_bytes: self.reclaimable_bytes + other.reclaimable_bytes,
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            groups: self.groups - other.groups,
            pairs: self.pairs - other.pairs,
            photos: self.photos - other.photos,
            reclaimable_bytes: self.reclaimable_bytes - other.reclaimable_bytes,
        }
    }
}

/// A grouping and the orders of its groups that were asked for lately.
pub(super) struct Listed {
    pub(super) grouping: Grouping,
    listings: Vec<Listing>,
}

impl Listed {
    pub(super) fn new(grouping: Grouping) -> Self {
        Self {
            grouping,
            listings: Vec::new(),
        }
    }

    /// Takes what changed in the grouping.
    pub(super) fn take(&mut self, turnover: &Turnover) {
        for listing in &mut self.listings {
            for group in &turnover.gone {
                listing.remove(group);
            }
            for group in &turnover.come {
                listing.add(group);
            }
        }
    }

    /// Looks at the groups in the order of some rules.
    pub(super) fn by<T>(&mut self, rules: &[Rule], look: impl FnOnce(&Listing) -> T) -> T {
        let known = self.listings.iter().position(|known| known.rules == rules);
        let listing = match known {
            Some(place) => self.listings.remove(place),
            None => Listing::new(rules, self.grouping.groups()),
        };
        let answer = look(&listing);
        self.listings.insert(0, listing);
        self.listings.truncate(KEPT);
        answer
    }
}

/// The groups of a grouping in the order of their proposals.
pub(super) struct Listing {
    rules: Vec<Rule>,
    groups: BTreeMap<Place, Arc<Group>>,
    totals: Totals,
}

impl Listing {
    fn new<'a>(rules: &[Rule], groups: impl Iterator<Item = &'a Arc<Group>>) -> Self {
        let mut totals = Totals::default();
        let placed = groups.map(|group| {
            let proposal = proposed(Arc::clone(group), rules);
            totals = totals.plus(Totals::of(std::iter::once(&proposal)));
            (proposal.place(), proposal.group)
        });
        let groups = placed.collect();
        Self {
            rules: rules.to_owned(),
            groups,
            totals,
        }
    }

    fn add(&mut self, group: &Arc<Group>) {
        let proposal = proposed(Arc::clone(group), &self.rules);
        let totals = Totals::of(std::iter::once(&proposal));
        self.totals = self.totals.plus(totals);
        self.groups.insert(proposal.place(), proposal.group);
    }

    /// Takes a group out: what is proposed for it depends on nothing else, so it stands where it stood.
    fn remove(&mut self, group: &Arc<Group>) {
        let proposal = proposed(Arc::clone(group), &self.rules);
        if self.groups.remove(&proposal.place()).is_some() {
            let totals = Totals::of(std::iter::once(&proposal));
            self.totals = self.totals.minus(totals);
        }
    }

    pub(super) fn totals(&self) -> Totals {
        self.totals
    }

    /// The groups after a place, at most so many.
    pub(super) fn after(&self, place: Option<Place>, limit: usize) -> Vec<Arc<Group>> {
        use std::ops::Bound::{Excluded, Unbounded};
        let from = place.map_or(Unbounded, Excluded);
        let later = self.groups.range((from, Unbounded));
        later
            .take(limit)
            .map(|(_, group)| Arc::clone(group))
            .collect()
    }
}
