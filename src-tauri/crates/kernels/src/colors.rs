//! Colours by the hundred: CIELAB from linear light, the nearest of some centres, and shares among
//! fixed anchors.

use crate::Level;
use crate::activation::exp;
use crate::multiversion::multiversion;

/// Colours, a slice for each of their three channels; all of one length.
pub type Channels<'a> = [&'a [f32]; 3];

/// The cube root of a normal number above 0, to three units in the last place: an estimate from the
/// bits, and two rounds of Halley's method.
///
/// # Source
/// Kahan, "Computing a Real Cube Root", 1991 (the third of the exponent as a first estimate).
#[inline(always)]
fn cube_root(t: f32) -> f32 {
    let mut root = f32::from_bits(t.to_bits() / 3 + 0x2A51_2CE3);
    for _ in 0..2 {
        let cube = root * root * root;
        root *= (cube + t + t) / (cube + cube + t);
    }
    root
}

/// The cube root of CIE 15 with its straight part near black.
#[inline(always)]
fn compress(t: f32) -> f32 {
    const EPSILON: f32 = 216.0 / 24_389.0;
    const KAPPA: f32 = 24_389.0 / 27.0;
    let (root, straight) = (cube_root(t), (KAPPA * t + 16.0) / 116.0);
    if t > EPSILON { root } else { straight }
}

multiversion! {
    fn lab_here(light: Channels<'_>, lab: [&mut [f32]; 3]) {
        let [reds, greens, blues] = light;
        let [lightness, a, b] = lab;
        let colours = reds.iter().zip(greens.iter().zip(blues));
        let places = lightness.iter_mut().zip(a.iter_mut().zip(b));
        for ((&red, (&green, &blue)), (lightness, (a, b))) in colours.zip(places) {
            let x = (0.412_456_4 * red + 0.357_576_1 * green + 0.180_437_5 * blue) / 0.950_47;
            let y = 0.212_672_9 * red + 0.715_152_2 * green + 0.072_175_0 * blue;
            let z = (0.019_333_9 * red + 0.119_192 * green + 0.950_304_1 * blue) / 1.088_83;
            let (x, y, z) = (compress(x), compress(y), compress(z));
            *lightness = 116.0 * y - 16.0;
            *a = 500.0 * (x - y);
            *b = 200.0 * (y - z);
        }
    }
}

/// Converts linear red, green and blue under sRGB's primaries, 0 … 1, to CIELAB under D65: L* 0 …
/// 100, a* and b* about −128 … 128.
///
/// # Source
/// IEC 61966-2-1:1999 (primaries to CIE XYZ), CIE 15:2004 (L*a*b*; white D65, 2° observer).
pub fn lab(level: Level, light: Channels<'_>, lab: [&mut [f32]; 3]) {
    lab_here(level, light, lab);
}

multiversion! {
    fn nearer_here(
        colours: Channels<'_>,
        centre: [f32; 3],
        number: u32,
        distances: &mut [f32],
        owners: &mut [u32],
    ) {
        let [ones, twos, threes] = colours;
        let [one, two, three] = centre;
        let colours = ones.iter().zip(twos.iter().zip(threes));
        for ((a, (b, c)), (distance, owner)) in colours.zip(distances.iter_mut().zip(owners)) {
            let own = (a - one) * (a - one) + (b - two) * (b - two) + (c - three) * (c - three);
            let is_nearer = own < *distance;
            *distance = if is_nearer { own } else { *distance };
            *owner = if is_nearer { number } else { *owner };
        }
    }
}

/// Gives a centre's number to the colours that are nearer to it than what they had so far.
///
/// `distances` are squared, and begin at +∞.
pub fn nearer(
    level: Level,
    colours: Channels<'_>,
    (number, centre): (u32, [f32; 3]),
    distances: &mut [f32],
    owners: &mut [u32],
) {
    nearer_here(level, colours, centre, number, distances, owners);
}

/// Colours that share at once: their sums do not wait for each other.
const LANES: usize = 8;

multiversion! {
    fn share_here(
        anchors: Channels<'_>,
        colours: &[([f32; 3], f32)],
        scale: f32,
        near: &mut [f32],
        sums: &mut [f32],
    ) {
        let [ones, twos, threes] = anchors;
        for colours in colours.chunks(LANES) {
            let mut nearest = [[f32::MIN; LANES]; LANES];
            let mut totals = [[0.0_f32; LANES]; LANES];
            let mut shares = [0.0_f32; LANES];
            let count = sums.len().max(1);
            for ((([a, b, c], _), near), nearest) in
                colours.iter().zip(near.chunks_exact_mut(count)).zip(&mut nearest)
            {
                let anchors = ones.iter().zip(twos.iter().zip(threes));
                for (near, (one, (two, three))) in near.iter_mut().zip(anchors) {
                    *near = scale
                        * ((one - a) * (one - a) + (two - b) * (two - b) + (three - c) * (three - c));
                }
                for part in near.as_chunks::<LANES>().0 {
                    for (nearest, near) in nearest.iter_mut().zip(part) {
                        *nearest = if near > nearest { *near } else { *nearest };
                    }
                }
            }
            for ((near, nearest), total) in near.chunks_exact_mut(count).zip(nearest).zip(&mut totals) {
                // The nearest anchor counts 1 before sharing, so that no colour is out of reach of all.
                let rest = near.as_chunks::<LANES>().1;
                let nearest = nearest.iter().chain(rest).copied().fold(f32::MIN, f32::max);
                for near in near.iter_mut() {
                    *near = exp(*near - nearest);
                }
                for part in near.as_chunks::<LANES>().0 {
                    for (total, near) in total.iter_mut().zip(part) {
                        *total += near;
                    }
                }
            }
            for ((((_, weight), near), total), share) in
                colours.iter().zip(near.chunks_exact_mut(count)).zip(&totals).zip(&mut shares)
            {
                let rest = near.as_chunks::<LANES>().1;
                *share = weight / total.iter().chain(rest).sum::<f32>();
            }
            for ((_, near), share) in colours.iter().zip(near.chunks_exact_mut(count)).zip(shares) {
                for (sum, near) in sums.iter_mut().zip(near.iter()) {
                    *sum += share * near;
                }
            }
        }
    }
}

/// Shares weighted colours among anchors by a Gaussian kernel and adds what each anchor gets to
/// `sums`: all of a colour's weight is given away.
///
/// `sigma` is the kernel's width, in the unit of the channels.
pub fn share(
    level: Level,
    anchors: Channels<'_>,
    sigma: f32,
    colours: &[([f32; 3], f32)],
    sums: &mut [f32],
) {
    let scale = -0.5 / (sigma * sigma);
    let mut near = vec![0.0; sums.len() * LANES];
    share_here(level, anchors, colours, scale, &mut near, sums);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cube_roots_are_exact_but_for_the_last_places() {
        for i in 1..=20_000 {
            let t = i as f32 / 16_000.0;
            let exact = f64::from(t).cbrt();
            assert!(
                ((f64::from(cube_root(t)) - exact) / exact).abs() < 2.5e-7,
                "{t}"
            );
        }
    }

    /// Linear greys and primaries, more than a vector has lanes.
    fn light() -> [Vec<f32>; 3] {
        let value = |i: usize, turn: usize| ((i * 7 + turn * 5) % 23) as f32 / 22.0;
        std::array::from_fn(|turn| (0..37).map(|i| value(i, turn)).collect())
    }

    fn slices(channels: &[Vec<f32>; 3]) -> Channels<'_> {
        channels.each_ref().map(Vec::as_slice)
    }

    fn labs(level: Level, light: &[Vec<f32>; 3]) -> [Vec<f32>; 3] {
        let mut out: [Vec<f32>; 3] = std::array::from_fn(|_| vec![0.0; light[0].len()]);
        lab(level, slices(light), out.each_mut().map(Vec::as_mut_slice));
        out
    }

    #[test]
    fn every_set_of_instructions_gives_the_same_lab() {
        let all = Level::available();
        let expect = labs(all[0], &light());
        for level in all {
            let lab = labs(level, &light());
            for (got, want) in lab.iter().flatten().zip(expect.iter().flatten()) {
                assert!((got - want).abs() < 1e-3, "{level:?}: {got} {want}");
            }
        }
        let white = labs(Level::detect(), &[vec![1.0], vec![1.0], vec![1.0]]);
        assert!((white[0][0] - 100.0).abs() < 0.01 && white[1][0].abs() < 0.02);
    }

    #[test]
    fn a_colour_belongs_to_its_nearest_centre_the_first_of_equals() {
        let colours = [vec![0.0, 1.0, 5.0], vec![0.0; 3], vec![0.0; 3]];
        for level in Level::available() {
            let (mut distances, mut owners) = (vec![f32::INFINITY; 3], vec![9; 3]);
            for (number, at) in [(0, 0.0), (1, 2.0), (2, 2.0)] {
                let centre = (number, [at, 0.0, 0.0]);
                nearer(level, slices(&colours), centre, &mut distances, &mut owners);
            }
            assert_eq!(owners, [0, 0, 1], "{level:?}");
            assert_eq!(distances, [0.0, 1.0, 9.0]);
        }
    }

    #[test]
    fn many_colours_share_as_each_would_alone_to_the_bit() {
        let anchors = light().map(|channel| channel.iter().map(|v| v * 90.0).collect());
        let colours: Vec<([f32; 3], f32)> = (0..29)
            .map(|i| {
                (
                    [i as f32 * 3.0, 40.0 - i as f32, 7.0],
                    0.01 * (1 + i) as f32,
                )
            })
            .collect();
        for level in Level::available() {
            let (mut together, mut alone) = (vec![0.0; 37], vec![0.0; 37]);
            share(level, slices(&anchors), 9.0, &colours, &mut together);
            for colour in colours.chunks(1) {
                share(level, slices(&anchors), 9.0, colour, &mut alone);
            }
            let bits = |sums: &[f32]| sums.iter().map(|s| s.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&together), bits(&alone), "{level:?}");
        }
    }

    #[test]
    fn all_weight_is_given_away_and_most_of_it_to_the_nearest() {
        let count = 21;
        let anchors = [
            (0..count).map(|i| i as f32 * 10.0).collect(),
            vec![0.0; count],
            vec![0.0; count],
        ];
        let colours = [
            ([50.0, 0.0, 0.0], 0.25),
            ([203.0, 0.0, 0.0], 0.5),
            ([-4e3, 0.0, 0.0], 0.125),
        ];
        for level in Level::available() {
            let mut sums = vec![0.0; count];
            share(level, slices(&anchors), 2.0, &colours, &mut sums);
            let total: f32 = sums.iter().sum();
            assert!((total - 0.875).abs() < 1e-6, "{level:?} {total}");
            assert!((sums[5] - 0.25).abs() < 1e-5 && (sums[20] - 0.5).abs() < 1e-5);
            assert!((sums[0] - 0.125).abs() < 1e-5, "out of reach of all others");
        }
    }
}
