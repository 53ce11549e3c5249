//! What a model is really asked for a query: a short one is also asked as a caption.
//!
//! Text-image models were trained on captions, and a word or two is none. The vectors of both
//! phrasings are averaged, which finds more than either alone; a sentence is asked as it is, and so
//! is what is not written in ASCII letters, where English around it would not fit.
//!
//! # Source
//! Radford et al., "Learning Transferable Visual Models From Natural Language Supervision",
//! arXiv:2103.00020, section 3.1.4: "A photo of a {label}." and the averaging of prompts.

/// More words than this are a caption already.
const SHORT_WORDS: usize = 3;

/// The texts whose vectors are averaged for a query.
#[must_use]
pub fn prompts(query: &str) -> Vec<String> {
    let query = query.trim();
    let words: Vec<&str> = query.split_whitespace().collect();
    let plain = |word: &&str| {
        word.chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '\''))
    };
    let short = (1..=SHORT_WORDS).contains(&words.len()) && words.iter().all(plain);
    let mut prompts = vec![query.to_owned()];
    if short {
        prompts.push(format!("a photo of {query}"));
    }
    prompts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_short_query_is_asked_twice() {
        assert_eq!(prompts(" red boat "), ["red boat", "a photo of red boat"]);
        assert_eq!(prompts("a dog on the beach").len(), 1);
        assert_eq!(prompts("Hündin").len(), 1);
        assert_eq!(prompts("日本"), ["日本"]);
        assert_eq!(prompts("").len(), 1);
    }
}
