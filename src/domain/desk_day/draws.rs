//! The draws of a desk day: lists frozen, the randomness stored for them, and those set aside (draw.md, sections 3, 4 and 8).

use super::{
    DeskDay, DeskDayError, Die, DrawEnd, EntropySource, Fault, FrozenList, PastDraw, Stage, Step, Stored,
};
use crate::domain::countersigned::{Countersigned, StatedReason};
use crate::domain::lottery::hash::Hash32;
use crate::domain::lottery::manifest::MAX_DRAWS;

impl DeskDay {
    /// The number and the `previous` of the next draw, as the manifest to be frozen must name them.
    ///
    /// # Errors
    /// [`DeskDayError::NoDrawLeft`] after the 99th.
    pub fn next_draw(&self) -> Result<(u32, Option<Hash32>), DeskDayError> {
        let used = u32::try_from(self.past.len()).unwrap_or(u32::MAX);
        if used >= MAX_DRAWS {
            return Err(DeskDayError::NoDrawLeft);
        }
        Ok((used + 1, self.past.last().map(|past| past.list.commitment)))
    }

    /// Freezes the list: from now on the manifest behind `commitment` cannot change. `lots_in` is how many of its lots are
    /// `in`.
    ///
    /// # Errors
    /// [`DeskDayError::WrongNumberOfDice`], [`DeskDayError::NoDrawLeft`]; [`DeskDayError::NotNow`].
    pub fn freeze(
        self,
        commitment: Hash32,
        source: EntropySource,
        lots_in: u32,
    ) -> Result<Self, DeskDayError> {
        let last_lot = self.may_freeze(&source)?;
        let (draw, previous) = self.next_draw()?;
        let stored = Stored::Nothing;
        Ok(self.at(Stage::Frozen(FrozenList {
            draw,
            previous,
            commitment,
            source,
            last_lot,
            lots_in,
            stored,
        })))
    }

    /// The service has placed the frozen lots in the order of their numbers and `left_over` of them got no place. If none,
    /// that is the result and no entropy is ever taken (draw.md, section 4, *Everyone fits*).
    ///
    /// # Errors
    /// [`DeskDayError::NotNow`].
    pub fn place_by_number(self, left_over: usize) -> Result<Self, DeskDayError> {
        let not_now = self.not_now(Step::PlaceByNumber);
        match self.stage {
            Stage::Frozen(list) if left_over == 0 => Ok(Self { stage: Stage::Drawn(list), ..self }),
            Stage::Frozen(list) => Ok(Self { stage: Stage::AwaitingEntropy(list), ..self }),
            _ => Err(not_now),
        }
    }

    /// Stores one digit thrown in the hall, the one at `place` counted from 1. With the last one the day is drawn.
    ///
    /// # Errors
    /// [`DeskDayError::NotTheNextDigit`], [`DeskDayError::EntropyComplete`], [`DeskDayError::ServiceDraws`];
    /// [`DeskDayError::NotNow`].
    pub fn type_digit(self, place: u32, die: Die) -> Result<Self, DeskDayError> {
        self.refuse_more_entropy()?;
        let not_now = self.not_now(Step::TypeDigit);
        match self.stage {
            Stage::AwaitingEntropy(list) => {
                let list = list.with_digit(place, die)?;
                let complete = list.entropy().is_some();
                let stage = if complete { Stage::Drawn(list) } else { Stage::AwaitingEntropy(list) };
                Ok(Self { stage, ..self })
            }
            _ => Err(not_now),
        }
    }

    /// Stores the 32 bytes of the operating system, for a list that names the service as its source.
    ///
    /// # Errors
    /// [`DeskDayError::DiceDraw`], [`DeskDayError::EntropyComplete`]; [`DeskDayError::NotNow`].
    pub fn store_service_bytes(self, bytes: Hash32) -> Result<Self, DeskDayError> {
        self.refuse_more_entropy()?;
        let not_now = self.not_now(Step::StoreServiceBytes);
        match self.stage {
            Stage::AwaitingEntropy(list) => {
                Ok(Self { stage: Stage::Drawn(list.with_service_bytes(bytes)?), ..self })
            }
            _ => Err(not_now),
        }
    }

    /// Abandons a draw whose entropy cannot be completed. It keeps its number and its digits, and the day may be frozen anew.
    ///
    /// # Errors
    /// [`DeskDayError::NotNow`].
    pub fn abandon(self, reason: StatedReason, signed: Countersigned) -> Result<Self, DeskDayError> {
        let Stage::AwaitingEntropy(list) = &self.stage else {
            return Err(self.not_now(Step::Abandon));
        };
        let list = list.clone();
        Ok(self.set_aside(list, DrawEnd::Abandoned { reason, signed }))
    }

    /// Sets a drawn list aside for a fault, before its first ticket is handed out, so that the day is frozen and drawn anew.
    ///
    /// # Errors
    /// [`DeskDayError::RedrawUsed`], [`DeskDayError::NoDigitsTyped`]; [`DeskDayError::NotNow`].
    pub fn redraw(self, fault: Fault, signed: Countersigned) -> Result<Self, DeskDayError> {
        let Stage::Drawn(list) = &self.stage else {
            return Err(self.not_now(Step::Redraw));
        };
        if self.past.iter().any(|past| matches!(past.end, DrawEnd::Redrawn { .. })) {
            return Err(DeskDayError::RedrawUsed);
        }
        if matches!((&fault, &list.stored), (Fault::InDigits(_), Stored::Nothing | Stored::Service(_))) {
            return Err(DeskDayError::NoDigitsTyped);
        }
        let list = list.clone();
        Ok(self.set_aside(list, DrawEnd::Redrawn { fault, signed }))
    }

    /// Whether the manifest and the salt of a draw may be given to anybody, by any route: only once its entropy or the result
    /// that needs none is stored, or it was abandoned, so that who types the dice cannot try out what they would do (draw.md,
    /// section 3).
    #[must_use]
    pub fn may_show_manifest(&self, draw: u32) -> bool {
        if self.past.iter().any(|past| past.list.draw == draw) {
            return true;
        }
        self.list_with_result().is_some_and(|list| list.draw == draw)
    }

    /// The list does not stand: the day waits for another, with the same lots.
    fn set_aside(mut self, list: FrozenList, end: DrawEnd) -> Self {
        let last_lot = list.last_lot;
        self.past.push(PastDraw { list, end });
        self.at(Stage::Closed { last_lot })
    }

    fn refuse_more_entropy(&self) -> Result<(), DeskDayError> {
        let complete = !matches!(self.stage, Stage::AwaitingEntropy(_))
            && self.list().is_some_and(|list| list.entropy().is_some());
        if complete { Err(DeskDayError::EntropyComplete) } else { Ok(()) }
    }
}
