//! Words to token ids, by the model's own `tokenizer.json`.
//!
//! Lower-casing, byte pairs, start and end token all come from the file. The one rule added is
//! the length: a text is cut to the model's context, and its end token stays.

use std::path::Path;

use tokenizers::{Tokenizer, TruncationParams};

use super::encoder::section::read_error;
use super::encoder::{EncodeError, ModelError};

/// The tokenizer of one model.
#[derive(Clone, Debug)]
pub struct TextTokenizer {
    inner: Tokenizer,
}

impl TextTokenizer {
    /// Reads a `tokenizer.json` for a text tower of `context` positions and `vocabulary` rows.
    ///
    /// # Errors
    /// [`ModelError::MissingFile`], [`ModelError::Io`], [`ModelError::Tokenizer`]; and
    /// [`ModelError::Unsupported`] where it makes ids that the tower has no row for, or adds no
    /// end token.
    pub fn open(path: &Path, context: usize, vocabulary: usize) -> Result<Self, ModelError> {
        let json = std::fs::read_to_string(path).map_err(|source| read_error(path, source))?;
        let broken = |source| ModelError::Tokenizer {
            path: path.to_owned(),
            source,
        };
        let mut inner = json.parse::<Tokenizer>().map_err(broken)?;
        inner.with_padding(None);
        let cut = TruncationParams {
            max_length: context,
            ..TruncationParams::default()
        };
        inner.with_truncation(Some(cut)).map_err(broken)?;
        refuse_ids_beyond(&inner, vocabulary)?;
        let tokenizer = Self { inner };
        let empty = tokenizer.inner.encode("", true).map_err(broken)?;
        if empty.is_empty() || empty.len() > context {
            return Err(ModelError::Unsupported {
                key: "tokenizer.json: post_processor".to_owned(),
                value: format!("one that makes {} tokens of an empty text", empty.len()),
                supported: "one that adds an end token".to_owned(),
            });
        }
        Ok(tokenizer)
    }

    /// The token ids of a text: start token, words, end token; at most the model's context.
    ///
    /// # Errors
    /// [`EncodeError::Tokenize`].
    pub fn ids(&self, text: &str) -> Result<Vec<u32>, EncodeError> {
        let encoding = self
            .inner
            .encode(text, true)
            .map_err(|source| EncodeError::Tokenize { source })?;
        Ok(encoding.get_ids().to_vec())
    }
}

fn refuse_ids_beyond(tokenizer: &Tokenizer, vocabulary: usize) -> Result<(), ModelError> {
    let highest = tokenizer.get_vocab(true).into_values().max().unwrap_or(0);
    if (highest as usize) < vocabulary {
        return Ok(());
    }
    Err(ModelError::Unsupported {
        key: "tokenizer.json: model.vocab".to_owned(),
        value: format!("a table up to id {highest}"),
        supported: format!("a table of the text tower's {vocabulary} ids"),
    })
}
