//! Where the randomness comes from: dice thrown in the hall, or the operating system (draw.md, section 4).

use std::fmt;
use std::str::FromStr;

use super::hash::Hash32;
use crate::domain::text::serde_as_text;

/// The fewest and the most dice that may be thrown.
pub const DICE: std::ops::RangeInclusive<u32> = 25..=100;

/// The source of randomness, fixed in the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// So many dice, thrown in the room by people who ask for a place.
    Dice(u32),
    /// 32 bytes from the operating system, when nobody can witness.
    Service,
}

/// A randomness as it is written down: `dice:` and the digits, or `service:` and 64 hex digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entropy(String);

/// Why a source or an entropy string is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntropyError {
    /// Neither of the two sources.
    #[error("neither \"dice:N\" with N from 25 to 100, no leading zero, nor \"service\"")]
    NoSource,
    /// The manifest names another source.
    #[error("the manifest names the source {0}: the string must begin with {prefix:?}", prefix = .0.prefix())]
    OtherSource(Source),
    /// The manifest wants another number of digits.
    #[error("{given} digits, but the manifest wants {wanted}")]
    WrongNumber {
        /// How many the manifest names.
        wanted: u32,
        /// How many characters were given.
        given: usize,
    },
    /// Not a digit a die shows.
    #[error("digit {place} is {found:?}: a die shows 1 to 6")]
    NotADie {
        /// Its place, from 1.
        place: usize,
        /// What stands there.
        found: char,
    },
    /// Not the service's 32 bytes.
    #[error("after \"service:\" come 64 lower-case hex digits")]
    NotHex,
}

impl Source {
    fn prefix(self) -> &'static str {
        match self {
            Source::Dice(_) => "dice:",
            Source::Service => "service:",
        }
    }

    /// Whether the manifest named a source that people in the hall can witness. It says nothing about who watched.
    #[must_use]
    pub fn is_witnessed(self) -> bool {
        matches!(self, Source::Dice(_))
    }

    /// Reads an entropy string of this source.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn read(self, text: &str) -> Result<Entropy, EntropyError> {
        let value = text.strip_prefix(self.prefix()).ok_or(EntropyError::OtherSource(self))?;
        match self {
            Source::Dice(wanted) => check_dice(value, wanted)?,
            Source::Service => value.parse::<Hash32>().map(|_| ()).map_err(|_| EntropyError::NotHex)?,
        }
        Ok(Entropy(text.to_owned()))
    }
}

fn check_dice(digits: &str, wanted: u32) -> Result<(), EntropyError> {
    if let Some((place, found)) = digits.chars().enumerate().find(|(_, digit)| !('1'..='6').contains(digit)) {
        return Err(EntropyError::NotADie { place: place + 1, found });
    }
    let given = digits.len();
    if u32::try_from(given) == Ok(wanted) { Ok(()) } else { Err(EntropyError::WrongNumber { wanted, given }) }
}

impl Entropy {
    /// The string as it was read.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Source {
    type Err = EntropyError;

    fn from_str(text: &str) -> Result<Self, EntropyError> {
        let Some(number) = text.strip_prefix("dice:") else {
            return if text == "service" { Ok(Source::Service) } else { Err(EntropyError::NoSource) };
        };
        let dice = number.parse().ok().filter(|dice: &u32| dice.to_string() == number && DICE.contains(dice));
        dice.map(Source::Dice).ok_or(EntropyError::NoSource)
    }
}

serde_as_text!(Source);

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Dice(dice) => write!(f, "dice:{dice}"),
            Source::Service => f.write_str("service"),
        }
    }
}
