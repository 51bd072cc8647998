//! What changes seldom and nearly every step asks for: the shelters, the decisions about places, the days decided by hand. Read
//! once, it is known for as long as nobody can have changed it.
//!
//! A reader knows it for the moment it looks at. The writer knows it from one transaction to the next, as long as the head of the
//! audit log is where it left it: no change of these tables is kept without an entry there (see `change`). A step that changes
//! one of them itself is told nothing from here.

use super::FactEntry;
use crate::domain::calendar::Calendar;
use crate::domain::shelter::Shelter;

/// It, as far as it was read.
#[derive(Default)]
pub(super) struct House {
    known: Known,
    /// Whether the step under way has changed it: until that step is over, nothing is known.
    changing: bool,
}

/// A part of it for each of [`super::guard::HOUSE`].
#[derive(Default)]
struct Known {
    shelters: Option<Vec<Shelter>>,
    facts: Option<Vec<FactEntry>>,
    calendar: Option<Calendar>,
}

impl House {
    /// The step under way changes it.
    pub(super) fn is_changed(&mut self) {
        *self = Self { known: Known::default(), changing: true };
    }

    /// Nothing is known any more, and no step is under way.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    fn part<T: Clone, E>(
        &mut self,
        part: impl Fn(&mut Known) -> &mut Option<T>,
        read: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        if self.changing {
            return read();
        }
        if let Some(known) = part(&mut self.known) {
            return Ok(known.clone());
        }
        let found = read()?;
        *part(&mut self.known) = Some(found.clone());
        Ok(found)
    }

    /// Every shelter, by code.
    pub(super) fn shelters<E>(
        &mut self,
        read: impl FnOnce() -> Result<Vec<Shelter>, E>,
    ) -> Result<Vec<Shelter>, E> {
        self.part(|known| &mut known.shelters, read)
    }

    /// Every decision about places that stands.
    pub(super) fn facts<E>(
        &mut self,
        read: impl FnOnce() -> Result<Vec<FactEntry>, E>,
    ) -> Result<Vec<FactEntry>, E> {
        self.part(|known| &mut known.facts, read)
    }

    /// The calendar, with the days decided by hand.
    pub(super) fn calendar<E>(&mut self, read: impl FnOnce() -> Result<Calendar, E>) -> Result<Calendar, E> {
        self.part(|known| &mut known.calendar, read)
    }
}
