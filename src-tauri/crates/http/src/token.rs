//! The secret that lets a program or a browser in.

use std::fmt;

/// Shortest token a caller may choose, in characters.
const SHORTEST: usize = 16;

/// A secret; compared in constant time and never printed by accident.
#[derive(Clone)]
pub(crate) struct Token(String);

impl Token {
    /// Draws 256 random bits from the operating system, as 64 hexadecimal digits.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(
            bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        ))
    }

    /// Takes a chosen token: at least 16 letters, digits, `-` and `_`, so that it fits a cookie
    /// and an address as it is.
    pub(crate) fn chosen(text: String) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        (text.len() >= SHORTEST && text.bytes().all(plain)).then_some(Self(text))
    }

    /// Whether these are the same, without telling by the time taken how much of it is right.
    pub(crate) fn is(&self, candidate: &str) -> bool {
        // The comparison of two BLAKE3 hashes takes constant time, and hashing hides the length.
        blake3::hash(self.0.as_bytes()) == blake3::hash(candidate.as_bytes())
    }

    /// The secret itself, for the address and the cookie.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_tokens_are_long_and_differ() {
        let (a, b) = (Token::random().unwrap(), Token::random().unwrap());
        assert_eq!(a.reveal().len(), 64);
        assert!(a.is(a.reveal()));
        assert!(!a.is(b.reveal()));
        assert!(!a.is(""));
        assert!(Token::chosen(a.reveal().to_owned()).is_some());
    }

    #[test]
    fn chosen_tokens_must_fit_a_cookie() {
        assert!(Token::chosen("0123456789abcdef".to_owned()).is_some());
        assert!(Token::chosen("short".to_owned()).is_none());
        assert!(Token::chosen("0123456789abcdef; Path=/".to_owned()).is_none());
    }

    #[test]
    fn a_token_is_not_printed() {
        assert_eq!(format!("{:?}", Token::random().unwrap()), "Token(…)");
    }
}
