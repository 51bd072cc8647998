//! Shelters (härbärgen): who they are and on what terms they take guests (domain.md, *Shelters*).

use std::fmt;
use std::str::FromStr;

use super::night::LONGEST_TICKET;
use super::text::serde_as_text;
use super::word::words;

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

words! { Admission { Scanned = "scanned", Counted = "counted", Own = "own" } }

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

/// The longest name of a shelter, in characters.
pub const MAX_NAME: usize = 100;

/// What a shelter cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShelterError {
    /// Not a name.
    #[error("a shelter's name has 1 to {MAX_NAME} characters, on one line")]
    Name,
    /// A ticket of no night, or of too many.
    #[error("a ticket is for 1 to {LONGEST_TICKET} nights")]
    FullNights,
    /// Too long a karens.
    #[error("karens lasts 0 to {LONGEST_TICKET} nights")]
    KarensNights,
}

/// Reads a shelter's name; spaces around it are dropped.
///
/// # Errors
/// [`ShelterError::Name`].
pub fn name(text: &str) -> Result<String, ShelterError> {
    let name = text.trim();
    let fits = (1..=MAX_NAME).contains(&name.chars().count()) && !name.contains(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(ShelterError::Name) }
}

/// How many nights a ticket to a shelter may be for.
///
/// # Errors
/// [`ShelterError::FullNights`].
pub fn ticket_nights(nights: u32) -> Result<u32, ShelterError> {
    if (1..=LONGEST_TICKET).contains(&nights) { Ok(nights) } else { Err(ShelterError::FullNights) }
}

/// How many nights karens may last.
///
/// # Errors
/// [`ShelterError::KarensNights`].
pub fn karens_nights(nights: u32) -> Result<u32, ShelterError> {
    if nights <= LONGEST_TICKET { Ok(nights) } else { Err(ShelterError::KarensNights) }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> ShelterCode {
        text.parse().unwrap()
    }

    #[test]
    fn a_ticket_gives_five_nights_and_then_two_of_karens() {
        assert_eq!(Terms::default(), Terms { full_nights: 5, karens_nights: 2 });
    }

    #[test]
    fn a_shelters_name_has_1_to_100_characters_on_one_line() {
        assert_eq!(name(" Filadelfia, Slakthusområdet ").as_deref(), Ok("Filadelfia, Slakthusområdet"));
        assert!(name(&"å".repeat(100)).is_ok());
        for text in ["", " ", "two\nlines", &"å".repeat(101)] {
            assert_eq!(name(text), Err(ShelterError::Name), "{text:?}");
        }
    }

    #[test]
    fn a_ticket_is_for_1_to_366_nights_and_karens_lasts_at_most_as_long() {
        assert_eq!([0, 1, 366, 367].map(|nights| ticket_nights(nights).is_ok()), [false, true, true, false]);
        assert_eq!([0, 366, 367].map(|nights| karens_nights(nights).is_ok()), [true, true, false]);
    }

    #[test]
    fn a_shelter_code_is_1_to_16_small_letters_and_digits() {
        for text in ["a", "0", "fa", "arsta26", "abcdefghijklmnop", "0123456789", "qrstuvwxyz"] {
            assert_eq!(code(text).as_str(), text);
            assert_eq!(code(text).to_string(), text);
        }
    }

    #[test]
    fn anything_else_is_no_shelter_code() {
        for text in ["", "FA", "Fa", "årsta", "fa ", " fa", "f-a", "f_a", "f.a", "fa\n", "f\0", "\0", "fä"]
        {
            assert_eq!(text.parse::<ShelterCode>(), Err(NotAShelterCode(text.to_owned())), "{text:?}");
        }
        assert!("abcdefghijklmnopq".parse::<ShelterCode>().is_err(), "17 characters");
        assert!("ååååååååå".parse::<ShelterCode>().is_err(), "9 letters, 18 bytes");
    }

    #[test]
    fn a_refusal_names_the_text_but_not_a_megabyte_of_it() {
        let said = "FA".parse::<ShelterCode>().unwrap_err().to_string();
        assert_eq!(said, "\"FA\" is not a shelter code: 1 to 16 of the characters a-z and 0-9");
        let megabyte = "å".repeat(1 << 20).parse::<ShelterCode>();
        assert_eq!(megabyte, Err(NotAShelterCode("å".repeat(40))));
    }

    #[test]
    fn shelter_codes_are_ordered_as_text() {
        let ascending =
            ["0", "00", "09", "1", "a", "a0", "aa", "ab", "b", "fa", "fa2", "faa", "z", "zzzzzzzzzzzzzzzz"];
        assert!(ascending.map(code).is_sorted_by(|one, other| one < other));
        assert!(ascending.is_sorted_by(|one, other| one < other), "as text");
    }

    #[test]
    fn in_json_a_shelter_code_is_its_text_and_read_as_strictly() {
        assert_eq!(serde_json::to_string(&code("fa")).unwrap(), "\"fa\"");
        assert_eq!(serde_json::from_str::<ShelterCode>("\"fa\"").unwrap(), code("fa"));
        for json in ["\"FA\"", "\"\"", "\"fa\\u0000\"", "5", "null", "[\"fa\"]"] {
            assert!(serde_json::from_str::<ShelterCode>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn in_a_list_a_shelter_code_fills_its_column() {
        assert_eq!(format!("{:5}|{:>5}|{:?}", code("fa"), code("sm"), code("fa")), "fa   |   sm|\"fa\"");
    }
}
