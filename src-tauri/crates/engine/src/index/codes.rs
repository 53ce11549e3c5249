//! The codes of a space's vectors, by slot, laid out as the products want them.

use half::f16;
use latent_kernels::{BLOCK, Level, estimate};

use super::pages::PAGE;
use super::quantizer::{CodeQuery, Quantizer};

/// Codes with their factors.
#[derive(Clone, Debug)]
pub(super) struct Codes {
    pub(super) quantizer: Quantizer,
    /// Blocks of eight codes, a word of all eight side by side.
    pub(super) words: Vec<u64>,
    /// What each product is multiplied with.
    pub(super) scales: Vec<f32>,
    /// What is added to it.
    pub(super) offsets: Vec<f32>,
}

impl Codes {
    pub(super) fn new(quantizer: Quantizer) -> Self {
        Self {
            quantizer,
            words: Vec::new(),
            scales: Vec::new(),
            offsets: Vec::new(),
        }
    }

    /// Words of a page.
    pub(super) fn page_words(&self) -> usize {
        self.quantizer.words() * PAGE
    }

    /// Makes room for so many pages.
    pub(super) fn reach(&mut self, pages: usize) {
        if self.scales.len() < pages * PAGE {
            // A tenth ahead: doubling would waste as much memory as the codes take.
            let ahead = pages / 10 * PAGE;
            self.words.reserve_exact(
                pages * self.page_words() - self.words.len() + ahead / PAGE * self.page_words(),
            );
            self.scales
                .reserve_exact(pages * PAGE - self.scales.len() + ahead);
            self.offsets
                .reserve_exact(pages * PAGE - self.offsets.len() + ahead);
            self.words.resize(pages * self.page_words(), 0);
            self.scales.resize(pages * PAGE, 0.0);
            self.offsets.resize(pages * PAGE, 0.0);
        }
    }

    /// Encodes the vector of a slot.
    pub(super) fn put(&mut self, slot: usize, vector: &[f16]) {
        self.reach(slot / PAGE + 1);
        let code = self.quantizer.encode(vector);
        let block = slot / BLOCK * self.quantizer.words() * BLOCK;
        let places = self.words.get_mut(block..).unwrap_or_default();
        let lanes = places.iter_mut().skip(slot % BLOCK).step_by(BLOCK);
        lanes
            .zip(&code.words)
            .for_each(|(place, word)| *place = *word);
        if let (Some(scale), Some(offset)) = (self.scales.get_mut(slot), self.offsets.get_mut(slot))
        {
            (*scale, *offset) = (code.scale, code.offset);
        }
    }

    /// Asks memory for the codes that will be wanted next.
    pub(super) fn fetch(&self, query: &CodeQuery, page: usize, wanted: u64) {
        let words = page * self.page_words()..(page + 1) * self.page_words();
        query
            .bits
            .fetch(self.words.get(words).unwrap_or_default(), wanted);
    }

    /// Gives the highest cosine that the vector of each wanted slot of a page may have.
    pub(super) fn highest(
        &self,
        query: &CodeQuery,
        page: usize,
        wanted: u64,
        highest: &mut [f32; PAGE],
    ) {
        let level = Level::detect();
        let words = page * self.page_words()..(page + 1) * self.page_words();
        let (Some(words), Some(scales), Some(offsets)) = (
            self.words.get(words),
            self.scales.as_chunks::<PAGE>().0.get(page),
            self.offsets.as_chunks::<PAGE>().0.get(page),
        ) else {
            return;
        };
        let mut products = [0; PAGE];
        query.bits.products(level, words, wanted, &mut products);
        estimate(level, &products, scales, offsets, &query.highest, highest);
    }

    /// Takes over a page from codes that have only that one.
    pub(super) fn copy_page(&mut self, page: usize, own: &Self) {
        let words = page * self.page_words()..(page + 1) * self.page_words();
        let slots = page * PAGE..(page + 1) * PAGE;
        copy(&mut self.words, words, &own.words);
        copy(&mut self.scales, slots.clone(), &own.scales);
        copy(&mut self.offsets, slots, &own.offsets);
    }

    /// Bytes in memory.
    pub(super) fn bytes(&self) -> usize {
        self.words.capacity() * 8 + (self.scales.capacity() + self.offsets.capacity()) * 4
    }
}

fn copy<T: Copy>(to: &mut [T], place: std::ops::Range<usize>, from: &[T]) {
    if let Some(to) = to.get_mut(place).filter(|to| to.len() == from.len()) {
        to.copy_from_slice(from);
    }
}
