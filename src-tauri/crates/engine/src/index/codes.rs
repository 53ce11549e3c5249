//! The codes of a space's vectors, by slot, laid out as the products want them.

use half::f16;
use latent_kernels::{BLOCK, Level, Page, estimate, fetch, page_bytes, put_code};

use super::pages::PAGE;
use super::quantizer::{CodeQuery, Quantizer};

/// Codes with their factors.
#[derive(Clone, Debug)]
pub(super) struct Codes {
    pub(super) quantizer: Quantizer,
    /// Pages of 64 codes, as [`put_code`] lays them.
    pub(super) bytes: Vec<u8>,
    /// What each product is multiplied with.
    pub(super) scales: Vec<f32>,
    /// What is added to it.
    pub(super) offsets: Vec<f32>,
}

impl Codes {
    pub(super) fn new(quantizer: Quantizer) -> Self {
        Self {
            quantizer,
            bytes: Vec::new(),
            scales: Vec::new(),
            offsets: Vec::new(),
        }
    }

    /// Bytes of a page.
    pub(super) fn page_bytes(&self) -> usize {
        page_bytes(self.quantizer.padded, self.quantizer.bits)
    }

    /// Makes room for so many pages.
    pub(super) fn reach(&mut self, pages: usize) {
        if self.scales.len() < pages * PAGE {
            // A tenth ahead: doubling would waste as much memory as the codes take.
            let ahead = pages / 10 * PAGE;
            let bytes = (pages + pages / 10) * self.page_bytes() - self.bytes.len();
            self.bytes.reserve_exact(bytes);
            self.scales
                .reserve_exact(pages * PAGE - self.scales.len() + ahead);
            self.offsets
                .reserve_exact(pages * PAGE - self.offsets.len() + ahead);
            self.bytes.resize(pages * self.page_bytes(), 0);
            self.scales.resize(pages * PAGE, 0.0);
            self.offsets.resize(pages * PAGE, 0.0);
        }
    }

    /// Encodes the vector of a slot.
    pub(super) fn put(&mut self, slot: usize, vector: &[f16]) {
        self.reach(slot / PAGE + 1);
        let code = self.quantizer.encode(vector);
        let page = self.page(slot / PAGE);
        let page = self.bytes.get_mut(page).unwrap_or_default();
        put_code(page, slot % PAGE, self.quantizer.bits, &code.steps);
        if let (Some(scale), Some(offset)) = (self.scales.get_mut(slot), self.offsets.get_mut(slot))
        {
            (*scale, *offset) = (code.scale, code.offset);
        }
    }

    /// Gives the highest cosine that the vector of each wanted slot of a page may have, and asks
    /// memory for what is wanted of a later page.
    pub(super) fn highest(
        &self,
        query: &CodeQuery,
        (page, wanted): (u32, u64),
        ahead: (u32, u64),
        highest: &mut [f32; PAGE],
    ) {
        let level = Level::detect();
        let page = page as usize;
        let (Some(scales), Some(offsets)) = (
            self.scales.as_chunks::<PAGE>().0.get(page),
            self.offsets.as_chunks::<PAGE>().0.get(page),
        ) else {
            return;
        };
        self.fetch_factors(ahead);
        let ahead = self.some(ahead.0 as usize, ahead.1);
        let mut products = [0; PAGE];
        let page = self.some(page, wanted);
        query.bits.products(level, page, ahead, &mut products);
        estimate(level, &products, scales, offsets, &query.highest, highest);
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

    fn some(&self, page: usize, wanted: u64) -> Page<'_> {
        let codes = self.bytes.get(self.page(page)).unwrap_or_default();
        Page { codes, wanted }
    }

    /// Takes over a page from codes that have only that one.
    pub(super) fn copy_page(&mut self, page: usize, own: &Self) {
        let bytes = self.page(page);
        let slots = page * PAGE..(page + 1) * PAGE;
        copy(&mut self.bytes, bytes, &own.bytes);
        copy(&mut self.scales, slots.clone(), &own.scales);
        copy(&mut self.offsets, slots, &own.offsets);
    }

    /// Where the codes of a page lie.
    fn page(&self, page: usize) -> std::ops::Range<usize> {
        page * self.page_bytes()..(page + 1) * self.page_bytes()
    }

    /// Bytes in memory.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.capacity() + (self.scales.capacity() + self.offsets.capacity()) * 4
    }
}

fn copy<T: Copy>(to: &mut [T], place: std::ops::Range<usize>, from: &[T]) {
    if let Some(to) = to.get_mut(place).filter(|to| to.len() == from.len()) {
        to.copy_from_slice(from);
    }
}
