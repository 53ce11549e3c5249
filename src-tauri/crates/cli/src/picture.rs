//! Pictures and boxes as they are typed: a file or a photo's number, fractions or pixels.

use std::path::Path;
use std::str::FromStr;

use latent_commands::wire::{BoxFractions, QueryImage};

use crate::failure::Failure;

/// A box as it is typed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum BoxArg {
    /// x, y, width, height; 0 … 1 of the upright picture.
    Fractions([f32; 4]),
    /// x, y, width, height; pixels of the upright picture.
    Pixels([f32; 4]),
}

const SHAPE: &str = "a box is four numbers X,Y,WIDTH,HEIGHT: fractions such as \
    0.25,0.1,0.5,0.5, or pixels such as px:10,20,300,400";

impl FromStr for BoxArg {
    type Err = BoxError;

    fn from_str(text: &str) -> Result<Self, BoxError> {
        let (pixels, numbers) = match text.strip_prefix("px:") {
            Some(numbers) => (true, numbers),
            None => (false, text),
        };
        let numbers = numbers
            .split(',')
            .map(|number| {
                number
                    .trim()
                    .parse::<f32>()
                    .ok()
                    .filter(|number| number.is_finite())
            })
            .collect::<Option<Vec<f32>>>()
            .ok_or(BoxError::Shape)?;
        let numbers = <[f32; 4]>::try_from(numbers).map_err(|_| BoxError::Shape)?;
        if pixels {
            return Ok(Self::Pixels(numbers));
        }
        if numbers.iter().any(|number| number.abs() > 1.0) {
            return Err(BoxError::Beyond {
                text: text.to_owned(),
            });
        }
        Ok(Self::Fractions(numbers))
    }
}

/// A box cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BoxError {
    /// Not four numbers.
    #[error("{SHAPE}")]
    Shape,
    /// Fractions end at 1.
    #[error("fractions go from 0 to 1; for pixels write px:{text}")]
    Beyond {
        /// The box as typed.
        text: String,
    },
}

/// A picture for a query, from what was typed.
///
/// # Errors
/// [`Failure::Misuse`] for a number no photo can have and a name that is not Unicode.
pub(crate) fn query_image(typed: &str, crop: Option<BoxArg>) -> Result<QueryImage, Failure> {
    let (photo_id, path) = match id(typed)? {
        Some(id) => (Some(id), None),
        None => (None, Some(absolute(typed)?)),
    };
    let (fractions, pixels) = match crop {
        Some(BoxArg::Fractions([x, y, width, height])) => (
            Some(BoxFractions {
                x,
                y,
                width,
                height,
            }),
            None,
        ),
        Some(BoxArg::Pixels(pixels)) => (None, Some(pixels.to_vec())),
        None => (None, None),
    };
    Ok(QueryImage {
        photo_id,
        path,
        held_id: None,
        base64: None,
        crop: fractions,
        box_px: pixels,
        weight: None,
    })
}

/// The photo's number, where digits were typed and no file has that name.
///
/// # Errors
/// [`Failure::Misuse`] for a number no photo can have.
pub(crate) fn id(typed: &str) -> Result<Option<i64>, Failure> {
    let digits = !typed.is_empty() && typed.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || Path::new(typed).exists() {
        return Ok(None);
    }
    let id = typed.parse();
    id.map(Some)
        .map_err(|_| Failure::misuse(format!("{typed} is no photo's number: it is too large")))
}

/// A file or folder with its whole path, as commands want it.
///
/// # Errors
/// [`Failure::Misuse`] for an empty name.
pub(crate) fn absolute(typed: &str) -> Result<String, Failure> {
    let absolute = std::path::absolute(typed)
        .map_err(|_| Failure::misuse("An empty name names no file: type its path"))?;
    let unicode = absolute.into_os_string().into_string();
    unicode.map_err(|_| Failure::misuse("The working folder's name is not Unicode: go elsewhere"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_fractions_or_pixels() {
        assert_eq!(
            "0.25,0,0.5,1".parse(),
            Ok(BoxArg::Fractions([0.25, 0.0, 0.5, 1.0]))
        );
        assert_eq!(
            "px:10, 20,300,400".parse(),
            Ok(BoxArg::Pixels([10.0, 20.0, 300.0, 400.0]))
        );
        for wrong in [
            "",
            "1,2,3",
            "0,0,1,1,1",
            "a,b,c,d",
            "0,0,nan,1",
            "0,0,inf,1",
            "px:",
            "0 0 1 1",
        ] {
            assert_eq!(wrong.parse::<BoxArg>(), Err(BoxError::Shape), "{wrong}");
        }
    }

    #[test]
    fn pixels_without_px_are_pointed_out() {
        let error = "10,20,300,400".parse::<BoxArg>().unwrap_err();
        assert!(
            error.to_string().ends_with("write px:10,20,300,400"),
            "{error}"
        );
    }

    #[test]
    fn digits_are_a_photo_and_all_else_is_a_file() {
        assert_eq!(query_image("12", None).unwrap().photo_id, Some(12));
        let file = query_image("a/12.jpg", None).unwrap();
        assert_eq!(file.photo_id, None);
        let path = file.path.unwrap();
        assert!(
            Path::new(&path).is_absolute() && path.ends_with("12.jpg"),
            "{path}"
        );
        assert!(matches!(
            id("99999999999999999999"),
            Err(Failure::Misuse { .. })
        ));
        assert!(matches!(query_image("", None), Err(Failure::Misuse { .. })));
    }

    #[test]
    fn a_file_of_digits_is_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("2024");
        std::fs::write(&file, "x").unwrap();
        assert!(
            query_image(file.to_str().unwrap(), None)
                .unwrap()
                .path
                .is_some()
        );
    }
}
