//! Two coordinators behind one step, and why (draw.md, section 8; domain.md, *What the service must never do*).

use std::fmt;

use uuid::Uuid;

use super::party::LotNumber;

/// The longest reason, in characters.
pub const MAX_REASON: usize = 500;

/// A person who is a coordinator. Whoever makes one has checked the role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CoordinatorId(pub Uuid);

/// Two coordinators behind one step, so that no single person can steer a draw (domain.md, *What the service must never
/// do*).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Countersigned {
    by: CoordinatorId,
    countersigned_by: CoordinatorId,
}

/// Why somebody did something, in their own words: one line, never empty, at most [`MAX_REASON`] characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedReason(String);

/// Why a signature or a reason is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleError {
    /// Another coordinator countersigns.
    #[error("the same person cannot countersign: ask another coordinator")]
    SamePersonCountersigns,
    /// A reason is missing.
    #[error("a reason is missing: write in a few words why")]
    NoReason,
    /// A reason that a screen or a printer would obey.
    #[error("the reason holds a control character: write it in plain words, on one line")]
    ControlCharacter,
    /// A reason is too long.
    #[error("the reason is longer than {MAX_REASON} characters: shorten it")]
    ReasonTooLong,
}

/// Where the fault of a draw lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultIn {
    /// In the frozen list.
    Manifest,
    /// In the digits, by the paper of the hall.
    Digits,
}

/// A step that another coordinator signs beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountersignedStep {
    /// Abandoning this draw.
    Abandon(u32),
    /// Setting this draw aside for a fault that lies here, and no other.
    Redraw(u32, FaultIn),
    /// Reinstating this lot.
    Reinstate(LotNumber),
}

impl CountersignedStep {
    /// How it is written: a word that is never changed, and the number of the draw or the lot.
    #[must_use]
    pub fn written(self) -> (&'static str, u32) {
        match self {
            Self::Abandon(draw) => ("abandon", draw),
            Self::Redraw(draw, FaultIn::Manifest) => ("redraw_for_manifest", draw),
            Self::Redraw(draw, FaultIn::Digits) => ("redraw_for_digits", draw),
            Self::Reinstate(lot) => ("reinstate", lot.0),
        }
    }

    /// The step that is written so, if there is one.
    #[must_use]
    pub fn read(word: &str, number: u32) -> Option<Self> {
        match word {
            "abandon" => Some(Self::Abandon(number)),
            "redraw_for_manifest" => Some(Self::Redraw(number, FaultIn::Manifest)),
            "redraw_for_digits" => Some(Self::Redraw(number, FaultIn::Digits)),
            "reinstate" => Some(Self::Reinstate(LotNumber(number))),
            _ => None,
        }
    }
}

impl Countersigned {
    /// A step by one coordinator, countersigned by another.
    ///
    /// # Errors
    /// [`RoleError::SamePersonCountersigns`].
    pub fn new(by: CoordinatorId, countersigned_by: CoordinatorId) -> Result<Self, RoleError> {
        if by == countersigned_by {
            return Err(RoleError::SamePersonCountersigns);
        }
        Ok(Self { by, countersigned_by })
    }

    /// Who did it.
    #[must_use]
    pub fn by(&self) -> CoordinatorId {
        self.by
    }

    /// Who countersigned.
    #[must_use]
    pub fn countersigned_by(&self) -> CoordinatorId {
        self.countersigned_by
    }
}

impl StatedReason {
    /// Reads a reason; spaces around it are dropped.
    ///
    /// # Errors
    /// [`RoleError::NoReason`], [`RoleError::ControlCharacter`], [`RoleError::ReasonTooLong`].
    pub fn new(text: &str) -> Result<Self, RoleError> {
        match text.trim() {
            "" => Err(RoleError::NoReason),
            text if text.contains(char::is_control) => Err(RoleError::ControlCharacter),
            text if text.chars().count() > MAX_REASON => Err(RoleError::ReasonTooLong),
            text => Ok(Self(text.to_owned())),
        }
    }

    /// The reason as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StatedReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_of_words_and_not_endless() {
        for empty in ["", " \n\t", " \t\u{a0}\n"] {
            assert_eq!(StatedReason::new(empty), Err(RoleError::NoReason));
        }
        for hostile in ["fire\nalarm", "fire \u{0}", "\u{1b}[2J fire"] {
            assert_eq!(StatedReason::new(hostile), Err(RoleError::ControlCharacter));
        }
        assert_eq!(StatedReason::new("  fire alarm ").unwrap().as_str(), "fire alarm");
        assert!(StatedReason::new(&"å".repeat(500)).is_ok());
        assert_eq!(StatedReason::new(&"å".repeat(501)), Err(RoleError::ReasonTooLong));
    }

    #[test]
    fn a_step_to_be_countersigned_is_read_back_as_it_was_written() {
        let redraw = |fault| CountersignedStep::Redraw(99, fault);
        let lot = CountersignedStep::Reinstate(LotNumber(7));
        for step in [CountersignedStep::Abandon(1), redraw(FaultIn::Manifest), redraw(FaultIn::Digits), lot] {
            let (word, number) = step.written();
            assert_eq!(CountersignedStep::read(word, number), Some(step));
        }
        assert_eq!(CountersignedStep::read("offer", 1), None);
    }

    #[test]
    fn nobody_countersigns_for_oneself() {
        let [one, other] = [1, 2].map(|n| CoordinatorId(Uuid::from_u128(n)));
        assert_eq!(Countersigned::new(one, one), Err(RoleError::SamePersonCountersigns));
        let signed = Countersigned::new(one, other).unwrap();
        assert_eq!((signed.by(), signed.countersigned_by()), (one, other));
    }
}
