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

#[cfg(test)]
mod tests {
    use super::*;

    fn dice(digits: &str) -> Result<Entropy, EntropyError> {
        Source::Dice(25).read(&format!("dice:{digits}"))
    }

    #[test]
    fn a_source_is_25_to_100_dice_or_the_service() {
        for (text, source) in [
            ("dice:25", Source::Dice(25)),
            ("dice:99", Source::Dice(99)),
            ("dice:100", Source::Dice(100)),
            ("service", Source::Service),
        ] {
            assert_eq!(text.parse(), Ok(source));
            assert_eq!(source.to_string(), text);
        }
        for text in [
            "", "dice", "dice:", "dice:24", "dice:101", "dice:025", "dice:+25", "dice:25 ", "service:",
            "Service",
        ] {
            assert_eq!(text.parse::<Source>(), Err(EntropyError::NoSource), "{text}");
        }
    }

    #[test]
    fn only_dice_are_witnessed() {
        assert!(Source::Dice(30).is_witnessed());
        assert!(!Source::Service.is_witnessed());
    }

    #[test]
    fn dice_show_exactly_so_many_digits_from_1_to_6() {
        let thrown = "1234561234561234561234561";
        assert_eq!(dice(thrown).unwrap().as_str(), format!("dice:{thrown}"));
        assert_eq!(dice(&thrown[1..]), Err(EntropyError::WrongNumber { wanted: 25, given: 24 }));
        assert_eq!(dice(&format!("{thrown}6")), Err(EntropyError::WrongNumber { wanted: 25, given: 26 }));
        assert_eq!(dice(""), Err(EntropyError::WrongNumber { wanted: 25, given: 0 }));
        for found in ['0', '7', '9', ' ', 'a', '\n', '-', '\u{661}', '\u{ff11}'] {
            let first = dice(&format!("{found}{}", &thrown[1..]));
            assert_eq!(first, Err(EntropyError::NotADie { place: 1, found }));
            let last = dice(&format!("{}{found}", &thrown[1..]));
            assert_eq!(last, Err(EntropyError::NotADie { place: 25, found }));
        }
    }

    #[test]
    fn the_place_of_a_wrong_digit_is_counted_in_characters() {
        assert_eq!(dice("11\u{20ac}1"), Err(EntropyError::NotADie { place: 3, found: '\u{20ac}' }));
    }

    #[test]
    fn the_service_gives_64_lower_case_hex_digits() {
        let given = format!("service:{}", "0123456789abcdef".repeat(4));
        assert_eq!(Source::Service.read(&given).unwrap().as_str(), given);
        for wrong in [
            &given[..given.len() - 1],
            &format!("{given}0"),
            &given.to_uppercase().replace("SERVICE", "service"),
        ] {
            assert_eq!(Source::Service.read(wrong), Err(EntropyError::NotHex), "{wrong}");
        }
    }

    #[test]
    fn an_entropy_is_of_the_source_the_manifest_names() {
        let (dice, service) = (format!("dice:{}", "1".repeat(25)), format!("service:{}", "0".repeat(64)));
        for (source, text) in [
            (Source::Dice(25), service.as_str()),
            (Source::Service, dice.as_str()),
            (Source::Dice(25), &dice[5..]),
            (Source::Dice(25), &dice.replace("dice", "Dice")),
            (Source::Dice(25), &format!(" {dice}")),
            (Source::Dice(25), ""),
            (Source::Service, ""),
            (Source::Service, &service[8..]),
        ] {
            assert_eq!(source.read(text), Err(EntropyError::OtherSource(source)), "{text}");
        }
    }

    #[test]
    fn an_error_says_what_the_string_must_begin_with() {
        let error = Source::Dice(30).read("service:").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the manifest names the source dice:30: the string must begin with \"dice:\""
        );
        let error = Source::Service.read("dice:").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the manifest names the source service: the string must begin with \"service:\""
        );
    }
}
