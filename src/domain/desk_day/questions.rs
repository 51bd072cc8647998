//! What the other rooms ask of where a desk day stands. Each names every stage, so that a new one is answered for here.

use chrono::NaiveDate;

use super::{DeskDay, DeskDayError, EntropySource, FrozenList, Mode, Stage, Step};
use crate::domain::countersigned::CountersignedStep;
use crate::domain::night::Night;

impl DeskDay {
    /// Whether it is finished, or was not held: nothing more can be asked of it.
    #[must_use]
    pub fn is_over(&self) -> bool {
        match self.stage {
            Stage::Finished { .. } | Stage::NotHeld { .. } => true,
            Stage::Planned
            | Stage::Open
            | Stage::Closed { .. }
            | Stage::Frozen(_)
            | Stage::AwaitingEntropy(_)
            | Stage::Drawn(_)
            | Stage::HandingOut(_) => false,
        }
    }

    /// Whether what comes free is offered to who waits.
    #[must_use]
    pub fn offers(&self) -> bool {
        match self.stage {
            Stage::Open => self.mode == Mode::Direct,
            Stage::Drawn(_) | Stage::HandingOut(_) => true,
            Stage::Planned
            | Stage::Closed { .. }
            | Stage::Frozen(_)
            | Stage::AwaitingEntropy(_)
            | Stage::Finished { .. }
            | Stage::NotHeld { .. } => false,
        }
    }

    /// Whether its lots stand in no list yet, or in none that stands: what they accept may still change.
    #[must_use]
    pub fn lots_may_change(&self) -> bool {
        match self.stage {
            Stage::Open | Stage::Closed { .. } => true,
            Stage::Planned
            | Stage::Frozen(_)
            | Stage::AwaitingEntropy(_)
            | Stage::Drawn(_)
            | Stage::HandingOut(_)
            | Stage::Finished { .. }
            | Stage::NotHeld { .. } => false,
        }
    }

    /// Whether a manifest counts on places that nobody holds yet: its list is frozen and not drawn.
    #[must_use]
    pub fn counts_on_places(&self) -> bool {
        match self.stage {
            Stage::Frozen(_) | Stage::AwaitingEntropy(_) => true,
            Stage::Planned
            | Stage::Open
            | Stage::Closed { .. }
            | Stage::Drawn(_)
            | Stage::HandingOut(_)
            | Stage::Finished { .. }
            | Stage::NotHeld { .. } => false,
        }
    }

    /// The list that stands, or is about to.
    #[must_use]
    pub fn list(&self) -> Option<&FrozenList> {
        match &self.stage {
            Stage::Frozen(list)
            | Stage::AwaitingEntropy(list)
            | Stage::Drawn(list)
            | Stage::HandingOut(list) => Some(list),
            Stage::Finished { list, .. } => list.as_ref(),
            Stage::Planned | Stage::Open | Stage::Closed { .. } | Stage::NotHeld { .. } => None,
        }
    }

    /// The list whose randomness is complete, or that needs none: what follows from it cannot be changed any more.
    #[must_use]
    pub fn list_with_result(&self) -> Option<&FrozenList> {
        match self.stage {
            Stage::Drawn(_) | Stage::HandingOut(_) | Stage::Finished { .. } => self.list(),
            Stage::Planned
            | Stage::Open
            | Stage::Closed { .. }
            | Stage::Frozen(_)
            | Stage::AwaitingEntropy(_)
            | Stage::NotHeld { .. } => None,
        }
    }

    /// The list that is drawn and of which no ticket is handed out: the only stage at which its result may still be missing.
    #[must_use]
    pub fn just_drawn(&self) -> Option<&FrozenList> {
        match &self.stage {
            Stage::Drawn(list) => Some(list),
            Stage::Planned
            | Stage::Open
            | Stage::Closed { .. }
            | Stage::Frozen(_)
            | Stage::AwaitingEntropy(_)
            | Stage::HandingOut(_)
            | Stage::Finished { .. }
            | Stage::NotHeld { .. } => None,
        }
    }

    /// Whether a list may be frozen now with this source: the number of the last lot in it.
    ///
    /// # Errors
    /// [`DeskDayError::WrongNumberOfDice`]; [`DeskDayError::NotNow`].
    pub fn may_freeze(&self, source: &EntropySource) -> Result<u32, DeskDayError> {
        let Stage::Closed { last_lot } = self.stage else {
            return Err(self.not_now(Step::Freeze));
        };
        source.check()?;
        Ok(last_lot)
    }

    /// The list whose lots may be placed by their numbers now.
    ///
    /// # Errors
    /// [`DeskDayError::NotNow`].
    pub fn may_place_by_number(&self) -> Result<&FrozenList, DeskDayError> {
        match &self.stage {
            Stage::Frozen(list) => Ok(list),
            _ => Err(self.not_now(Step::PlaceByNumber)),
        }
    }

    /// Whether another coordinator may sign for a step beforehand. Nobody signs for what is not there: a list that awaits its
    /// digits, one that is drawn, a lot of the day (`lot_is_there`). Else a signature were a blank cheque.
    #[must_use]
    pub fn may_be_signed(&self, step: CountersignedStep, lot_is_there: bool) -> bool {
        match (step, &self.stage) {
            (CountersignedStep::Abandon(draw), Stage::AwaitingEntropy(list))
            | (CountersignedStep::Redraw(draw, _), Stage::Drawn(list)) => list.draw == draw,
            (CountersignedStep::Abandon(_) | CountersignedStep::Redraw(..), _) => false,
            (CountersignedStep::Reinstate(_), _) => lot_is_there,
        }
    }
}

/// The desk day that may still give tickets for a night, if there is one: the one that runs, unless the night came before it,
/// or the one of the night's own date, if it can still be opened. Until there is none the night is not closed at a door, since
/// who is expected is settled by that for good (domain.md, *Sums that must hold*).
#[must_use]
pub fn still_gives(night: Night, running: Option<NaiveDate>, own_may_open: bool) -> Option<NaiveDate> {
    let own = own_may_open.then(|| night.date());
    running.filter(|&day| day <= night.date()).or(own)
}
