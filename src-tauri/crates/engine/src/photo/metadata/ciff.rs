//! What Canon's CRW files say of the shot: they are heaps of records inside each other, and no EXIF.
//!
//! # Source
//! Canon, "CIFF: Specification on Image Data File", version 1.0; what the records of Canon's own hold
//! is in ExifTool's `CanonRaw.pm` and `Canon.pm`.

use super::{Metadata, names};

/// Heaps inside each other, at most; cameras write three.
const MAX_DEPTH: usize = 6;
/// Records of a file that are looked at, at most; cameras write about a hundred.
const MAX_RECORDS: usize = 2_000;

/// Where the bytes of a record are: in the heap, or in its entry.
const PLACE: u16 = 0xc000;
const IN_ENTRY: u16 = 0x4000;
/// What kind of record it is; two kinds are heaps.
const KIND: u16 = 0x3800;
const HEAPS: [u16; 2] = [0x2800, 0x3000];

const MAKE_MODEL: u16 = 0x080a;
const FOCAL_LENGTH: u16 = 0x1029;
const SHOT: u16 = 0x102a;
const SETTINGS: u16 = 0x102d;
const TIME: u16 = 0x180e;
const PICTURE: u16 = 0x1810;
const EXPOSURE: u16 = 0x1818;

/// Reads what there is; a file that breaks off says nothing, since its records are listed at its end.
pub(super) fn read(bytes: &[u8]) -> Option<Metadata> {
    let heap = bytes.get(usize::try_from(long(bytes, 2)?).ok()?..)?;
    let mut records = Records(Vec::new());
    let mut left = MAX_RECORDS;
    records.gather(heap, MAX_DEPTH, &mut left);
    let taken = records.get(TIME).and_then(|record| long(record, 0));
    let turn = records.get(PICTURE).and_then(|record| long(record, 12));
    let [make, model] = records.make_and_model();
    Some(Metadata {
        taken_at: taken.filter(|at| *at > 0).map(i64::from),
        camera: names::camera(make, model),
        iso: records.iso(),
        aperture: records.aperture().filter(|f| (0.5..100.0).contains(f)),
        shutter_s: records.shutter_s().filter(|s| (1e-6..1e5).contains(s)),
        focal_mm: records.focal_mm(),
        orientation: match turn {
            Some(90) => 6,
            Some(180) => 3,
            Some(270) => 8,
            _ => 1,
        },
        ..Metadata::default()
    })
}

/// The records of all heaps: what each is, and its bytes.
struct Records<'a>(Vec<(u16, &'a [u8])>);

impl<'a> Records<'a> {
    /// Takes in a heap: at its end stands where its entries begin, ten bytes each.
    fn gather(&mut self, heap: &'a [u8], depth: usize, left: &mut usize) -> Option<()> {
        let start = usize::try_from(long(heap, heap.len().checked_sub(4)?)?).ok()?;
        let count = short(heap, start)?;
        for entry in heap
            .get(start + 2..)?
            .chunks_exact(10)
            .take(usize::from(count))
        {
            *left = left.checked_sub(1)?;
            let tag = short(entry, 0)?;
            let record = match tag & PLACE {
                IN_ENTRY => entry.get(2..),
                0 => part(heap, long(entry, 6)?, long(entry, 2)?),
                _ => None,
            };
            let Some(record) = record else { continue };
            if HEAPS.contains(&(tag & KIND)) {
                if depth > 0 {
                    self.gather(record, depth - 1, left);
                }
            } else {
                self.0.push((tag & !PLACE, record));
            }
        }
        Some(())
    }

    fn get(&self, tag: u16) -> Option<&'a [u8]> {
        let mut records = self.0.iter();
        records
            .find(|(found, _)| *found == tag)
            .map(|(_, bytes)| *bytes)
    }

    /// A number of a record that is a row of numbers.
    fn number(&self, tag: u16, place: usize) -> Option<i16> {
        Some(short(self.get(tag)?, place * 2)?.cast_signed())
    }

    fn exposure(&self, place: usize) -> Option<f64> {
        let value = f32::from_bits(long(self.get(EXPOSURE)?, place * 4)?);
        value.is_finite().then_some(f64::from(value))
    }

    fn make_and_model(&self) -> [Option<String>; 2] {
        let record = self.get(MAKE_MODEL).unwrap_or_default();
        let mut texts = record.split(|byte| *byte == 0);
        [(); 2].map(|()| names::text(texts.next()?))
    }

    fn iso(&self) -> Option<u32> {
        let steps = |place| Some(2_f64.powf(f64::from(self.number(SHOT, place)?) / 32.0));
        let set = match self.number(SETTINGS, 16) {
            Some(16) => Some(50),
            Some(17) => Some(100),
            Some(18) => Some(200),
            Some(19) => Some(400),
            Some(20) => Some(800),
            Some(number) if number & 0x4000 != 0 && number != 0x7fff => {
                u32::try_from(number & 0x3fff).ok()
            }
            _ => None,
        };
        let by_camera = || {
            let (factor, base) = (steps(1)?, steps(2)? * 100.0 / 32.0);
            let iso = (factor * base).round();
            (1.0..1_000_000.0).contains(&iso).then_some(iso as u32)
        };
        set.or_else(by_camera)
    }

    fn aperture(&self) -> Option<f64> {
        let stops = |place| self.number(SHOT, place).filter(|value| *value != 0);
        let said = stops(21).or_else(|| stops(4)).map(stops_of);
        said.or_else(|| self.exposure(2))
            .map(|stops| (stops / 2.0).exp2())
    }

    fn shutter_s(&self) -> Option<f64> {
        // Nought is a second.
        let said = self.number(SHOT, 22).or_else(|| self.number(SHOT, 5));
        said.map(stops_of)
            .or_else(|| self.exposure(1))
            .map(|stops| (-stops).exp2())
    }

    fn focal_mm(&self) -> Option<f64> {
        let units = self.number(SETTINGS, 25).filter(|units| *units > 0);
        let length = self.number(FOCAL_LENGTH, 1).filter(|length| *length > 0)?;
        Some(f64::from(length) / f64::from(units.unwrap_or(1)))
    }
}

/// Canon's steps of 1/32 of a stop; 12 and 20 of them stand for a third and two.
fn stops_of(value: i16) -> f64 {
    let size = i32::from(value).abs();
    let part = match size % 32 {
        12 => 32.0 / 3.0,
        20 => 64.0 / 3.0,
        part => f64::from(part),
    };
    f64::from(value.signum()) * (f64::from(size - size % 32) + part) / 32.0
}

fn part(bytes: &[u8], start: u32, length: u32) -> Option<&[u8]> {
    let start = usize::try_from(start).ok()?;
    bytes.get(start..start.checked_add(usize::try_from(length).ok()?)?)
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    let raw = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(raw.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    let raw = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(raw.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::photo::testing::coded;

    #[test]
    fn a_shot_is_read_from_its_records() {
        let found = read(&coded::crw(90, &[])).unwrap();
        let expect = Metadata {
            taken_at: Some(1_068_485_966),
            camera: Some("Canon EOS D30".into()),
            iso: Some(100),
            aperture: Some(4.0),
            shutter_s: Some(0.25),
            focal_mm: Some(31.0),
            orientation: 6,
            ..Metadata::default()
        };
        assert_eq!(found, expect);
    }

    #[test]
    fn steps_are_stops() {
        let check = |value, stops: f64| assert!((stops_of(value) - stops).abs() < 1e-9, "{value}");
        check(0, 0.0);
        check(-64, -2.0);
        check(76, 2.0 + 1.0 / 3.0);
        check(-84, -(2.0 + 2.0 / 3.0));
        check(i16::MIN, -1024.0);
    }

    #[test]
    fn heaps_inside_each_other_end() {
        // The only record of the heap is the heap itself, many times.
        let mut heap = Vec::new();
        let many = 500_u16;
        heap.extend(many.to_le_bytes());
        let length = 2 + u32::from(many) * 10 + 4;
        for _ in 0..many {
            heap.extend(0x2804_u16.to_le_bytes());
            heap.extend(length.to_le_bytes());
            heap.extend(0_u32.to_le_bytes());
        }
        heap.extend(0_u32.to_le_bytes());
        let file = [b"II\x0e\0\0\0HEAPCCDR".as_slice(), &heap].concat();
        assert_eq!(read(&file), Some(Metadata::default()));
        for end in 0..file.len().min(64) {
            let _says_nothing = read(&file[..end]);
        }
    }
}
