//! What stands in an address: days, lots, draws, shelters, guests, tickets, nights, and keys.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::app::tickets::TicketKey;
use crate::app::{Checks, Ctx, Refusal};
use crate::domain::code::UnoCode;
use crate::domain::lottery::manifest::{MAX_DRAWS, MAX_LOTS};
use crate::domain::night::{Night, tonight_at_the_door};
use crate::domain::party::LotNumber;
use crate::domain::shelter::ShelterCode;

/// The date of a desk day in an address.
pub(super) fn day_of(text: &str) -> Result<NaiveDate, Refusal> {
    let mut checks = Checks::default();
    let day: Option<Night> = checks.parse("day", text);
    checks.finish(day.map(Night::date))
}

/// The number of a lot in an address.
pub(super) fn lot_of(text: &str) -> Result<LotNumber, Refusal> {
    number_up_to(MAX_LOTS, text)
        .map(LotNumber)
        .ok_or_else(|| Refusal::field("lot", format!("a lot has a number from 1 to {MAX_LOTS}")))
}

/// The number of a draw of its day in an address.
pub(super) fn draw_of(text: &str) -> Result<u32, Refusal> {
    number_up_to(MAX_DRAWS, text)
        .ok_or_else(|| Refusal::field("draw", format!("a draw has a number from 1 to {MAX_DRAWS}")))
}

fn number_up_to(most: u32, text: &str) -> Option<u32> {
    text.parse().ok().filter(|number| (1..=most).contains(number))
}

/// A shelter in an address.
pub(super) fn shelter_of(text: &str) -> Result<ShelterCode, Refusal> {
    text.parse().map_err(|_| Refusal::not_found("shelter"))
}

/// The UNO code in an address.
pub(super) fn uno_of(text: &str) -> Result<UnoCode, Refusal> {
    let mut checks = Checks::default();
    let uno = checks.parse("uno", text);
    checks.finish(uno)
}

/// A ticket in an address: by its code, or by its key.
pub(super) fn key_of(text: &str) -> Result<TicketKey, Refusal> {
    let mut checks = Checks::default();
    let key = checks.parse("code", text);
    checks.finish(key)
}

/// The key of something in an address.
pub(super) fn id_of(text: &str) -> Result<Uuid, Refusal> {
    Uuid::try_parse(text)
        .map_err(|_| Refusal::field("id", "this is no key: take the one that stands in the list"))
}

/// A night in an address: its date, or `tonight` at the door.
pub(super) enum NightAsked {
    /// That of the door, at the time of the request.
    Tonight,
    /// That of a date.
    Of(Night),
}

impl NightAsked {
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        if text == "tonight" {
            return Ok(Self::Tonight);
        }
        let mut checks = Checks::default();
        let night = checks.parse("night", text);
        checks.finish(night).map(Self::Of)
    }

    /// Which night it is.
    pub(super) fn at(&self, ctx: &Ctx) -> Night {
        match self {
            Self::Tonight => tonight_at_the_door(ctx.now),
            Self::Of(night) => *night,
        }
    }
}
