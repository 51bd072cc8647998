//! Documents: what a person shows at the desk, read the same however it is typed (domain.md, *What happens*). What is kept of
//! one is made of it by the key file, elsewhere.

use super::guest::Country;
use super::word::{Word, words};

/// The longest number of a document, in characters, after it was normalised.
pub const MAX_NUMBER: usize = 40;

/// What kind of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentKind {
    /// A passport.
    Passport,
    /// An identity card.
    IdCard,
    /// A residence permit.
    ResidencePermit,
    /// A driving licence.
    DrivingLicence,
    /// Anything else that shows who somebody is.
    Other,
}

words! {
    DocumentKind {
        Passport = "passport",
        IdCard = "id_card",
        ResidencePermit = "residence_permit",
        DrivingLicence = "driving_licence",
        Other = "other",
    }
}

/// A document: country, kind and number. It is never kept, printed or logged; only what the key file makes of it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    country: Country,
    kind: DocumentKind,
    number: String,
}

/// Why a text is not a document's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Nothing in it.
    #[error("the document's number is missing: type it as it stands on the document")]
    Missing,
    /// Too long.
    #[error("a document's number has at most {MAX_NUMBER} letters and digits: read it again")]
    TooLong,
    /// Something that stands on no document.
    #[error("{0:?} stands in no document's number: only letters and digits count")]
    Character(char),
}

impl Document {
    /// Reads a document. Spaces, hyphens, dots and slashes are dropped and small letters made large, so that it is the same
    /// however it is typed.
    ///
    /// # Errors
    /// [`NumberError`].
    pub fn new(country: Country, kind: DocumentKind, number: &str) -> Result<Self, NumberError> {
        let mut normal = String::new();
        for character in number.chars() {
            match character {
                ' ' | '\u{a0}' | '\t' | '-' | '\u{2010}'..='\u{2015}' | '.' | '/' => {}
                letter if letter.is_alphanumeric() => normal.extend(letter.to_uppercase()),
                other => return Err(NumberError::Character(other)),
            }
            if normal.chars().count() > MAX_NUMBER {
                return Err(NumberError::TooLong);
            }
        }
        if normal.is_empty() {
            return Err(NumberError::Missing);
        }
        Ok(Self { country, kind, number: normal })
    }

    /// The country that issued it.
    #[must_use]
    pub fn country(&self) -> Country {
        self.country
    }

    /// Its parts as bytes: country, kind and number.
    #[must_use]
    pub fn parts(&self) -> [Vec<u8>; 3] {
        [
            self.country.to_string().into_bytes(),
            self.kind.word().as_bytes().to_vec(),
            self.number.clone().into_bytes(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(number: &str) -> Result<Document, NumberError> {
        Document::new("RO".parse().unwrap(), DocumentKind::IdCard, number)
    }

    #[test]
    fn a_number_is_the_same_however_it_is_typed() {
        for typed in ["AB 123-456", "ab123456", " AB.123/456 ", "ab\u{2013}123 456"] {
            assert!(document(typed) == document("AB123456"), "{typed}");
        }
        assert!(document("AB123457") != document("AB123456"));
    }

    #[test]
    fn a_number_that_cannot_be_is_refused() {
        assert_eq!(document(" - ").err(), Some(NumberError::Missing));
        assert_eq!(document(&"A".repeat(41)).err(), Some(NumberError::TooLong));
        assert_eq!(document("AB\u{0}").err(), Some(NumberError::Character('\u{0}')));
        assert!(document(&"A".repeat(40)).is_ok());
    }
}
