//! The dominant colours of a picture.

use latent_kernels::{Level, nearer};

use super::color::lab::{Lab, Labs, distance_squared};
use super::small::Small;

/// At most so many colours are told apart.
const MOST_SWATCHES: usize = 10;
/// Rounds of k-means; on photos the centres rest after eight or so.
const ROUNDS: usize = 12;
/// Colours nearer than this are one colour, in ΔE*ab: side by side they look alike.
const MERGE_DELTA_E: f32 = 8.0;
/// A colour below this share of the picture is left out.
const LEAST_WEIGHT: f32 = 0.01;

/// One dominant colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Swatch {
    /// The colour in CIELAB (D65): L* 0 … 100, a* and b* about −128 … 128.
    pub lab: [f32; 3],
    /// Its share of the picture, above 0 and at most 1.
    pub weight: f32,
}

/// Finds the dominant colours, the largest share first; the weights sum to 1.
///
/// Between one and ten. The same picture always gives the same palette.
///
/// # Source
/// k-means: Lloyd, "Least squares quantization in PCM", IEEE Trans. Inf. Theory 28(2), 1982;
/// seeds by the farthest point: Gonzalez, Theor. Comput. Sci. 38, 1985; colour space CIE 15:2004.
#[must_use]
pub fn palette(picture: &Small) -> Vec<Swatch> {
    let colours = &picture.labs;
    let mut centres = seeds(colours);
    let mut swatches = Vec::new();
    for _ in 0..ROUNDS {
        swatches = gather(colours, &centres);
        let moved: Vec<Lab> = swatches.iter().map(|s| s.lab).collect();
        if moved == centres {
            break;
        }
        centres = moved;
    }
    tidy(swatches)
}

/// Starts from the mean and adds the colour farthest from all centres until none is far.
fn seeds(colours: &Labs) -> Vec<Lab> {
    let level = Level::detect();
    let mut all = Sum::default();
    colours.iter().for_each(|colour| all.add(colour));
    let mut newest = all.mean();
    let mut centres = vec![newest];
    let mut distances = vec![f32::MAX; colours.len()];
    let mut owners = vec![0; colours.len()];
    while centres.len() < MOST_SWATCHES {
        let centre = (0, newest);
        nearer(
            level,
            colours.channels(),
            centre,
            &mut distances,
            &mut owners,
        );
        // Squares are never below 0, so that their bits are in their order.
        let most = distances.iter().map(|d| d.to_bits()).max().unwrap_or(0);
        let last = distances.iter().rposition(|d| d.to_bits() == most);
        let farthest = last.and_then(|place| colours.get(place));
        match farthest {
            Some(colour) if f32::from_bits(most) > MERGE_DELTA_E * MERGE_DELTA_E => {
                centres.push(colour);
                newest = colour;
            }
            _ => break,
        }
    }
    centres
}

/// Colours added up: L*, a*, b*, and how many.
#[derive(Clone, Copy, Default)]
struct Sum([f64; 4]);

impl Sum {
    fn add(&mut self, [lightness, a, b]: Lab) {
        for (sum, value) in self.0.iter_mut().zip([lightness, a, b, 1.0]) {
            *sum += f64::from(value);
        }
    }

    fn count(&self) -> f64 {
        let [.., count] = self.0;
        count
    }

    fn mean(&self) -> Lab {
        let [lightness, a, b, count] = self.0;
        [lightness, a, b].map(|sum| (sum / count.max(1.0)) as f32)
    }
}

/// Gives each colour to its nearest centre; answers the means of those that got any.
fn gather(colours: &Labs, centres: &[Lab]) -> Vec<Swatch> {
    let level = Level::detect();
    let mut nearest = vec![f32::MAX; colours.len()];
    let mut owners = vec![0_u32; colours.len()];
    for centre in (0_u32..).zip(centres.iter().copied()) {
        let channels = colours.channels();
        nearer(level, channels, centre, &mut nearest, &mut owners);
    }
    let mut sums = [Sum::default(); MOST_SWATCHES];
    for (colour, owner) in colours.iter().zip(owners) {
        if let Some(sum) = sums.get_mut(owner as usize) {
            sum.add(colour);
        }
    }
    let full = sums.iter().filter(|sum| sum.count() > 0.0);
    full.map(|sum| Swatch {
        lab: sum.mean(),
        weight: sum.count() as f32 / colours.len() as f32,
    })
    .collect()
}

/// Merges colours that look alike, drops specks, and makes the weights sum to 1.
fn tidy(mut swatches: Vec<Swatch>) -> Vec<Swatch> {
    swatches.sort_by(|l, r| {
        r.weight
            .total_cmp(&l.weight)
            .then(l.lab[0].total_cmp(&r.lab[0]))
    });
    let mut kept: Vec<Swatch> = Vec::new();
    for swatch in swatches {
        let limit = MERGE_DELTA_E * MERGE_DELTA_E;
        match kept
            .iter_mut()
            .find(|k| distance_squared(k.lab, swatch.lab) < limit)
        {
            Some(into) => *into = blend(*into, swatch),
            None if swatch.weight >= LEAST_WEIGHT => kept.push(swatch),
            None => {}
        }
    }
    let total: f32 = kept.iter().map(|s| s.weight).sum();
    kept.iter_mut().for_each(|s| s.weight /= total);
    kept.sort_by(|l, r| {
        r.weight
            .total_cmp(&l.weight)
            .then(l.lab[0].total_cmp(&r.lab[0]))
    });
    kept
}

fn blend(left: Swatch, right: Swatch) -> Swatch {
    let weight = left.weight + right.weight;
    let part = right.weight / weight;
    let mut lab = left.lab;
    lab.iter_mut()
        .zip(right.lab)
        .for_each(|(l, r)| *l += part * (r - *l));
    Swatch { lab, weight }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::Picture;

    fn stripes(width: u32, colours: &[[u8; 3]]) -> Small {
        let height = 40;
        let band = |x: u32| colours[(x as usize * colours.len()) / width as usize];
        let rgb = (0..height)
            .flat_map(|_| (0..width).flat_map(band))
            .collect();
        Small::of(&Picture::new(width, height, rgb).unwrap())
    }

    #[test]
    fn a_flat_picture_has_one_swatch() {
        let swatches = palette(&stripes(40, &[[200, 30, 30]]));
        assert_eq!(swatches.len(), 1);
        assert!((swatches[0].weight - 1.0).abs() < 1e-6);
        let red = Labs::of(&[[200.0, 30.0, 30.0]]).iter().next().unwrap();
        assert!(distance_squared(swatches[0].lab, red) < 0.1);
    }

    #[test]
    fn shares_follow_the_painted_areas() {
        let (blue, sand) = ([20, 40, 200], [220, 200, 150]);
        let swatches = palette(&stripes(48, &[blue, blue, blue, sand]));
        assert_eq!(swatches.len(), 2);
        assert!((swatches[0].weight - 0.75).abs() < 0.02);
        assert!((swatches[1].weight - 0.25).abs() < 0.02);
        assert!(
            swatches[0].lab[2] < -50.0,
            "the larger one is blue: {swatches:?}"
        );
    }

    #[test]
    fn weights_sum_to_one_and_repeat_exactly() {
        let many: Vec<[u8; 3]> = (0..40_u8)
            .map(|i| [i.wrapping_mul(37), i.wrapping_mul(91), i.wrapping_mul(13)])
            .collect();
        let picture = stripes(400, &many);
        let swatches = palette(&picture);
        assert!((1..=MOST_SWATCHES).contains(&swatches.len()));
        assert!((swatches.iter().map(|s| s.weight).sum::<f32>() - 1.0).abs() < 1e-5);
        assert!(swatches.windows(2).all(|w| w[0].weight >= w[1].weight));
        assert_eq!(swatches, palette(&picture));
    }

    #[test]
    fn a_single_pixel_has_a_palette() {
        let swatches = palette(&Small::of(&Picture::new(1, 1, vec![0, 0, 0]).unwrap()));
        assert_eq!(
            swatches,
            vec![Swatch {
                lab: swatches[0].lab,
                weight: 1.0
            }]
        );
    }
}
