//! The codes of a space's vectors, by slot, laid out as the products want them.

use std::ops::Range;

use half::f16;
use latent_kernels::{BLOCK, Estimates, Level, Page, fetch, page_bytes, put_code};

use super::pages::PAGE;
use super::quantizer::{CodeQuery, Quantizer};

/// Codes with their factors.
#[derive(Clone, Debug)]
pub(super) struct Codes {
    pub(super) quantizer: Quantizer,
    /// Bytes of the fronts and of the backs of a page.
    a_page: (usize, usize),
    /// The fronts of pages of 64 codes, as [`put_code`] lays them.
    pub(super) fronts: Vec<u8>,
    /// Their backs.
    pub(super) backs: Vec<u8>,
    /// What each product is multiplied with.
    pub(super) scales: Vec<f32>,
    /// What is added to it.
    pub(super) offsets: Vec<f32>,
}

impl Codes {
    pub(super) fn new(quantizer: Quantizer) -> Self {
        Self {
            a_page: page_bytes(quantizer.padded, quantizer.bits),
            quantizer,
            fronts: Vec::new(),
            backs: Vec::new(),
            scales: Vec::new(),
            offsets: Vec::new(),
        }
    }

    /// Bytes of the fronts and the backs of a page.
    pub(super) fn page_bytes(&self) -> (usize, usize) {
        self.a_page
    }

    /// Makes room for so many pages.
    pub(super) fn reach(&mut self, pages: usize) {
        if self.scales.len() < pages * PAGE {
            let (front, back) = self.page_bytes();
            grow(&mut self.fronts, pages, front);
            grow(&mut self.backs, pages, back);
            grow(&mut self.scales, pages, PAGE);
            grow(&mut self.offsets, pages, PAGE);
        }
    }

    /// Encodes the vector of a slot.
    pub(super) fn put(&mut self, slot: usize, vector: &[f16]) {
        self.reach(slot / PAGE + 1);
        let code = self.quantizer.encode(vector);
        let (front, back) = self.places(slot / PAGE);
        put_code(
            self.fronts.get_mut(front).unwrap_or_default(),
            self.backs.get_mut(back).unwrap_or_default(),
            slot % PAGE,
            self.quantizer.bits,
            &code.steps,
        );
        if let (Some(scale), Some(offset)) = (self.scales.get_mut(slot), self.offsets.get_mut(slot))
        {
            (*scale, *offset) = (code.scale, code.offset);
        }
    }

    /// Gives the highest cosine that the vector of wanted slots of a page may have, and asks memory
    /// for what is wanted of a later page. Answers for which slots it is told: with a limit these
    /// are the ones that may reach it by the front of their codes, the others cannot.
    pub(super) fn highest(
        &self,
        query: &CodeQuery,
        (page, wanted): (u32, u64),
        ahead: (u32, u64),
        limit: Option<f32>,
        highest: &mut [f32; PAGE],
    ) -> u64 {
        let level = Level::detect();
        let page = page as usize;
        let (Some(scales), Some(offsets)) = (
            self.scales.as_chunks::<PAGE>().0.get(page),
            self.offsets.as_chunks::<PAGE>().0.get(page),
        ) else {
            return 0;
        };
        self.fetch_factors(ahead);
        let fronts = |page: usize, wanted| Page {
            codes: part(&self.fronts, page, self.a_page.0),
            wanted,
        };
        let backs = |page: usize, wanted| Page {
            codes: part(&self.backs, page, self.a_page.1),
            wanted,
        };
        let estimates = |line| Estimates {
            scales,
            offsets,
            line,
        };
        let (later, wanted_later) = (ahead.0 as usize, ahead.1);
        let front = fronts(page, wanted);
        let ahead = fronts(later, wanted_later);
        let mut products = [0; PAGE];
        let (left, ahead) = match query.front_highest.zip(limit) {
            Some((line, limit)) => {
                let line = estimates(line);
                let bits = &query.bits;
                let left = bits.front_reaching(level, front, ahead, &line, limit, &mut products);
                (left, Page::default())
            }
            None => {
                query.bits.front(level, front, ahead, &mut products);
                (wanted, backs(later, wanted_later))
            }
        };
        if left != 0 {
            let back = backs(page, left);
            query.bits.add_back(level, back, ahead, &mut products);
            estimates(query.highest).of(level, &products, highest);
        }
        left
    }

    /// Asks memory for the factors that will be wanted.
    fn fetch_factors(&self, (page, wanted): (u32, u64)) {
        for block in (0..PAGE).step_by(BLOCK) {
            if wanted >> block & 0xffff != 0 {
                let slots = page as usize * PAGE + block..page as usize * PAGE + block + BLOCK;
                fetch(self.scales.get(slots.clone()).unwrap_or_default());
                fetch(self.offsets.get(slots).unwrap_or_default());
            }
        }
    }

    /// Takes over a page from codes that have only that one.
    pub(super) fn copy_page(&mut self, page: usize, own: &Self) {
        let (front, back) = self.places(page);
        let slots = page * PAGE..(page + 1) * PAGE;
        copy(&mut self.fronts, front, &own.fronts);
        copy(&mut self.backs, back, &own.backs);
        copy(&mut self.scales, slots.clone(), &own.scales);
        copy(&mut self.offsets, slots, &own.offsets);
    }

    /// Where the fronts and the backs of a page lie.
    fn places(&self, page: usize) -> (Range<usize>, Range<usize>) {
        let (front, back) = self.page_bytes();
        let place = |bytes: usize| page * bytes..(page + 1) * bytes;
        (place(front), place(back))
    }

    /// Bytes in memory.
    pub(super) fn bytes(&self) -> usize {
        self.fronts.capacity()
            + self.backs.capacity()
            + (self.scales.capacity() + self.offsets.capacity()) * 4
    }
}

/// A page of some bytes each; nothing where it is not there.
fn part(pages: &[u8], page: usize, bytes: usize) -> &[u8] {
    pages
        .get(page * bytes..(page + 1) * bytes)
        .unwrap_or_default()
}

/// Makes room for so many pages.
fn grow<T: Copy + Default>(values: &mut Vec<T>, pages: usize, a_page: usize) {
    if values.capacity() < pages * a_page {
        // A tenth ahead: doubling would waste as much memory as the codes take.
        values.reserve_exact((pages + pages / 10) * a_page - values.len());
    }
    values.resize(pages * a_page, T::default());
}

fn copy<T: Copy>(to: &mut [T], place: Range<usize>, from: &[T]) {
    if let Some(to) = to.get_mut(place).filter(|to| to.len() == from.len()) {
        to.copy_from_slice(from);
    }
}
