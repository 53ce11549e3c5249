//! A model that is loaded: what it is, its space, its thread, and what it was lately asked.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::chosen::Chosen;
use super::models::SEMANTIC;
use crate::embed::EmbedError;
use crate::embed::encoder::{EncodeError, Encoder as _, ModelInfo, Precision, unit};
use crate::embed::model::{Opening, TextImageModel};
use crate::embed::preprocess::{PixelTensor, Preprocess};
use crate::embed::prompts::prompts;
use crate::embed::worker::EncoderThread;
use crate::engine::fingerprints;
use crate::error::EngineError;
use crate::store::Store;
use crate::store::vectors::{self, SpaceRow};

/// Texts whose vectors are kept: people try a query again with another filter.
const KEPT_TEXTS: usize = 256;

/// A model that is loaded, with the thread that owns it.
pub struct OpenModel {
    folder: PathBuf,
    info: ModelInfo,
    space: SpaceRow,
    preprocess: Preprocess,
    thread: EncoderThread,
    /// The last texts and their vectors, the latest last.
    asked: Mutex<VecDeque<(String, Vec<f32>)>>,
}

impl OpenModel {
    pub(super) fn open(
        store: &Store,
        folder: &Path,
        precision: Precision,
    ) -> Result<Arc<Self>, EngineError> {
        let opening = Opening {
            precision,
            fingerprint: Some(fingerprints::of(store, folder)?),
        };
        let model = TextImageModel::open(folder, &opening).map_err(EmbedError::from)?;
        let info = model.info().clone();
        let preprocess = model.preprocess();
        let dim = info.dim as u32;
        let space = store.write(|tx| {
            Ok::<_, EngineError>(vectors::ensure_space(tx, SEMANTIC, &info.version(), dim)?)
        })?;
        let thread = EncoderThread::start(Box::new(model))?;
        Ok(Arc::new(Self {
            folder: folder.to_owned(),
            info,
            space,
            preprocess,
            thread,
            asked: Mutex::default(),
        }))
    }

    /// What it is.
    #[must_use]
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    /// Where its files lie.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn chosen(&self) -> Chosen {
        Chosen {
            folder: self.folder.clone(),
            precision: self.info.precision,
        }
    }

    pub(crate) fn space(&self) -> &SpaceRow {
        &self.space
    }

    /// Prepares pictures for it, on any thread.
    pub(crate) fn preprocess(&self) -> &Preprocess {
        &self.preprocess
    }

    /// Encodes prepared pictures: `[B, dim]` unit norm, in their order.
    pub(crate) fn encode_images(
        &self,
        pixels: Vec<PixelTensor>,
    ) -> Result<Vec<Vec<f32>>, EmbedError> {
        self.thread.encode_images(pixels)
    }

    /// Encodes what people ask: `[B, dim]` unit norm, in their order. Goes before waiting pictures.
    ///
    /// Each is asked as [`prompts`] says, and remembered.
    pub(crate) fn encode_queries(&self, queries: &[String]) -> Result<Vec<Vec<f32>>, EmbedError> {
        queries
            .iter()
            .map(|query| self.encode_query(query))
            .collect()
    }

    fn encode_query(&self, query: &str) -> Result<Vec<f32>, EmbedError> {
        let kept = || self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, vector)) = kept().iter().find(|(text, _)| text == query) {
            return Ok(vector.clone());
        }
        let vector = mean(&self.thread.encode_texts(prompts(query))?)
            .ok_or(EmbedError::Encode(EncodeError::NotFinite { index: 0 }))?;
        let mut asked = kept();
        if asked.len() >= KEPT_TEXTS {
            asked.pop_front();
        }
        asked.push_back((query.to_owned(), vector.clone()));
        Ok(vector)
    }

    /// Encodes a text as it is, such as a caption: unit norm.
    pub(crate) fn encode_text(&self, text: &str) -> Result<Vec<f32>, EmbedError> {
        let vectors = self.thread.encode_texts(vec![text.to_owned()])?;
        mean(&vectors).ok_or(EmbedError::Stopped)
    }

    /// The similarity of a picture and a text, 0 … 1, for their cosine.
    pub(crate) fn text_similarity(&self, cosine: f32) -> f32 {
        self.info.text_similarity(cosine)
    }
}

/// The mean of unit vectors, of unit norm again.
fn mean(vectors: &[Vec<f32>]) -> Option<Vec<f32>> {
    let mut sum = vectors.first()?.clone();
    for vector in vectors.iter().skip(1) {
        sum.iter_mut().zip(vector).for_each(|(sum, v)| *sum += v);
    }
    unit(sum)
}
