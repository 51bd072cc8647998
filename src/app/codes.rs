//! Codes that nobody has yet: of a guest, of a ticket, of a lot's slip. One that is taken is drawn again (docs/DECISIONS.md).

use super::{Refusal, random_number};
use crate::domain::code::{SlipCode, TicketCode, UnoCode};
use crate::store::{Read, StoreError};

/// How often another code is drawn when one is taken. A database full enough to need them all is none of ours.
const TRIES: u32 = 20;

/// A UNO code that no guest has.
///
/// # Errors
/// When the database fails, or there is no randomness.
pub(super) fn new_uno(read: &mut Read<'_>) -> Result<UnoCode, Refusal> {
    first_free(random_number, UnoCode::from_random, |code| Ok(read.guest_by_uno(code)?.is_some()))
}

/// A ticket code that no ticket has or had.
///
/// # Errors
/// As [`new_uno`].
pub(super) fn new_ticket(read: &mut Read<'_>) -> Result<TicketCode, Refusal> {
    first_free(random_number, TicketCode::from_random, |code| Ok(read.ticket_by_code(code)?.is_some()))
}

/// A check code that stands on no slip.
///
/// # Errors
/// As [`new_uno`].
pub(super) fn new_slip(read: &mut Read<'_>) -> Result<SlipCode, Refusal> {
    new_slip_of(read, random_number)
}

/// The same, of the numbers that `draw` gives.
fn new_slip_of(read: &mut Read<'_>, draw: impl FnMut() -> Result<u64, Refusal>) -> Result<SlipCode, Refusal> {
    first_free(draw, SlipCode::from_random, |code| read.slip_is_taken(code))
}

fn first_free<C: Copy>(
    mut draw: impl FnMut() -> Result<u64, Refusal>,
    code_of: impl Fn(u64) -> C,
    mut is_taken: impl FnMut(C) -> Result<bool, StoreError>,
) -> Result<C, Refusal> {
    for _ in 0..TRIES {
        let code = code_of(draw()?);
        if !is_taken(code)? {
            return Ok(code);
        }
    }
    Err(Refusal::internal("no code is free"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::audit::Event;
    use crate::domain::calendar::StartNights;
    use crate::domain::desk_day::{DeskDay, Mode, Stage};
    use crate::domain::night::Night;
    use crate::domain::party::{AskedFor, LotNumber, LotStatus};
    use crate::domain::role::Actor;
    use crate::store::{Database, LotEntry, SavedDay, Store};

    /// A database with one lot, whose slip has this code.
    fn with_slip(slip: SlipCode) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Database::Sqlite(folder.path().join("data.sqlite"))).unwrap();
        let at = "2026-11-27T09:00:00Z".parse().unwrap();
        let night = Night::new("2026-11-27".parse().unwrap()).unwrap();
        let start_nights = StartNights::new(crate::domain::night::Nights::one(night)).unwrap();
        let day =
            DeskDay { start_nights, mode: Mode::Lottery, lots: 1, past: Vec::new(), stage: Stage::Open };
        let saved = SavedDay { day, min_nights: 3, opened_at: Some(at) };
        let lot = LotEntry {
            day: night.date(),
            number: LotNumber(1),
            asks: AskedFor::Logged,
            status: LotStatus::Refused,
            slip,
            women_only: false,
            wishes: Vec::new(),
            accepts: Vec::new(),
            from: None,
            verdict: "null".to_owned(),
            referral: None,
            at,
            members: Vec::new(),
        };
        let kept: Result<(), StoreError> = store.write_now(move |tx| {
            tx.add_desk_day(&saved, at)?;
            tx.add_lot(&lot)?;
            tx.record(at, Actor::Operator, &Event::BackupMade)
        });
        kept.unwrap();
        (folder, store)
    }

    #[test]
    fn a_slip_code_that_is_taken_is_drawn_again() {
        let (_folder, store) = with_slip(SlipCode::from_random(7));
        let mut drawn = [7, 7, 8, 9].into_iter();
        let code = store.read(|read| new_slip_of(read, || Ok(drawn.next().unwrap())));
        assert_eq!((code.unwrap(), drawn.next()), (SlipCode::from_random(8), Some(9)));
    }

    #[test]
    fn who_finds_no_free_code_stops_instead_of_drawing_for_ever() {
        let (_folder, store) = with_slip(SlipCode::from_random(7));
        let stopped = store.read(|read| new_slip_of(read, || Ok(7))).unwrap_err();
        assert_eq!(stopped.code, "internal");
    }
}
