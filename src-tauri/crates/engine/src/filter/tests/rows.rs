//! Rows drawn from small sets of values, so that filters meet equals, neighbours and gaps.

use rusqlite::{Connection, params};
use serde_json::{Value as Json, json};

/// A small generator of numbers that are the same in every run.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    /// A number below `n`.
    pub(super) fn below(&mut self, n: usize) -> usize {
        // xorshift64, Marsaglia 2003.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// One of these, or none in a third of the throws.
    fn maybe<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        if self.below(3) == 0 {
            None
        } else {
            Some(self.pick(from))
        }
    }
}

/// A photo with all that a filter can look at.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) library: &'static str,
    pub(super) offline: bool,
    pub(super) faulty: bool,
    pub(super) folder: &'static str,
    pub(super) file_name: String,
    pub(super) bytes: i64,
    pub(super) format: &'static str,
    pub(super) width: i64,
    pub(super) height: i64,
    pub(super) taken_at: Option<i64>,
    pub(super) camera: Option<&'static str>,
    pub(super) lens: Option<&'static str>,
    pub(super) iso: Option<i64>,
    pub(super) aperture: Option<f64>,
    pub(super) shutter_s: Option<f64>,
    pub(super) focal_mm: Option<f64>,
    pub(super) duration_s: Option<f64>,
    pub(super) gps: Option<(f64, f64)>,
    pub(super) rating: Option<i64>,
    pub(super) label: Option<&'static str>,
    pub(super) tags: Vec<&'static str>,
    pub(super) attributes: Vec<(&'static str, String)>,
    /// Millionths.
    pub(super) uniqueness: Option<i64>,
}

pub(super) const TAGS: [&str; 11] = [
    "places/italy",
    "places/italy/rome",
    "places/italyish",
    "Draft",
    "people/Örjan",
    "100%_sure",
    "a*b[c]",
    "東京/夜",
    "italy/food",
    "music/AC∕DC",
    "AC∕DC/live",
];
pub(super) const CAMERAS: [&str; 5] = [
    "FUJIFILM X-T5",
    "Canon EOS R5",
    "NIKON Z 8",
    "LEICA Überkamera",
    "X-T5",
];
pub(super) const FOLDERS: [&str; 4] = [
    "/photos/2023/Italy",
    "/photos/2022",
    "/Фото/Лето",
    "/photos/100%_[raw]",
];
/// Around the ends of years, months and days.
pub(super) const TIMES: [i64; 10] = [
    -1,
    0,
    1_577_836_799,
    1_577_836_800,
    1_672_531_199,
    1_672_531_200,
    1_686_830_400,
    1_688_169_599,
    1_693_526_399,
    1_693_526_400,
];

pub(super) fn generate(count: i64) -> Vec<Row> {
    let mut dice = Dice(0x5eed);
    (1..=count).map(|id| row(&mut dice, id)).collect()
}

fn row(dice: &mut Dice, id: i64) -> Row {
    let (library, offline) = dice.pick(&[("Main", false), ("main too", true), ("Écran", false)]);
    let name = dice.pick(&["IMG_1", "IMG_2", "img-1", "Été*", "a?b[1]", "DSC 100%"]);
    let tags = (0..dice.below(4)).map(|_| dice.pick(&TAGS));
    let mut tags: Vec<_> = tags.collect();
    tags.sort_unstable();
    tags.dedup();
    let (width, height) = dice.pick(&[(6000, 4000), (4000, 6000), (1000, 1000), (8192, 5464)]);
    Row {
        id,
        library,
        offline,
        faulty: dice.below(5) == 0,
        folder: dice.pick(&FOLDERS),
        file_name: format!("{name}{id}.jpg"),
        bytes: dice.pick(&[0, 999, 5_000_000, 5_000_001, 5_242_880]),
        format: dice.pick(&["jpeg", "png", "tiff", "webp"]),
        width,
        height,
        taken_at: dice.maybe(&TIMES),
        camera: dice.maybe(&CAMERAS),
        lens: dice.maybe(&["XF 35mm F1.4", "EF 24-70", "Ωmega 50", ""]),
        iso: dice.maybe(&[100, 800, 801, 6400]),
        aperture: dice.maybe(&[1.4, 2.8, 2.79999, 8.0]),
        shutter_s: dice.maybe(&[1.0 / 250.0, 0.004_000_02, 0.5, 30.0, 1.0 / 8000.0]),
        focal_mm: dice.maybe(&[24.0, 35.0, 70.0, 34.99]),
        duration_s: dice.maybe(&[0.5, 62.5, 30.0, 30.01]),
        gps: dice.maybe(&[
            (41.9, 12.5),
            (41.95, 12.5),
            (-33.9, 151.2),
            (0.0, 179.99),
            (0.0, -179.99),
            (89.9, 0.0),
            (89.9, 180.0),
            (-90.0, 0.0),
        ]),
        rating: dice.maybe(&[0, 1, 3, 4, 5]),
        label: dice.maybe(&["Red", "grün", ""]),
        tags,
        attributes: attributes(dice),
        uniqueness: [None, Some(0), Some(1), Some(500_000), Some(1_000_000)][id as usize % 5],
    }
}

fn attributes(dice: &mut Dice) -> Vec<(&'static str, String)> {
    let values: [Json; 15] = [
        json!(200),
        json!(200.5),
        json!("200"),
        json!("Sold"),
        json!(true),
        json!(false),
        json!(null),
        json!([]),
        json!([1, 200, "x"]),
        json!(["Blau", "grün"]),
        json!([[200]]),
        json!({"inner": 200}),
        json!(""),
        json!("2023-01-01"),
        json!(-3),
    ];
    let mut all = Vec::new();
    for name in ["price", "status", "my name"] {
        match dice.below(8) {
            0 | 1 => {}
            2 => all.push((name, "{damaged".to_owned())),
            _ => all.push((name, values[dice.below(values.len())].to_string())),
        }
    }
    all
}

pub(super) fn insert(connection: &Connection, rows: &[Row]) {
    for row in rows {
        insert_row(connection, row);
    }
}

fn insert_row(connection: &Connection, row: &Row) {
    let execute = |sql: &str, params: &[&dyn rusqlite::ToSql]| {
        connection.execute(sql, params).unwrap();
    };
    execute(
        "INSERT OR IGNORE INTO library (name) VALUES (?)",
        params![row.library],
    );
    let library = "(SELECT id FROM library WHERE name = ?)";
    execute(
        &format!(
            "INSERT OR IGNORE INTO root (library_id, path, shown_path, offline) \
             VALUES ({library}, ?, ?, ?)"
        ),
        params![
            row.library,
            row.library.as_bytes(),
            row.library,
            row.offline
        ],
    );
    let path = format!("{}/{}", row.folder, row.file_name);
    let (lat, lon) = (row.gps.map(|gps| gps.0), row.gps.map(|gps| gps.1));
    execute(
        &format!(
            "INSERT INTO photo (id, library_id, root_id, rel_path, path, folder, file_name, bytes, \
             mtime_ns, content_hash, format, width, height, taken_at, camera, lens, iso, aperture, \
             shutter_s, focal_mm, duration_s, lat, lon, rating, label, uniqueness, decode_version, \
             added_at) \
             VALUES (?, {library}, (SELECT id FROM root WHERE shown_path = ?), ?, ?, ?, ?, ?, 0, \
             x'00', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 0)"
        ),
        params![
            row.id,
            row.library,
            row.library,
            path.as_bytes(),
            path,
            row.folder,
            row.file_name,
            row.bytes,
            row.format,
            row.width,
            row.height,
            row.taken_at,
            row.camera,
            row.lens,
            row.iso,
            row.aperture,
            row.shutter_s,
            row.focal_mm,
            row.duration_s,
            lat,
            lon,
            row.rating,
            row.label,
            row.uniqueness
        ],
    );
    for tag in &row.tags {
        execute("INSERT OR IGNORE INTO tag (path) VALUES (?)", params![tag]);
        execute(
            "INSERT INTO photo_tag SELECT ?, id FROM tag WHERE path = ?",
            params![row.id, tag],
        );
    }
    for (name, value) in &row.attributes {
        execute(
            "INSERT INTO attribute VALUES (?, ?, ?)",
            params![row.id, name, value],
        );
    }
    if row.faulty {
        execute(
            "INSERT INTO fault (root_id, rel_path, path, stage, kind, reason, bytes, mtime_ns, \
             decode_version) SELECT root_id, rel_path, path, 'decode', 'damaged', 'cut', 0, 0, 1 \
             FROM photo WHERE id = ?",
            params![row.id],
        );
    }
}
