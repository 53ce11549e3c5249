//! Items of a HEIF file: coded pictures, grids of them, and what they are hashed by.

use blake3::{Hash, Hasher};
use heifer::Image;
use heifer::heifer_isobmff::ItemId;
use heifer::heifer_isobmff::boxes::{ColorInfo, Property};

use super::super::decode::DecodeSize;
use super::super::error::DecodeError;
use super::super::jpeg;
use super::av1::{self, Frame};
use super::yuv::{self, Coding};
use super::{MAX_DEPTH, Reading, aperture, damaged};

/// What marks an auxiliary picture as opacity.
///
/// # Source
/// ISO/IEC 23008-12, annex B; AV1 Image File Format, 4.1.
const ALPHA: [&str; 2] = [
    "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
    "urn:mpeg:hevc:2015:auxid:1",
];

impl Reading<'_> {
    /// The kind of the coded pictures at the end of all references.
    pub(super) fn leaf(&self, id: ItemId, depth: u32) -> Result<[u8; 4], DecodeError> {
        let kind = self.kind(id)?;
        let first = self.file.referenced_items(id, b"dimg").first();
        match (&kind, first) {
            (b"grid" | b"iovl" | b"iden", Some(first)) if depth < MAX_DEPTH => {
                self.leaf(*first, depth + 1)
            }
            _ => Ok(kind),
        }
    }

    /// An item, turned and cropped as it says.
    pub(super) fn item(&self, id: ItemId, depth: u32) -> Result<Image<u8>, DecodeError> {
        if depth > MAX_DEPTH {
            return Err(self.damaged("Pictures that refer to each other too deeply"));
        }
        let mut image = match &self.kind(id)? {
            b"av01" => self.av1(id)?,
            b"jpeg" => self.jpeg(id)?,
            b"grid" => self.grid(id, depth)?,
            b"iden" => match self.file.referenced_items(id, b"dimg") {
                [source] => self.item(*source, depth + 1)?,
                _ => return Err(self.damaged("A derived picture without its source")),
            },
            other => {
                let kind = String::from_utf8_lossy(other);
                return Err(DecodeError::Variant {
                    format: self.format,
                    source: format!("Pictures of the kind {kind}").into(),
                });
            }
        };
        self.lay_in_opacity(id, &mut image)?;
        for property in self.properties(id)? {
            image = match property {
                Property::Rotation(1..) | Property::Mirror(_) | Property::CleanAperture { .. } => {
                    changed(&image, property)
                }
                _ => continue,
            };
        }
        if image.width == 0 || image.height == 0 {
            return Err(self.damaged("A side of zero pixels"));
        }
        Ok(image)
    }

    fn data(&self, id: ItemId) -> Result<Vec<u8>, DecodeError> {
        let data = self.file.item_data(id).map_err(|e| self.trouble(e))?;
        Ok(data.into_owned())
    }

    fn frame(&self, id: ItemId) -> Result<Frame, DecodeError> {
        let most = u32::try_from(self.max_pixels()).unwrap_or(u32::MAX);
        av1::decode(&self.data(id)?, most).map_err(|e| damaged(self.format, e))
    }

    fn av1(&self, id: ItemId) -> Result<Image<u8>, DecodeError> {
        let frame = self.frame(id)?;
        let said = self.properties(id)?.into_iter().find_map(|p| match p {
            Property::Color(ColorInfo::Nclx {
                matrix, full_range, ..
            }) => Some(Coding {
                matrix: *matrix,
                full_range: *full_range,
            }),
            _ => None,
        });
        let coding = said.unwrap_or(Coding {
            matrix: frame.matrix,
            full_range: frame.full_range,
        });
        self.image(frame.width, frame.height, yuv::rgba(&frame, coding))
    }

    fn jpeg(&self, id: ItemId) -> Result<Image<u8>, DecodeError> {
        let data = self.data(id)?;
        let stored = jpeg::decode(&data, DecodeSize::Full, &self.limits)?;
        let (pixels, _) = stored.picture.rgb().as_chunks::<3>();
        let rgba = pixels
            .iter()
            .flat_map(|[r, g, b]| [*r, *g, *b, 255])
            .collect();
        self.image(stored.width as usize, stored.height as usize, rgba)
    }

    fn image(&self, width: usize, height: usize, data: Vec<u8>) -> Result<Image<u8>, DecodeError> {
        let side = |n: usize| u32::try_from(n).map_err(|e| damaged(self.format, e));
        Ok(Image {
            width: side(width)?,
            height: side(height)?,
            bit_depth: 8,
            has_alpha: false,
            data,
        })
    }

    fn grid(&self, id: ItemId, depth: u32) -> Result<Image<u8>, DecodeError> {
        let grid = self.file.grid(id).map_err(|e| self.trouble(e))?;
        let tiles = self.file.referenced_items(id, b"dimg");
        if tiles.len() != usize::from(grid.rows) * usize::from(grid.columns) {
            return Err(self.damaged("A grid with more or fewer tiles than it says"));
        }
        let (width, height) = (grid.output_width, grid.output_height);
        let pixels = u64::from(width) * u64::from(height);
        if pixels == 0 || pixels > self.max_pixels() {
            return Err(self.damaged("A grid of an impossible size"));
        }
        let mut canvas = Image::filled_samples(width, height, 8, [0_u8; 4]);
        let (mut x, mut y) = (0, 0);
        for (number, tile) in tiles.iter().enumerate() {
            if y >= i64::from(height) {
                break;
            }
            let tile = self.item(*tile, depth + 1)?;
            canvas.draw(&tile, x, y);
            x += i64::from(tile.width);
            if (number + 1) % usize::from(grid.columns) == 0 {
                (x, y) = (0, y + i64::from(tile.height));
            }
        }
        Ok(canvas)
    }

    /// Takes the opacity of an item from the auxiliary picture that holds it.
    fn lay_in_opacity(&self, id: ItemId, image: &mut Image<u8>) -> Result<(), DecodeError> {
        for auxiliary in self.file.referencing_items(id, b"auxl") {
            let properties = self.properties(auxiliary)?;
            let is_alpha = properties
                .iter()
                .any(|p| matches!(p, Property::AuxiliaryType(t) if ALPHA.contains(&t.as_str())));
            if !is_alpha || self.kind(auxiliary)? != *b"av01" {
                continue;
            }
            let frame = self.frame(auxiliary)?;
            if (frame.width, frame.height) != (image.width as usize, image.height as usize) {
                return Err(self.damaged("An opacity of another size than its picture"));
            }
            let (pixels, _) = image.data.as_chunks_mut::<4>();
            for ([.., alpha], opacity) in
                pixels.iter_mut().zip(yuv::alpha(&frame, frame.full_range))
            {
                *alpha = opacity;
            }
            image.has_alpha = true;
            break;
        }
        Ok(())
    }

    /// Primaries and transfer of the primary picture, where the container tells them.
    pub(super) fn code_points(&self) -> Option<(u16, u16)> {
        let mut id = self.file.primary_id;
        for _ in 0..MAX_DEPTH {
            let said = self.properties(id).ok()?.into_iter().find_map(|p| match p {
                Property::Color(ColorInfo::Nclx {
                    primaries,
                    transfer,
                    ..
                }) => Some((*primaries, *transfer)),
                _ => None,
            });
            if said.is_some() {
                return said;
            }
            id = *self.file.referenced_items(id, b"dimg").first()?;
        }
        None
    }

    /// By the coded data and the properties of all items the picture is made of.
    ///
    /// A file with several pictures is the same only whole.
    pub(super) fn pixel_hash(&self, bytes: &[u8]) -> Hash {
        let mut hasher = Hasher::new_derive_key("latent 2026 coded data of a HEIF picture");
        let mut budget = 4096;
        self.hash_item(self.file.primary_id, 0, &mut hasher, &mut budget);
        if budget == 0 || self.file.top_level_image_ids().len() > 1 || self.is_sequence() {
            hasher.update(bytes);
        }
        hasher.finalize()
    }

    fn is_sequence(&self) -> bool {
        [b"avis", b"msf1", b"hevc", b"hevx"]
            .iter()
            .any(|brand| self.file.file_type.has_brand(brand))
    }

    fn hash_item(&self, id: ItemId, depth: u32, hasher: &mut Hasher, budget: &mut u32) {
        if depth > MAX_DEPTH || *budget == 0 {
            *budget = 0;
            return;
        }
        *budget -= 1;
        for property in self.properties(id).unwrap_or_default() {
            hasher.update(format!("{property:?}").as_bytes());
        }
        let data = self.data(id).unwrap_or_default();
        hasher.update(&(data.len() as u64).to_le_bytes());
        hasher.update(&data);
        let auxiliary = self.file.referencing_items(id, b"auxl");
        let parts = self.file.referenced_items(id, b"dimg");
        for part in parts.iter().chain(&auxiliary) {
            self.hash_item(*part, depth + 1, hasher, budget);
        }
    }
}

fn changed(image: &Image<u8>, property: &Property) -> Image<u8> {
    match property {
        Property::Rotation(quarters) => image.rotate_ccw(*quarters),
        Property::Mirror(top_bottom) => image.mirror(*top_bottom),
        _ => match aperture(property, (image.width, image.height)) {
            Some((left, top, width, height)) => image.crop(left, top, width, height),
            None => image.clone(),
        },
    }
}
