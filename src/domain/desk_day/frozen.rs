//! A frozen list of a desk day, the entropy stored for it, and how it ended if it did not stand (draw.md, sections 3, 4, 8).

use super::DeskDayError;
use crate::domain::countersigned::{Countersigned, FaultIn, StatedReason};
use crate::domain::lottery::entropy::{DICE, Source};
use crate::domain::lottery::hash::Hash32;

/// What a die shows: 1 to 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Die(u8);

impl Die {
    /// Reads a digit.
    ///
    /// # Errors
    /// [`DeskDayError::NotADie`].
    pub fn new(shown: u8) -> Result<Self, DeskDayError> {
        if (1..=6).contains(&shown) { Ok(Self(shown)) } else { Err(DeskDayError::NotADie(shown)) }
    }

    /// What it shows.
    #[must_use]
    pub fn shown(self) -> u8 {
        self.0
    }
}

/// Where the randomness comes from, chosen when the list is frozen (draw.md, section 4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntropySource {
    /// So many dice, 25-100, thrown in the hall.
    Dice(u32),
    /// The operating system, when nobody can witness, with the reason that is printed with the commitment.
    Service(StatedReason),
}

impl EntropySource {
    /// The source as the manifest names it.
    #[must_use]
    pub fn in_manifest(&self) -> Source {
        match self {
            EntropySource::Dice(dice) => Source::Dice(*dice),
            EntropySource::Service(_) => Source::Service,
        }
    }

    /// Whether it is one a manifest may name.
    ///
    /// # Errors
    /// [`DeskDayError::WrongNumberOfDice`].
    pub(super) fn check(&self) -> Result<(), DeskDayError> {
        match self {
            EntropySource::Dice(dice) if !DICE.contains(dice) => Err(DeskDayError::WrongNumberOfDice(*dice)),
            _ => Ok(()),
        }
    }
}

/// The randomness stored for a list, so far. What is stored is never changed, only added to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored {
    /// None: not yet, or none is needed because everyone fits.
    Nothing,
    /// The dice typed so far, in the order they were read out.
    Dice(Vec<Die>),
    /// The service's 32 bytes.
    Service(Hash32),
}

/// A list frozen on this desk day. The list itself, with every lot, is the manifest (draw.md, section 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrozenList {
    /// Which draw of the day, 1-99.
    pub draw: u32,
    /// The commitment of the draw before.
    pub previous: Option<Hash32>,
    /// C: shown on every screen, printed and read out.
    pub commitment: Hash32,
    /// Where the randomness comes from.
    pub source: EntropySource,
    /// The number of the last lot; 0 if nobody asked. Lots after it are late-comers.
    pub last_lot: u32,
    /// How many lots are `in`, for the hall to count.
    pub lots_in: u32,
    /// The randomness stored so far.
    pub stored: Stored,
}

impl FrozenList {
    /// The entropy string, once it is complete (draw.md, section 4).
    #[must_use]
    pub fn entropy(&self) -> Option<String> {
        match &self.stored {
            Stored::Service(bytes) => Some(format!("service:{bytes}")),
            Stored::Dice(dice) if self.source == EntropySource::Dice(count(dice)) => {
                Some(dice.iter().fold("dice:".to_owned(), |text, die| text + &die.0.to_string()))
            }
            _ => None,
        }
    }

    /// Adds the digit at `place`, counted from 1. The place guards against a digit sent twice, which nobody could take back.
    pub(super) fn with_digit(self, place: u32, die: Die) -> Result<Self, DeskDayError> {
        let mut dice = match (&self.source, self.stored) {
            (EntropySource::Service(_), _) => return Err(DeskDayError::ServiceDraws),
            (_, Stored::Dice(dice)) => dice,
            (_, Stored::Nothing | Stored::Service(_)) => Vec::new(),
        };
        let next = count(&dice).saturating_add(1);
        if place != next {
            return Err(DeskDayError::NotTheNextDigit { place, next });
        }
        dice.push(die);
        Ok(Self { stored: Stored::Dice(dice), ..self })
    }

    /// Adds the service's own randomness.
    pub(super) fn with_service_bytes(self, bytes: Hash32) -> Result<Self, DeskDayError> {
        match self.source {
            EntropySource::Service(_) => Ok(Self { stored: Stored::Service(bytes), ..self }),
            EntropySource::Dice(dice) => Err(DeskDayError::DiceDraw(dice)),
        }
    }
}

fn count(dice: &[Die]) -> u32 {
    u32::try_from(dice.len()).unwrap_or(u32::MAX)
}

/// A fault for which a drawn day may be drawn again. A result is never a reason, so there is no variant for it (draw.md,
/// section 8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// In the frozen manifest: what is wrong there.
    InManifest(StatedReason),
    /// In the digits: which were typed wrongly, by the paper of the hall.
    InDigits(StatedReason),
}

impl Fault {
    /// Where it lies.
    #[must_use]
    pub fn lies_in(&self) -> FaultIn {
        match self {
            Self::InManifest(_) => FaultIn::Manifest,
            Self::InDigits(_) => FaultIn::Digits,
        }
    }
}

/// Why a list that was frozen does not stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DrawEnd {
    /// Its entropy could not be completed.
    Abandoned {
        /// Why.
        reason: StatedReason,
        /// By whom.
        signed: Countersigned,
    },
    /// It was drawn, and a fault was found.
    Redrawn {
        /// Where, and what.
        fault: Fault,
        /// By whom.
        signed: Countersigned,
    },
    /// The service finished the desk day before it was drawn.
    LeftUnfinished,
}

impl DrawEnd {
    /// How it is written: a word that is never changed, what was said, and who stands behind it.
    #[must_use]
    pub fn written(&self) -> (&'static str, Option<&StatedReason>, Option<&Countersigned>) {
        let (word, said, signed) = match self {
            Self::Abandoned { reason, signed } => ("abandoned", reason, signed),
            Self::Redrawn { fault: Fault::InManifest(what), signed } => ("fault_in_manifest", what, signed),
            Self::Redrawn { fault: Fault::InDigits(what), signed } => ("fault_in_digits", what, signed),
            Self::LeftUnfinished => return ("left_unfinished", None, None),
        };
        (word, Some(said), Some(signed))
    }

    /// The end that is written so, if there is one.
    #[must_use]
    pub fn read(word: &str, said: Option<StatedReason>, signed: Option<Countersigned>) -> Option<Self> {
        match (word, said.zip(signed)) {
            ("abandoned", Some((reason, signed))) => Some(Self::Abandoned { reason, signed }),
            ("fault_in_manifest", Some((what, signed))) => {
                Some(Self::Redrawn { fault: Fault::InManifest(what), signed })
            }
            ("fault_in_digits", Some((what, signed))) => {
                Some(Self::Redrawn { fault: Fault::InDigits(what), signed })
            }
            ("left_unfinished", None) => Some(Self::LeftUnfinished),
            _ => None,
        }
    }
}

/// A list that does not stand. It stays with the final record for ever, with all digits typed, and every list shows it first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastDraw {
    /// What was frozen.
    pub list: FrozenList,
    /// Why it does not stand.
    pub end: DrawEnd,
}
