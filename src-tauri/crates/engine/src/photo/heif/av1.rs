//! Decodes one AV1 picture through rav1d, the Rust port of dav1d.
//!
//! rav1d offers dav1d's C interface only, so this is where it is wrapped: bytes in, planes out.

use std::mem::MaybeUninit;
use std::ptr::NonNull;

use rav1d::include::dav1d::data::Dav1dData;
use rav1d::include::dav1d::dav1d::{Dav1dContext, Dav1dLogger, Dav1dSettings};
use rav1d::include::dav1d::headers::{
    DAV1D_PIXEL_LAYOUT_I400, DAV1D_PIXEL_LAYOUT_I420, DAV1D_PIXEL_LAYOUT_I422,
};
use rav1d::include::dav1d::picture::Dav1dPicture;
use rav1d::src::lib::{
    dav1d_close, dav1d_data_create, dav1d_data_unref, dav1d_default_settings, dav1d_get_picture,
    dav1d_open, dav1d_picture_unref, dav1d_send_data,
};
use thiserror::Error;

/// The AV1 data did not become a picture.
#[derive(Debug, Error)]
pub(super) enum Av1Error {
    /// dav1d's error code, as in `errno`.
    #[error("The AV1 decoder answers with error {code}")]
    Refused { code: i32 },
    /// The data ended before a picture was complete.
    #[error("The AV1 data holds no whole picture")]
    NoPicture,
    /// More pixels than the container announced or the limits allow.
    #[error("The AV1 picture is of another size than its container says")]
    Size,
}

/// The planes of a picture: luma, and two of chroma unless it is grey.
pub(super) struct Frame {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Bits a sample: 8, 10 or 12.
    pub(super) depth: u8,
    /// Samples row by row without gaps.
    pub(super) planes: Vec<Vec<u16>>,
    /// Binary logarithm of how much narrower and lower the chroma planes are.
    pub(super) shift: (u32, u32),
    /// ITU-T H.273 matrix coefficients, as the stream has them.
    pub(super) matrix: u16,
    pub(super) full_range: bool,
}

/// Codes that mean "give me more data", as dav1d takes them from the system.
const AGAIN: i32 = if cfg!(target_os = "macos") { -35 } else { -11 };

/// Decodes the first picture of a stream, with film grain, on this thread.
pub(super) fn decode(data: &[u8], max_pixels: u32) -> Result<Frame, Av1Error> {
    let decoder = Decoder::open(max_pixels)?;
    let mut input = Input::new(data)?;
    // A still picture comes at once; a stream that takes this long holds none.
    for _ in 0..64 {
        input.send(&decoder)?;
        if let Some(picture) = decoder.picture()? {
            return picture.frame();
        }
        if input.is_empty() {
            break;
        }
    }
    Err(Av1Error::NoPicture)
}

fn check(code: i32) -> Result<(), Av1Error> {
    match code {
        0 => Ok(()),
        code => Err(Av1Error::Refused { code: -code }),
    }
}

struct Decoder(Option<Dav1dContext>);

impl Decoder {
    #[expect(unsafe_code, reason = "rav1d has dav1d's C interface only")]
    fn open(max_pixels: u32) -> Result<Self, Av1Error> {
        let mut settings = MaybeUninit::<Dav1dSettings>::uninit();
        let place = NonNull::from(&mut settings).cast();
        // SAFETY: The place is writable, and it is initialised by the call.
        let mut settings = unsafe {
            dav1d_default_settings(place);
            settings.assume_init()
        };
        settings.n_threads = 1;
        settings.max_frame_delay = 1;
        settings.all_layers = 0;
        settings.frame_size_limit = max_pixels;
        // SAFETY: A logger without a callback keeps nothing of its cookie.
        settings.logger = unsafe { Dav1dLogger::new(None, None) };
        let mut context = None;
        let (out, with) = (NonNull::from(&mut context), NonNull::from(&mut settings));
        // SAFETY: Both places live until the call returns.
        check(unsafe { dav1d_open(Some(out), Some(with)) }.0)?;
        Ok(Self(context))
    }

    #[expect(unsafe_code, reason = "rav1d has dav1d's C interface only")]
    fn picture(&self) -> Result<Option<Decoded>, Av1Error> {
        let mut picture = Decoded(Dav1dPicture::default());
        let out = NonNull::from(&mut picture.0);
        // SAFETY: The context is open, the picture is empty and is given back when it is dropped.
        match unsafe { dav1d_get_picture(self.0, Some(out)) }.0 {
            AGAIN => Ok(None),
            code => check(code).map(|()| Some(picture)),
        }
    }
}

impl Drop for Decoder {
    #[expect(unsafe_code, reason = "rav1d has dav1d's C interface only")]
    fn drop(&mut self) {
        // SAFETY: The context came from `dav1d_open` and is closed once.
        unsafe { dav1d_close(Some(NonNull::from(&mut self.0))) }
    }
}

struct Input(Dav1dData);

impl Input {
    #[expect(unsafe_code, reason = "rav1d has dav1d's C interface only")]
    fn new(data: &[u8]) -> Result<Self, Av1Error> {
        if data.is_empty() {
            return Err(Av1Error::NoPicture);
        }
        let mut input = Self(Dav1dData::default());
        // SAFETY: The call answers null or a buffer of `data.len()` bytes that nobody else has.
        let buffer = unsafe { dav1d_data_create(Some(NonNull::from(&mut input.0)), data.len()) };
        let buffer = NonNull::new(buffer).ok_or(Av1Error::NoPicture)?;
        // SAFETY: As above; the two do not overlap.
        unsafe {
            data.as_ptr()
                .copy_to_nonoverlapping(buffer.as_ptr(), data.len());
        };
        Ok(input)
    }

    fn is_empty(&self) -> bool {
        self.0.sz == 0
    }

    #[expect(unsafe_code, reason = "rav1d has dav1d's C interface only")]
    fn send(&mut self, decoder: &Decoder) -> Result<(), Av1Error> {
        if self.is_empty() {
            return Ok(());
        }
        // SAFETY: The context is open; what is consumed of the data is taken out of it.
        match unsafe { dav1d_send_data(decoder.0, Some(NonNull::from(&mut self.0))) }.0 {
            AGAIN => Ok(()),
            code => check(code),
        }
    }
}

impl Drop for Input {
    #[expect(unsafe_code, reason = "rav1d has dav1d's C interface only")]
    fn drop(&mut self) {
        // SAFETY: The data came from `dav1d_data_create`, or are empty by now.
        unsafe { dav1d_data_unref(Some(NonNull::from(&mut self.0))) }
    }
}

struct Decoded(Dav1dPicture);

impl Decoded {
    #[expect(unsafe_code, reason = "rav1d has dav1d's C interface only")]
    fn frame(&self) -> Result<Frame, Av1Error> {
        let side = |n: i32| usize::try_from(n).map_err(|_| Av1Error::Size);
        let (width, height) = (side(self.0.p.w)?, side(self.0.p.h)?);
        let (chroma, shift) = match self.0.p.layout {
            DAV1D_PIXEL_LAYOUT_I400 => (0, (0, 0)),
            DAV1D_PIXEL_LAYOUT_I420 => (2, (1, 1)),
            DAV1D_PIXEL_LAYOUT_I422 => (2, (1, 0)),
            _ => (2, (0, 0)),
        };
        let depth = u8::try_from(self.0.p.bpc).map_err(|_| Av1Error::Size)?;
        let mut planes = vec![self.plane(0, (width, height), depth)?];
        for number in 1..=chroma {
            let size = (width.div_ceil(1 << shift.0), height.div_ceil(1 << shift.1));
            planes.push(self.plane(number, size, depth)?);
        }
        let header = self.0.seq_hdr.ok_or(Av1Error::NoPicture)?;
        // SAFETY: The header lives as long as the picture.
        let header = unsafe { header.as_ref() };
        let code = |n: u32| u16::try_from(n).unwrap_or(2);
        Ok(Frame {
            width,
            height,
            depth,
            planes,
            shift,
            matrix: code(header.mtrx),
            full_range: header.color_range != 0,
        })
    }

    #[expect(unsafe_code, reason = "The planes are C pointers with a stride")]
    fn plane(
        &self,
        number: usize,
        (width, height): (usize, usize),
        depth: u8,
    ) -> Result<Vec<u16>, Av1Error> {
        let base = self.0.data.get(number).copied().flatten();
        let base = base.ok_or(Av1Error::NoPicture)?.as_ptr();
        let stride = self.0.stride.get(number.min(1)).copied().unwrap_or(0);
        let mut samples = Vec::with_capacity(width * height);
        for row in 0..height {
            // SAFETY: A plane has `height` rows of at least `width` samples, `stride` bytes apart.
            let start = unsafe { base.byte_offset(stride * row as isize) };
            if depth > 8 {
                // SAFETY: As above, samples of two bytes, aligned by the decoder.
                let row = unsafe { std::slice::from_raw_parts(start.cast::<u16>(), width) };
                samples.extend_from_slice(row);
            } else {
                // SAFETY: As above, samples of one byte.
                let row = unsafe { std::slice::from_raw_parts(start.cast::<u8>(), width) };
                samples.extend(row.iter().map(|s| u16::from(*s)));
            }
        }
        Ok(samples)
    }
}

impl Drop for Decoded {
    #[expect(unsafe_code, reason = "rav1d has dav1d's C interface only")]
    fn drop(&mut self) {
        // SAFETY: The picture is empty or came from `dav1d_get_picture`.
        unsafe { dav1d_picture_unref(Some(NonNull::from(&mut self.0))) }
    }
}
