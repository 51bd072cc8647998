//! The desk day: one morning at the desk, from its opening to its end (domain.md, *Desk days*, *Modes of a desk day*,
//! *Finishing*; draw.md, sections 1, 3, 4 and 8; drawn in docs/STATES.md).
//!
//! It knows where the day stands and what was frozen and stored for its draws. It must not know the lots, the places or the
//! guests: what a step needs to know of them comes in as a fact or as the verdict of the room that judges it.

mod draws;
mod frozen;
mod questions;
mod refusal;

#[cfg(test)]
mod tests;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

pub use frozen::{Die, DrawEnd, EntropySource, Fault, FrozenList, PastDraw, Stored};
pub use questions::still_gives;
pub use refusal::{DeskDayError, Step};

use super::calendar::StartNights;
use super::countersigned::{CoordinatorId, Countersigned, StatedReason};
use super::hand_out::{HandOutError, Rank};
use super::lottery::manifest::MAX_LOTS;
use super::night::{DESK_BEGINS_AT, wall_clock};
use super::party::{Asks, LotNumber, LotStatus};
use super::word::words;

/// A desk day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskDay {
    /// All nights up to, not including, the next desk day. The first is the day's own date.
    pub start_nights: StartNights,
    /// How its places are given out.
    pub mode: Mode,
    /// How many lots were given; the number of the last one.
    pub lots: u32,
    /// The draws that did not stand, first to last.
    pub past: Vec<PastDraw>,
    /// Where it stands.
    pub stage: Stage,
}

/// How a desk day's places are given out (domain.md, *Modes of a desk day*).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mode {
    /// Parties register until the close; then everyone fits or a draw decides.
    #[default]
    Lottery,
    /// Each party is placed at once, first come.
    Direct,
}

words! { Mode { Lottery = "lottery", Direct = "direct" } }

/// Where a desk day stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Not yet opened.
    Planned,
    /// Parties register; in `direct` mode tickets are handed out too.
    Open,
    /// Nobody can come into the draw any more; the next thing is a frozen list.
    Closed {
        /// The number of the last lot in the list; 0 if nobody asked.
        last_lot: u32,
    },
    /// The list is frozen and its commitment shown.
    Frozen(FrozenList),
    /// Not everyone fits: the digits are thrown and typed, or the service's are fetched.
    AwaitingEntropy(FrozenList),
    /// The result is there, no ticket is handed out.
    Drawn(FrozenList),
    /// At least one ticket is handed out: the result stands.
    HandingOut(FrozenList),
    /// Over. Who still waited was turned away.
    Finished {
        /// The list by which places were given; none in `direct` mode or if it never came to a result.
        list: Option<FrozenList>,
        /// Who finished it.
        by: FinishedBy,
    },
    /// It could not be held.
    NotHeld {
        /// Who said so.
        by: CoordinatorId,
        /// Why.
        reason: StatedReason,
    },
}

/// Who finished a desk day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinishedBy {
    /// The desk, with everything offered.
    Desk,
    /// The service, because it was left unfinished.
    Service,
}

words! { FinishedBy { Desk = "desk", Service = "service" } }

/// What must be known to open a desk day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Now.
    pub at: DateTime<Utc>,
    /// An earlier desk day that is neither finished nor marked as not held.
    pub unfinished: Option<NaiveDate>,
    /// Whether more start nights than usual were confirmed ([`StartNights::needs_confirmation`]).
    pub many_nights_confirmed: bool,
}

/// A lot that somebody wants reinstated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reinstatement {
    /// Which.
    pub lot: LotNumber,
    /// Where it stands.
    pub status: LotStatus,
    /// Another lot of today that is `in` and has one of its members.
    pub member_in: Option<LotNumber>,
    /// Who wants it, and who countersigned.
    pub signed: Countersigned,
}

impl DeskDay {
    /// A day of the calendar, not yet opened; `lottery` by default. Its start nights begin on its own date.
    #[must_use]
    pub fn planned(start_nights: StartNights) -> Self {
        Self { start_nights, mode: Mode::default(), lots: 0, past: Vec::new(), stage: Stage::Planned }
    }

    /// Its date.
    #[must_use]
    pub fn date(&self) -> NaiveDate {
        self.start_nights.nights().first().date()
    }

    /// Opens it: on its own date, after the earlier one.
    ///
    /// # Errors
    /// [`DeskDayError::NotItsDate`], [`DeskDayError::EarlierUnfinished`],
    /// [`DeskDayError::ManyStartNights`] until confirmed; [`DeskDayError::NotNow`].
    pub fn open(self, opening: Opening) -> Result<Self, DeskDayError> {
        if self.stage != Stage::Planned {
            return Err(self.not_now(Step::Open));
        }
        let today = wall_clock(opening.at).date();
        if today != self.date() {
            return Err(DeskDayError::NotItsDate { day: self.date(), today });
        }
        if let Some(earlier) = opening.unfinished {
            return Err(DeskDayError::EarlierUnfinished(earlier));
        }
        if self.start_nights.needs_confirmation() && !opening.many_nights_confirmed {
            return Err(DeskDayError::ManyStartNights(self.start_nights.nights().count()));
        }
        Ok(self.at(Stage::Open))
    }

    /// Chooses the mode, before the first lot, refused ones counted.
    ///
    /// # Errors
    /// [`DeskDayError::FirstLotGiven`]; [`DeskDayError::NotNow`].
    pub fn choose_mode(self, mode: Mode) -> Result<Self, DeskDayError> {
        match self.stage {
            Stage::Open if self.lots > 0 => Err(DeskDayError::FirstLotGiven),
            Stage::Open => Ok(Self { mode, ..self }),
            _ => Err(self.not_now(Step::ChooseMode)),
        }
    }

    /// Gives the next lot number, also to a party that is refused (draw.md, section 1), and says what it asks for.
    ///
    /// # Errors
    /// [`DeskDayError::NoLotLeft`]; [`DeskDayError::NotNow`].
    pub fn register(self) -> Result<(Self, LotNumber, Asks), DeskDayError> {
        let asks = match (&self.stage, self.mode) {
            (Stage::Open, Mode::Lottery) => Asks::InTheDraw,
            (Stage::Open, Mode::Direct) => Asks::AtOnce,
            (Stage::Planned | Stage::Finished { .. } | Stage::NotHeld { .. }, _) => {
                return Err(self.not_now(Step::Register));
            }
            (
                Stage::Closed { .. }
                | Stage::Frozen(_)
                | Stage::AwaitingEntropy(_)
                | Stage::Drawn(_)
                | Stage::HandingOut(_),
                _,
            ) => Asks::AsLateComer,
        };
        if self.lots >= MAX_LOTS {
            return Err(DeskDayError::NoLotLeft);
        }
        let lots = self.lots + 1;
        Ok((Self { lots, ..self }, LotNumber(lots), asks))
    }

    /// Ends the registering: who asks from now on is a late-comer.
    ///
    /// # Errors
    /// [`DeskDayError::NotNow`]; a day in `direct` mode is not closed.
    pub fn close(self) -> Result<Self, DeskDayError> {
        match (&self.stage, self.mode) {
            (Stage::Open, Mode::Lottery) => {
                let last_lot = self.lots;
                Ok(self.at(Stage::Closed { last_lot }))
            }
            _ => Err(self.not_now(Step::Close)),
        }
    }

    /// A ticket of the day is handed out. After the first one the draw stands.
    ///
    /// # Errors
    /// [`DeskDayError::NotNow`].
    pub fn hand_out(self) -> Result<Self, DeskDayError> {
        let not_now = self.not_now(Step::HandOut);
        match (self.stage, self.mode) {
            (Stage::Open, Mode::Direct) => Ok(Self { stage: Stage::Open, ..self }),
            (Stage::Drawn(list) | Stage::HandingOut(list), _) => {
                Ok(Self { stage: Stage::HandingOut(list), ..self })
            }
            _ => Err(not_now),
        }
    }

    /// Where a lot stands in the queue that was refused or withdrawn by mistake before the close: after the reserve list,
    /// before late-comers (draw.md, section 8).
    ///
    /// # Errors
    /// [`DeskDayError::NotOut`], [`DeskDayError::GivenAfterTheClose`], [`DeskDayError::MemberInAnotherLot`];
    /// [`DeskDayError::NotNow`].
    pub fn reinstate(&self, wanted: &Reinstatement) -> Result<Rank, DeskDayError> {
        let last_lot = match &self.stage {
            Stage::Closed { last_lot } => *last_lot,
            Stage::Frozen(list)
            | Stage::AwaitingEntropy(list)
            | Stage::Drawn(list)
            | Stage::HandingOut(list) => list.last_lot,
            _ => return Err(self.not_now(Step::Reinstate)),
        };
        let lot = wanted.lot;
        match wanted.member_in {
            _ if wanted.status == LotStatus::In => Err(DeskDayError::NotOut(lot)),
            _ if lot.0 > last_lot => Err(DeskDayError::GivenAfterTheClose(lot)),
            Some(other) => Err(DeskDayError::MemberInAnotherLot { lot, other }),
            None => Ok(Rank::Reinstated(lot)),
        }
    }

    /// Finishes it: who still waits is turned away. `hand_out` is the verdict of [`super::hand_out::may_finish`].
    ///
    /// # Errors
    /// [`DeskDayError::HandOut`]; [`DeskDayError::NotNow`].
    pub fn finish(self, hand_out: Result<(), HandOutError>) -> Result<Self, DeskDayError> {
        let not_now = self.not_now(Step::Finish);
        let list = match (self.stage, self.mode) {
            (Stage::Open, Mode::Direct) => None,
            (Stage::Drawn(list) | Stage::HandingOut(list), _) => Some(list),
            _ => return Err(not_now),
        };
        hand_out?;
        Ok(Self { stage: Stage::Finished { list, by: FinishedBy::Desk }, ..self })
    }

    /// The service finishes a day that was left unfinished, from 06.00 of the next date on, wherever it was left: tickets not
    /// collected lapse, who waits is turned away, and a draw without a result is over.
    ///
    /// # Errors
    /// [`DeskDayError::NotLeftYet`]; [`DeskDayError::NotNow`].
    pub fn finish_left_unfinished(self, at: DateTime<Utc>) -> Result<Self, DeskDayError> {
        if self.stage == Stage::Planned || self.is_over() {
            return Err(self.not_now(Step::FinishLeftUnfinished));
        }
        let six = NaiveTime::from_hms_opt(DESK_BEGINS_AT, 0, 0).unwrap_or(NaiveTime::MIN);
        if wall_clock(at) < self.start_nights.nights().first().next().date().and_time(six) {
            return Err(DeskDayError::NotLeftYet(self.date()));
        }
        let mut past = self.past;
        let list = match self.stage {
            Stage::Drawn(list) | Stage::HandingOut(list) => Some(list),
            Stage::Frozen(list) | Stage::AwaitingEntropy(list) => {
                past.push(PastDraw { list, end: DrawEnd::LeftUnfinished });
                None
            }
            Stage::Open | Stage::Closed { .. } => None,
            // Refused above.
            Stage::Planned | Stage::Finished { .. } | Stage::NotHeld { .. } => None,
        };
        Ok(Self { past, stage: Stage::Finished { list, by: FinishedBy::Service }, ..self })
    }

    /// Marks a day as not held: one that was not opened, or on which nobody asked before it had to end.
    ///
    /// # Errors
    /// [`DeskDayError::NotNow`].
    pub fn mark_not_held(self, by: CoordinatorId, reason: StatedReason) -> Result<Self, DeskDayError> {
        match self.stage {
            Stage::Planned => Ok(self.at(Stage::NotHeld { by, reason })),
            Stage::Open if self.lots == 0 => Ok(self.at(Stage::NotHeld { by, reason })),
            _ => Err(self.not_now(Step::MarkNotHeld)),
        }
    }

    fn at(self, stage: Stage) -> Self {
        Self { stage, ..self }
    }

    fn not_now(&self, step: Step) -> DeskDayError {
        let stage = match (&self.stage, self.mode) {
            (Stage::Planned, _) => "is not opened",
            (Stage::Open, Mode::Lottery) => "is open in lottery mode",
            (Stage::Open, Mode::Direct) => "is open in direct mode",
            (Stage::Closed { .. }, _) => "is closed and waits for its list to be frozen",
            (Stage::Frozen(_), _) => "has its list frozen",
            (Stage::AwaitingEntropy(_), _) => "waits for the randomness of its draw",
            (Stage::Drawn(_), _) => "is drawn",
            (Stage::HandingOut(_), _) => "is handing out tickets",
            (Stage::Finished { .. }, _) => "is finished",
            (Stage::NotHeld { .. }, _) => "was not held",
        };
        DeskDayError::NotNow { day: self.date(), stage, step }
    }
}
