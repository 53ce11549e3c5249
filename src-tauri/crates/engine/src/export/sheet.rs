//! Contact sheets: pages of small pictures with their names, as one PDF.

use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};

use super::winansi;

/// Points to an inch, the unit of PDF.
const PER_INCH: f32 = 72.0;
const MARGIN: f32 = 36.0;
const GAP: f32 = 10.0;
const CAPTION: f32 = 7.5;
const LINE: f32 = 9.5;
const HEAD: f32 = 22.0;
const GREY: f32 = 0.35;

/// Dots an inch that a printed picture has at most.
const DPI: f32 = 300.0;

/// Columns of a sheet, at most.
pub const MOST_COLUMNS: u32 = 12;

/// Photos on the pages of a sheet, at most: the file is made in memory.
pub const MOST_PHOTOS: usize = 5000;

/// The size of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// 210 × 297 mm.
    A4,
    /// 297 × 420 mm.
    A3,
    /// 8.5 × 11 inches.
    Letter,
}

impl Page {
    /// Width and height when upright, points.
    fn size(self) -> (f32, f32) {
        match self {
            Self::A4 => (595.28, 841.89),
            Self::A3 => (841.89, 1190.55),
            Self::Letter => (612.0, 792.0),
        }
    }
}

/// How a sheet is laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetOptions {
    /// The paper.
    pub page: Page,
    /// It lies on its side.
    pub landscape: bool,
    /// Pictures in a row, 1 … [`MOST_COLUMNS`].
    pub columns: u32,
    /// What is written below each picture.
    pub captions: Vec<Caption>,
    /// On top of every page; nothing when none.
    pub title: Option<String>,
}

/// A line below a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caption {
    /// Its file's name.
    Name,
    /// When it was taken.
    Date,
    /// Camera, aperture, time and sensitivity.
    Exposure,
    /// Its stars.
    Rating,
    /// Its tags.
    Tags,
}

/// A small picture as JPEG.
pub(super) struct Small {
    pub(super) jpeg: Vec<u8>,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// A sheet that is being made.
pub(super) struct Sheet<'a> {
    options: &'a SheetOptions,
    pdf: Pdf,
    next: i32,
    pages: Vec<Ref>,
    tree: Ref,
    font: Ref,
    photos: usize,
    page: Open,
}

/// The page that is being filled.
struct Open {
    content: Content,
    pictures: Vec<(Vec<u8>, Ref)>,
    cells: usize,
}

impl Open {
    fn new() -> Self {
        Self {
            content: Content::new(),
            pictures: Vec::new(),
            cells: 0,
        }
    }
}

impl<'a> Sheet<'a> {
    pub(super) fn new(options: &'a SheetOptions, photos: usize) -> Self {
        let mut pdf = Pdf::new();
        let (catalog, tree, font, about) = (Ref::new(1), Ref::new(2), Ref::new(3), Ref::new(4));
        pdf.catalog(catalog).pages(tree);
        pdf.type1_font(font)
            .base_font(Name(b"Helvetica"))
            .encoding_predefined(Name(b"WinAnsiEncoding"));
        let mut info = pdf.document_info(about);
        info.producer(TextStr("Latent"));
        if let Some(title) = &options.title {
            info.title(TextStr(title));
        }
        info.finish();
        Self {
            options,
            pdf,
            next: 5,
            pages: Vec::new(),
            tree,
            font,
            photos,
            page: Open::new(),
        }
    }

    /// The long side of a picture that is printed, pixels.
    pub(super) fn picture_px(&self) -> u32 {
        (self.cell() / PER_INCH * DPI).ceil() as u32
    }

    /// Puts a picture, or its empty frame, on the sheet, with the lines below it.
    pub(super) fn add(&mut self, picture: Option<&Small>, lines: &[String]) {
        if self.page.cells >= self.per_page() {
            self.end_page();
        }
        let columns = self.columns();
        let (column, row) = (self.page.cells % columns, self.page.cells / columns);
        self.page.cells += 1;
        let cell = self.cell();
        let (_, height) = self.size();
        let left = MARGIN + column as f32 * (cell + GAP);
        let top = height - MARGIN - self.head() - row as f32 * self.row_height();
        match picture {
            Some(small) => self.draw(small, left, top),
            None => {
                let frame = &mut self.page.content;
                frame.set_stroke_gray(0.7);
                frame.rect(left, top - cell, cell, cell).stroke();
            }
        }
        for (at, line) in lines.iter().take(self.options.captions.len()).enumerate() {
            let base = top - cell - LINE * (at + 1) as f32;
            let text = winansi::shortened(&winansi::encode(line), CAPTION, cell);
            let indent = (cell - winansi::width(&text, CAPTION)) / 2.0;
            write(&mut self.page.content, &text, CAPTION, left + indent, base);
        }
    }

    /// The whole file.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.end_page();
        let kids = std::mem::take(&mut self.pages);
        let count = i32::try_from(kids.len()).unwrap_or(i32::MAX);
        self.pdf.pages(self.tree).kids(kids).count(count);
        self.pdf.finish()
    }

    fn draw(&mut self, small: &Small, left: f32, top: f32) {
        let cell = self.cell();
        let (width, height) = (small.width.max(1) as f32, small.height.max(1) as f32);
        let scale = cell / width.max(height);
        let (width, height) = (width * scale, height * scale);
        let id = self.new_ref();
        let mut image = self.pdf.image_xobject(id, &small.jpeg);
        image.filter(Filter::DctDecode);
        image.width(i32::try_from(small.width).unwrap_or(i32::MAX));
        image.height(i32::try_from(small.height).unwrap_or(i32::MAX));
        image.color_space().device_rgb();
        image.bits_per_component(8);
        image.finish();
        let name = format!("P{}", self.page.cells).into_bytes();
        let (x, y) = (
            left + (cell - width) / 2.0,
            top - cell + (cell - height) / 2.0,
        );
        self.page.content.save_state();
        self.page
            .content
            .transform([width, 0.0, 0.0, height, x, y])
            .x_object(Name(&name))
            .restore_state();
        self.page.pictures.push((name, id));
    }

    fn end_page(&mut self) {
        let mut page = std::mem::replace(&mut self.page, Open::new());
        if page.cells == 0 && !self.pages.is_empty() {
            return;
        }
        let (width, height) = self.size();
        if let Some(title) = &self.options.title {
            let text = winansi::shortened(&winansi::encode(title), 12.0, width - 2.0 * MARGIN);
            write(
                &mut page.content,
                &text,
                12.0,
                MARGIN,
                height - MARGIN - 10.0,
            );
        }
        let all = self.photos.div_ceil(self.per_page()).max(1);
        let number = format!("{} / {all}", self.pages.len() + 1).into_bytes();
        let right = width - MARGIN - winansi::width(&number, CAPTION);
        write(&mut page.content, &number, CAPTION, right, MARGIN - 14.0);
        let (id, content) = (self.new_ref(), self.new_ref());
        let mut written = self.pdf.page(id);
        written
            .media_box(Rect::new(0.0, 0.0, width, height))
            .parent(self.tree)
            .contents(content);
        let mut resources = written.resources();
        resources.fonts().pair(Name(b"F"), self.font);
        let mut pictures = resources.x_objects();
        for (name, picture) in &page.pictures {
            pictures.pair(Name(name), *picture);
        }
        pictures.finish();
        resources.finish();
        written.finish();
        self.pdf.stream(content, &page.content.finish());
        self.pages.push(id);
    }

    fn new_ref(&mut self) -> Ref {
        let id = Ref::new(self.next);
        self.next = self.next.saturating_add(1);
        id
    }

    fn size(&self) -> (f32, f32) {
        let (width, height) = self.options.page.size();
        match self.options.landscape {
            true => (height, width),
            false => (width, height),
        }
    }

    fn columns(&self) -> usize {
        self.options.columns.clamp(1, MOST_COLUMNS) as usize
    }

    fn head(&self) -> f32 {
        self.options.title.as_ref().map_or(0.0, |_| HEAD)
    }

    /// The side of the square a picture lies in. Its whole height must fit on the page, too.
    fn cell(&self) -> f32 {
        let (width, height) = self.size();
        let columns = self.columns() as f32;
        let across = (width - 2.0 * MARGIN - GAP * (columns - 1.0)) / columns;
        across.min(height - 2.0 * MARGIN - self.head() - self.captions_height())
    }

    fn captions_height(&self) -> f32 {
        LINE * self.options.captions.len() as f32
    }

    fn row_height(&self) -> f32 {
        self.cell() + self.captions_height() + GAP
    }

    fn per_page(&self) -> usize {
        let (_, height) = self.size();
        let room = height - 2.0 * MARGIN - self.head() + GAP;
        // What fits exactly must not be lost to rounding.
        let rows = (room / self.row_height() + 1e-3).floor().max(1.0) as usize;
        rows * self.columns()
    }
}

fn write(content: &mut Content, text: &[u8], size: f32, x: f32, y: f32) {
    content.begin_text();
    content.set_fill_gray(GREY);
    content.set_font(Name(b"F"), size);
    content.next_line(x, y);
    content.show(Str(text));
    content.end_text();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(columns: u32) -> SheetOptions {
        SheetOptions {
            page: Page::A4,
            landscape: false,
            columns,
            captions: vec![Caption::Name, Caption::Date],
            title: Some("Rome".into()),
        }
    }

    fn made(options: &SheetOptions, photos: usize) -> String {
        let small = Small {
            jpeg: b"\xFF\xD8 no picture \xFF\xD9".to_vec(),
            width: 30,
            height: 20,
        };
        let mut sheet = Sheet::new(options, photos);
        for at in 0..photos {
            let lines = [format!("IMG_{at}.jpg"), "2020-01-01".into()];
            sheet.add((at % 5 != 4).then_some(&small), &lines);
        }
        String::from_utf8_lossy(&sheet.finish()).into_owned()
    }

    #[test]
    fn every_photo_is_on_a_page() {
        let check = |columns, photos: usize, pages: usize| {
            let pdf = made(&options(columns), photos);
            assert!(pdf.starts_with("%PDF-") && pdf.trim_end().ends_with("%%EOF"));
            assert!(
                pdf.contains(&format!("/Count {pages}")),
                "{columns} {photos}"
            );
            let pictures = pdf.matches("/Filter /DCTDecode").count();
            assert_eq!(pictures, photos - photos / 5);
            for at in [0, photos.saturating_sub(1)] {
                // In narrow columns names are shortened.
                let is_whole = pdf.contains(&format!("(IMG_{at}.jpg)"));
                assert!(is_whole || photos == 0 || columns == 12, "{at}");
            }
            assert!(pdf.contains(&format!("(1 / {pages})")));
        };
        check(4, 0, 1);
        check(4, 1, 1);
        check(4, 16, 1);
        check(4, 17, 2);
        check(1, 3, 3);
        check(12, 200, 2);
    }

    #[test]
    fn nothing_lies_outside_the_page() {
        for columns in [1, 3, 12] {
            for landscape in [false, true] {
                let options = SheetOptions {
                    landscape,
                    ..options(columns)
                };
                let sheet = Sheet::new(&options, 1);
                let (width, height) = sheet.size();
                let rows = sheet.per_page() / sheet.columns();
                let across = sheet.cell() * sheet.columns() as f32;
                assert!(across + GAP * (columns - 1) as f32 <= width - 2.0 * MARGIN + 0.01);
                let down = sheet.row_height() * rows as f32 - GAP + sheet.head();
                assert!(
                    down <= height - 2.0 * MARGIN + 0.1,
                    "{columns} {landscape}: {down}"
                );
            }
        }
    }
}
