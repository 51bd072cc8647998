//! Shelters (härbärgen): who they are and on what terms they take guests (domain.md, *Shelters*).

use std::fmt;
use std::str::FromStr;

use super::text::serde_as_text;

/// A shelter's short name in lists, manifests and records: `[a-z0-9]{1,16}`. Copied by value, compared as text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShelterCode([u8; 16]);

/// The text is no shelter code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a shelter code: 1 to 16 of the characters a-z and 0-9")]
pub struct NotAShelterCode(String);

impl ShelterCode {
    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let length = self.0.iter().position(|&byte| byte == 0).unwrap_or(self.0.len());
        // Only ASCII is ever stored, so the fallback is out of reach.
        std::str::from_utf8(&self.0[..length]).unwrap_or_default()
    }
}

impl FromStr for ShelterCode {
    type Err = NotAShelterCode;

    fn from_str(text: &str) -> Result<Self, NotAShelterCode> {
        let fits = (1..=16).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if !fits {
            return Err(NotAShelterCode(text.chars().take(40).collect()));
        }
        let mut code = [0; 16];
        code[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Self(code))
    }
}

serde_as_text!(ShelterCode);

impl fmt::Display for ShelterCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for ShelterCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// How guests come to a shelter's places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// By tickets from the desk, each checked at the door.
    Scanned,
    /// By tickets from the desk; the door only counts heads.
    Counted,
    /// The shelter admits on its own: places and head counts only; no pool in the draw, no tickets, no karens, no
    /// no-shows.
    Own,
}

/// What a ticket to a shelter is worth. Fixed on the ticket when it is issued, so that a later change of the shelter's
/// terms does not reach back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The full length of a ticket, in nights (five; per shelter).
    pub full_nights: u32,
    /// The nights of karens after the last night (two; per shelter).
    pub karens_nights: u32,
}

impl Default for Terms {
    /// Five nights, then two of karens.
    fn default() -> Self {
        Self { full_nights: 5, karens_nights: 2 }
    }
}

/// A shelter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelter {
    /// Its short name.
    pub code: ShelterCode,
    /// Its name in full, for people.
    pub name: String,
    /// What its tickets are worth.
    pub terms: Terms,
    /// How guests come to its places.
    pub admission: Admission,
    /// A protected shelter is never named at another shelter's door.
    pub protected: bool,
}
