//! Codes that people carry, type and read out: the UNO code of a guest, the code of a ticket (domain.md, *What happens* and
//! *Ticket*), and the check code on a lot's slip (draw.md, section 8).
//!
//! Seven characters chosen at random and one check character, of 29 without look-alikes. With the values 0-28 of the
//! characters and the weights 8, 7, ... 1, the weighted sum leaves a remainder modulo 29 that is another number for each
//! kind of code. Because 29 is prime and no two weights are alike, one wrong character, or two neighbours
//! swapped, always leave another remainder: at best that of another kind, which is not accepted either.

use std::fmt;
use std::str::FromStr;

/// The characters of a code, each at its value. Without B, I, L, O, S, U and Z, which are taken for 8, 1, 0, 5, V and 2.
const ALPHABET: &[u8; 29] = b"0123456789ACDEFGHJKMNPQRTVWXY";
/// How many characters there are: a prime, so that no difference of two values times a weight comes out as nothing.
const PRIME: usize = ALPHABET.len();
/// How many characters a code has, the check character included.
const LENGTH: usize = 8;
/// What the value of the character at each place counts; the check character, last, counts once.
const WEIGHTS: [usize; LENGTH] = [8, 7, 6, 5, 4, 3, 2, 1];

/// What a code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeKind {
    /// A guest.
    Uno,
    /// A ticket.
    Ticket,
    /// A lot's slip.
    Slip,
}

impl CodeKind {
    /// The remainder of the weighted sum. None is 0, so that eight noughts are no code.
    fn remainder(self) -> usize {
        match self {
            Self::Uno => 11,
            Self::Ticket => 23,
            Self::Slip => 5,
        }
    }

    fn of_remainder(remainder: usize) -> Option<Self> {
        [Self::Uno, Self::Ticket, Self::Slip].into_iter().find(|kind| kind.remainder() == remainder)
    }
}

impl fmt::Display for CodeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Uno => "UNO code",
            Self::Ticket => "ticket code",
            Self::Slip => "check code of a slip",
        })
    }
}

/// Why a text is not the code that is asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Nothing but spaces and hyphens.
    #[error("there is no code here: type it or scan it")]
    Empty,
    /// Not eight characters, spaces and hyphens not counted.
    #[error("a code has {LENGTH} characters, this one has {0}: read it again")]
    WrongLength(usize),
    /// A character that stands in no code.
    #[error("{character:?}, at place {place}, stands in no code: read it again")]
    UnknownCharacter {
        /// As it was typed.
        character: char,
        /// Its place among the characters, from 1, spaces and hyphens not counted.
        place: usize,
    },
    /// The check character does not fit the others.
    #[error("one character is wrong or two are swapped: read the code again")]
    CheckFailed,
    /// A code, but of another kind.
    #[error("this is a {found}, a {asked} is asked: look for the right code, or read this one again")]
    OtherKind {
        /// What it is.
        found: CodeKind,
        /// What it should be.
        asked: CodeKind,
    },
}

/// The pseudonymous code by which a guest is known, for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnoCode(Characters);

/// The code of a ticket; one printed anew gets another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketCode(Characters);

/// The check code on a lot's slip: who holds it may see where the lot was placed (draw.md, section 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlipCode(Characters);

impl UnoCode {
    /// The code that a random value gives. Every code is meant by some value, none by so many more than another that it
    /// could be told: 2^64 is no multiple of the 29^7 (17 249 876 309) codes, but the likeliest is likelier than the rarest
    /// by less than one part in a thousand million. Two values may give one code: draw another value for one in use.
    #[must_use]
    pub fn from_random(random: u64) -> Self {
        Self(make(CodeKind::Uno, random))
    }

    /// The eight characters without a hyphen, for storing; people are shown the code as it displays, `XXXX-XXXX`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl TicketCode {
    /// The code that a random value gives, as by [`UnoCode::from_random`].
    #[must_use]
    pub fn from_random(random: u64) -> Self {
        Self(make(CodeKind::Ticket, random))
    }

    /// The eight characters without a hyphen, for storing; people are shown the code as it displays, `XXXX-XXXX`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl SlipCode {
    /// The code that a random value gives, as by [`UnoCode::from_random`].
    #[must_use]
    pub fn from_random(random: u64) -> Self {
        Self(make(CodeKind::Slip, random))
    }

    /// The eight characters without a hyphen, for storing; people are shown the code as it displays, `XXXX-XXXX`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for SlipCode {
    type Err = CodeError;

    /// Reads what a person types or a scanner sends: lower case, spaces and hyphens anywhere, O for 0, I and L for 1.
    fn from_str(text: &str) -> Result<Self, CodeError> {
        read(CodeKind::Slip, text).map(Self)
    }
}

impl fmt::Display for SlipCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for UnoCode {
    type Err = CodeError;

    /// Reads what a person types or a scanner sends: lower case, spaces and hyphens anywhere, O for 0, I and L for 1.
    fn from_str(text: &str) -> Result<Self, CodeError> {
        read(CodeKind::Uno, text).map(Self)
    }
}

impl FromStr for TicketCode {
    type Err = CodeError;

    /// Reads what a person types or a scanner sends: lower case, spaces and hyphens anywhere, O for 0, I and L for 1.
    fn from_str(text: &str) -> Result<Self, CodeError> {
        read(CodeKind::Ticket, text).map(Self)
    }
}

impl fmt::Display for UnoCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for TicketCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The characters of a code, all from [`ALPHABET`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Characters([u8; LENGTH]);

impl Characters {
    fn as_str(&self) -> &str {
        // The alphabet is ASCII, so the fallback is out of reach.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Characters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = self.as_str().split_at(LENGTH / 2);
        write!(f, "{first}-{last}")
    }
}

impl fmt::Debug for Characters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn make(kind: CodeKind, random: u64) -> Characters {
    let mut values = [0; LENGTH];
    let prime = PRIME as u64;
    let mut rest = random;
    for value in &mut values[..LENGTH - 1] {
        // Below the prime, so that it fits.
        *value = usize::try_from(rest % prime).unwrap_or_default();
        rest /= prime;
    }
    let sum_of_seven = weighted_sum(values) % PRIME;
    values[LENGTH - 1] = (kind.remainder() + PRIME - sum_of_seven) % PRIME;
    Characters(values.map(|value| ALPHABET[value]))
}

fn read(asked: CodeKind, text: &str) -> Result<Characters, CodeError> {
    let mut values = [0; LENGTH];
    let mut count = 0;
    // Whatever the length of the text, no more of it than a code is kept.
    for character in text.chars().filter(|&character| !is_separator(character)) {
        let unknown = CodeError::UnknownCharacter { character, place: count + 1 };
        let value = value_of(character).ok_or(unknown)?;
        if let Some(slot) = values.get_mut(count) {
            *slot = value;
        }
        count += 1;
    }
    match (count, CodeKind::of_remainder(weighted_sum(values) % PRIME)) {
        (0, _) => Err(CodeError::Empty),
        (LENGTH, Some(found)) if found == asked => Ok(Characters(values.map(|value| ALPHABET[value]))),
        (LENGTH, Some(found)) => Err(CodeError::OtherKind { found, asked }),
        (LENGTH, None) => Err(CodeError::CheckFailed),
        (count, _) => Err(CodeError::WrongLength(count)),
    }
}

/// Spaces of any width, a scanner's tab or line end, and the hyphens: the plain one, and those that text programs put for it.
fn is_separator(character: char) -> bool {
    character.is_whitespace() || matches!(character, '-' | '\u{2010}' | '\u{2011}')
}

fn value_of(character: char) -> Option<usize> {
    let meant = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|&letter| char::from(letter) == meant)
}

fn weighted_sum(values: [usize; LENGTH]) -> usize {
    values.into_iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum()
}

#[cfg(test)]
mod tests;
