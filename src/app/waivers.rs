//! Waivers: a coordinator lifts karens and the week rule for a desk day (domain.md, *Waiver*).

use chrono::NaiveDate;
use uuid::Uuid;

use super::{Ctx, Refusal, guests, random_uuid};
use crate::domain::audit::Event;
use crate::domain::calendar::StartNights;
use crate::domain::code::UnoCode;
use crate::domain::countersigned::StatedReason;
use crate::domain::night::Night;
use crate::domain::role::Power;
use crate::domain::waiver::{Waiver, Whom};
use crate::store::{Read, Tx};

/// A waiver that is to be given.
#[derive(Clone, Debug)]
pub struct Order {
    /// For whom; none: for everyone.
    pub guest: Option<UnoCode>,
    /// For which desk day.
    pub day: NaiveDate,
    /// From which of its start nights on; none: from the first.
    pub from: Option<Night>,
    /// Why.
    pub reason: StatedReason,
}

/// Gives a waiver. Who was refused already on that day asks again.
///
/// # Errors
/// A refusal for anybody but a coordinator; for a date that is no desk day or whose desk day is over; if there is no such
/// guest, or the night is no start night of the day.
pub fn give(tx: &mut Tx<'_>, ctx: &Ctx, order: &Order) -> Result<Uuid, Refusal> {
    ctx.must(Power::Waive)?;
    let by = ctx.coordinator()?;
    let guest = order.guest.map(|uno| guests::by_uno(tx, uno)).transpose()?.map(|guest| guest.id);
    if let Some(saved) = tx.desk_day(order.day)?
        && saved.day.is_over()
    {
        return Err(Refusal::conflict(
            "desk-day-over",
            format!("the desk day {} is over: give the waiver for a day to come", order.day),
        ));
    }
    let nights = start_nights(tx, order.day)?.nights();
    let from = order.from.unwrap_or(nights.first());
    let whom = guest.map_or(Whom::Everyone, Whom::Guest);
    let waiver = Waiver::new(whom, nights, from, order.reason.clone(), by, ctx.now)?;
    let id = random_uuid()?;
    tx.add_waiver(id, &waiver)?;
    ctx.record(
        tx,
        &Event::WaiverMade { waiver: id, guest: guest.map(|guest| guest.0), day: order.day, from },
    )?;
    Ok(id)
}

/// The start nights of a desk day: as it was opened, or as the calendar has them.
///
/// # Errors
/// A refusal if the desk is closed on that date.
pub fn start_nights(read: &mut Read<'_>, day: NaiveDate) -> Result<StartNights, Refusal> {
    match read.desk_day(day)? {
        Some(saved) => Ok(saved.day.start_nights),
        None => Ok(read.calendar()?.start_nights(day)?),
    }
}

/// The waivers of a desk day, first to last, with their keys.
///
/// # Errors
/// A refusal if the desk is closed on that date.
pub fn of_day(read: &mut Read<'_>, day: NaiveDate) -> Result<Vec<(Uuid, Waiver)>, Refusal> {
    let nights = start_nights(read, day)?;
    Ok(read.waivers(nights)?)
}
