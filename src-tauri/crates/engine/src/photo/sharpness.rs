//! How sharp a picture is.

use crate::picture::Picture;

/// Measures how sharp a picture is: the variance of the Laplacian of its luma, in grey levels
/// squared. Only to be compared between pictures of one scene and of like size.
///
/// 0 for a picture without edges or with a side below three pixels; out-of-focus photos stay below
/// 100 at 1,024 pixels, crisp ones pass 1,000.
///
/// # Source
/// Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy: a comparative study", 2000.
#[must_use]
pub fn sharpness(picture: &Picture) -> f32 {
    let luma = |[r, g, b]: &[u8; 3]| {
        (299 * i32::from(*r) + 587 * i32::from(*g) + 114 * i32::from(*b)) / 1000
    };
    let grey: Vec<i32> = picture.rgb().as_chunks::<3>().0.iter().map(luma).collect();
    let rows: Vec<&[i32]> = grey.chunks_exact(picture.width().max(1) as usize).collect();
    let (mut count, mut sum, mut squares) = (0_u64, 0_i64, 0_i64);
    for rows in rows.windows(3) {
        let [above, own, below] = rows else { continue };
        let around = above.iter().zip(below.iter()).skip(1);
        for (three, (above, below)) in own.windows(3).zip(around) {
            let [left, here, right] = three else { continue };
            let laplacian = i64::from(left + right + above + below - 4 * here);
            count += 1;
            sum += laplacian;
            squares += laplacian * laplacian;
        }
    }
    let count = count.max(1) as f64;
    let mean = sum as f64 / count;
    (squares as f64 / count - mean * mean).max(0.0) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::photo::resize;

    #[test]
    fn blurring_takes_sharpness_and_brightening_does_not() {
        let drawn = |gain: u32| {
            let value = |i: u32| (((i / 3 * 37 + i / 3 / 61 * 53) % 60) * gain) as u8;
            Picture::new(120, 90, (0..120 * 90 * 3).map(value).collect()).unwrap()
        };
        let crisp = drawn(1);
        let mut blurred = resize(&resize(&crisp, 40), 120);
        if blurred.width() != 120 {
            blurred = resize(&crisp, 60);
        }
        assert!(sharpness(&crisp) > 2.0 * sharpness(&blurred));
        // Twice the contrast is four times the variance.
        let ratio = sharpness(&drawn(2)) / sharpness(&crisp);
        assert!((3.5..4.5).contains(&ratio), "{ratio}");
    }

    #[test]
    fn plain_and_tiny_pictures_have_none() {
        let plain = Picture::new(30, 30, vec![90; 2700]).unwrap();
        assert_eq!(sharpness(&plain), 0.0);
        assert_eq!(
            sharpness(&Picture::new(2, 1, vec![1, 2, 3, 200, 4, 9]).unwrap()),
            0.0
        );
    }
}
