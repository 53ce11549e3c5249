//! Words to token ids, by the model's own `tokenizer.json`.
//!
//! Byte pairs, pieces, start and end token all come from the file. What the reference does outside
//! of it is added by the style: lower case, punctuation, and how a text is filled up. A text is cut
//! to the model's context, and its end token stays.

use std::path::Path;

use tokenizers::{PaddingParams, PaddingStrategy, Tokenizer, TruncationParams};

use super::encoder::section::{Section, read_error};
use super::encoder::{EncodeError, ModelError};

/// What a family does to a text outside of its `tokenizer.json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextStyle {
    /// Nothing, and no padding: the file does it all.
    Clip,
    /// Lower case, without ASCII punctuation, single spaces; filled up with this token.
    Siglip {
        /// The token that fills a text up.
        pad: String,
        /// Whether it is brought to lower case.
        lower: bool,
    },
    /// Lower case; filled up with this token.
    Gemma {
        /// The token that fills a text up.
        pad: String,
    },
}

impl TextStyle {
    /// Reads `tokenizer_config.json` of a SigLIP model.
    ///
    /// SigLIP 2 was trained on lower case alone, which its file does not say.
    ///
    /// # Errors
    /// [`ModelError::Unsupported`] for a tokenizer of another kind.
    ///
    /// # Source
    /// `SiglipTokenizer` of transformers 4.57, `Siglip2Tokenizer` of transformers 5; section 2.4 of
    /// Tschannen et al., "SigLIP 2", arXiv:2502.14786.
    pub(crate) fn of_siglip(config: &Section) -> Result<Self, ModelError> {
        let pad = |default: &str| match config.get("pad_token") {
            None => Ok(default.to_owned()),
            Some(serde_json::Value::String(token)) => Ok(token.clone()),
            Some(serde_json::Value::Object(token)) => token
                .get("content")
                .and_then(|content| content.as_str())
                .map(str::to_owned)
                .ok_or_else(|| config.refuse("pad_token", "a token")),
            Some(_) => Err(config.refuse("pad_token", "a token")),
        };
        match config.get("tokenizer_class").and_then(|name| name.as_str()) {
            Some("SiglipTokenizer" | "SiglipTokenizerFast") => Ok(Self::Siglip {
                pad: pad("</s>")?,
                lower: config.bool_or("do_lower_case", true)?,
            }),
            Some(
                "GemmaTokenizer"
                | "GemmaTokenizerFast"
                | "Siglip2Tokenizer"
                | "Siglip2TokenizerFast",
            ) => Ok(Self::Gemma { pad: pad("<pad>")? }),
            _ => Err(config.refuse(
                "tokenizer_class",
                "\"SiglipTokenizer\", \"GemmaTokenizer\" or \"Siglip2Tokenizer\"",
            )),
        }
    }

    fn pad(&self) -> Option<&str> {
        match self {
            Self::Clip => None,
            Self::Siglip { pad, .. } | Self::Gemma { pad } => Some(pad),
        }
    }

    /// The text as the reference hands it to the tokenizer.
    fn clean(&self, text: &str) -> String {
        match self {
            Self::Clip => text.to_owned(),
            Self::Gemma { .. } => lower(text),
            Self::Siglip { lower: true, .. } => canonical(&lower(text)),
            Self::Siglip { lower: false, .. } => canonical(text),
        }
    }
}

/// Letter by letter, as the reference does: Σ at a word's end becomes σ.
fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Without ASCII punctuation, and with single spaces between words.
fn canonical(text: &str) -> String {
    // The tokenizer's own mark for a space is a space.
    let plain: String = text
        .chars()
        .map(|c| if c == '\u{2581}' { ' ' } else { c })
        .filter(|c| !c.is_ascii_punctuation())
        .collect();
    let words: Vec<_> = plain.split_whitespace().collect();
    words.join(" ")
}

/// The tokenizer of one model.
#[derive(Clone, Debug)]
pub struct TextTokenizer {
    inner: Tokenizer,
    style: TextStyle,
}

impl TextTokenizer {
    /// Reads a `tokenizer.json` for a text tower of `context` positions and `vocabulary` rows.
    ///
    /// # Errors
    /// [`ModelError::MissingFile`], [`ModelError::Io`], [`ModelError::Tokenizer`]; and
    /// [`ModelError::Unsupported`] where it makes ids that the tower has no row for, or adds no
    /// end token.
    pub fn open(
        path: &Path,
        style: &TextStyle,
        context: usize,
        vocabulary: usize,
    ) -> Result<Self, ModelError> {
        let json = std::fs::read_to_string(path).map_err(|source| read_error(path, source))?;
        let broken = |source| ModelError::Tokenizer {
            path: path.to_owned(),
            source,
        };
        let mut inner = json.parse::<Tokenizer>().map_err(broken)?;
        let padding = style
            .pad()
            .map(|pad| fill_up(&inner, pad, context))
            .transpose()?;
        inner.with_padding(padding);
        let cut = TruncationParams {
            max_length: context,
            ..TruncationParams::default()
        };
        inner.with_truncation(Some(cut)).map_err(broken)?;
        refuse_ids_beyond(&inner, vocabulary)?;
        let tokenizer = Self {
            inner,
            style: style.clone(),
        };
        let empty = tokenizer.inner.encode("", true).map_err(broken)?;
        let end = empty.get_attention_mask().iter().sum::<u32>() as usize;
        if end == 0 || empty.len() > context {
            return Err(ModelError::Unsupported {
                key: "tokenizer.json: post_processor".to_owned(),
                value: format!("one that makes {end} tokens of an empty text"),
                supported: "one that adds an end token".to_owned(),
            });
        }
        Ok(tokenizer)
    }

    /// The token ids of a text: start token, words, end token; at most the model's context.
    ///
    /// Exactly the context where the style fills texts up.
    ///
    /// # Errors
    /// [`EncodeError::Tokenize`].
    pub fn ids(&self, text: &str) -> Result<Vec<u32>, EncodeError> {
        let encoding = self
            .inner
            .encode(self.style.clean(text), true)
            .map_err(|source| EncodeError::Tokenize { source })?;
        Ok(encoding.get_ids().to_vec())
    }
}

fn fill_up(tokenizer: &Tokenizer, pad: &str, length: usize) -> Result<PaddingParams, ModelError> {
    let pad_id = tokenizer
        .token_to_id(pad)
        .ok_or_else(|| ModelError::Unsupported {
            key: "tokenizer_config.json: pad_token".to_owned(),
            value: format!("\"{pad}\""),
            supported: "a token of tokenizer.json".to_owned(),
        })?;
    Ok(PaddingParams {
        strategy: PaddingStrategy::Fixed(length),
        pad_id,
        pad_token: pad.to_owned(),
        ..PaddingParams::default()
    })
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
