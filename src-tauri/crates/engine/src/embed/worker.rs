//! The one thread that owns a model. Requests reach it over bounded channels; texts, which somebody
//! waits for, go before pictures, which an index job sends.
//!
//! The model computes on threads of its own, as many as there are cores. While an index job runs
//! there are as many readers beside them; channels between the two are short, so the system's
//! scheduler gives the cores to whichever is behind.

use std::num::NonZero;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, select_biased};
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::EmbedError;
use super::encoder::Encoder;
use super::preprocess::PixelTensor;

/// Requests that may wait before the next one has to.
const WAITING: usize = 4;

/// Pictures in one pass through the model: larger ones gain nothing on a CPU and keep a waiting
/// text waiting.
const PASS: usize = 8;

type Answer = Result<Vec<Vec<f32>>, EmbedError>;

struct Request<T> {
    items: Vec<T>,
    answer: Sender<Answer>,
}

/// A model on its thread. Dropping it ends the thread.
pub struct EncoderThread {
    texts: Sender<Request<String>>,
    pictures: Sender<Request<PixelTensor>>,
}

impl EncoderThread {
    /// Moves a model to a thread of its own.
    ///
    /// # Errors
    /// [`EmbedError::Thread`] where the system gives none.
    pub fn start(model: Box<dyn Encoder>) -> Result<Self, EmbedError> {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let pool = ThreadPoolBuilder::new()
            .num_threads(cores)
            .thread_name(|number| format!("encoder-{number}"))
            .build()
            .map_err(|error| EmbedError::Thread {
                source: std::io::Error::other(error),
            })?;
        let (texts, text_requests) = bounded(WAITING);
        let (pictures, picture_requests) = bounded(WAITING);
        thread::Builder::new()
            .name("encoder".into())
            .spawn(move || serve(model, &pool, &text_requests, &picture_requests))
            .map_err(|source| EmbedError::Thread { source })?;
        Ok(Self { texts, pictures })
    }

    /// Encodes prepared pictures: `[B, dim]` f32 unit norm, in their order.
    ///
    /// # Errors
    /// [`EmbedError`] of the model, or [`EmbedError::Stopped`].
    pub fn encode_images(&self, pictures: Vec<PixelTensor>) -> Answer {
        let mut vectors = Vec::with_capacity(pictures.len());
        let mut pictures = pictures.into_iter().peekable();
        while pictures.peek().is_some() {
            vectors.extend(ask(&self.pictures, pictures.by_ref().take(PASS).collect())?);
        }
        Ok(vectors)
    }

    /// Encodes texts: `[B, dim]` f32 unit norm, in their order.
    ///
    /// # Errors
    /// [`EmbedError`] of the model, or [`EmbedError::Stopped`].
    pub fn encode_texts(&self, texts: Vec<String>) -> Answer {
        ask(&self.texts, texts)
    }
}

fn ask<T>(channel: &Sender<Request<T>>, items: Vec<T>) -> Answer {
    let (answer, answers) = bounded(1);
    channel
        .send(Request { items, answer })
        .map_err(|_| EmbedError::Stopped)?;
    answers.recv().map_err(|_| EmbedError::Stopped)?
}

/// Answers requests until nobody can send any more.
fn serve(
    mut model: Box<dyn Encoder>,
    pool: &ThreadPool,
    texts: &Receiver<Request<String>>,
    pictures: &Receiver<Request<PixelTensor>>,
) {
    loop {
        let ended = select_biased! {
            recv(texts) -> request => request.map(|request| {
                let texts: Vec<&str> = request.items.iter().map(String::as_str).collect();
                let _asker_may_be_gone = request.answer.send(pool.install(|| model.encode_texts(&texts)).map_err(EmbedError::from));
            }),
            recv(pictures) -> request => request.map(|request| {
                let _asker_may_be_gone = request.answer.send(pool.install(|| model.encode_images(&request.items)).map_err(EmbedError::from));
            }),
        };
        if ended.is_err() {
            return;
        }
    }
}
