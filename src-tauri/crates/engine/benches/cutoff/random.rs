//! A small generator (SplitMix64), so that every run sees the same vectors.
//!
//! # Source
//! Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014.

pub struct Random(pub u64);

impl Random {
    /// 0 … 1.
    pub fn part(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 40) as f32 / (1 << 24) as f32
    }

    /// 0 … end − 1.
    pub fn below(&mut self, end: usize) -> usize {
        ((self.part() * end as f32) as usize).min(end.saturating_sub(1))
    }

    pub fn unit(&mut self, dim: usize) -> Vec<f32> {
        let vector = (0..dim).map(|_| self.part() + self.part() - 1.0).collect();
        normed(vector)
    }

    /// A unit vector near another one; at 1 the angle between them is 45°.
    pub fn near(&mut self, centre: &[f32], looseness: f32) -> Vec<f32> {
        let noise = self.unit(centre.len());
        let sum = centre.iter().zip(noise).map(|(c, n)| c + looseness * n);
        normed(sum.collect())
    }
}

fn normed(mut vector: Vec<f32>) -> Vec<f32> {
    let norm = vector.iter().map(|v| v * v).sum::<f32>().sqrt();
    vector.iter_mut().for_each(|v| *v /= norm);
    vector
}
