//! The desk day from its opening to its close, and how it ends (domain.md, *Desk days and start nights*, *Modes of a desk
//! day*, *Finishing*).

use chrono::NaiveDate;

use super::{Ctx, Refusal, facts};
use crate::domain::audit::Event;
use crate::domain::calendar::ByHand;
use crate::domain::countersigned::StatedReason;
use crate::domain::desk_day::{DeskDay, Mode, Opening};
use crate::domain::night::{LONGEST_TICKET, Night, wall_clock};
use crate::domain::role::Power;
use crate::domain::word::Word;
use crate::store::{Read, SavedDay, Tx};

/// How a desk day is to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HowToOpen {
    /// Its mode.
    pub mode: Mode,
    /// Its shortest ticket, in nights; none for the partnership's.
    pub min_nights: Option<u32>,
    /// Whether more start nights than usual were confirmed.
    pub many_nights_confirmed: bool,
}

/// Opens today's desk day. One left unfinished on an earlier date is finished first, as the service does at 06.00.
///
/// # Errors
/// A refusal if today is no desk day, or the day was opened already; for another shortest ticket than the partnership's from
/// anybody but a coordinator, or one that is longer than any ticket.
pub fn open(tx: &mut Tx<'_>, ctx: &Ctx, date: NaiveDate, how: HowToOpen) -> Result<(), Refusal> {
    ctx.must(Power::HoldDeskDays)?;
    let min_nights = shortest_ticket(tx, ctx, how.min_nights)?;
    super::finishing::finish_what_was_left(tx, ctx)?;
    let planned = match tx.desk_day(date)? {
        Some(saved) => saved.day,
        None => DeskDay::planned(tx.calendar()?.start_nights(date)?),
    };
    let unfinished = earlier_unfinished(tx, date)?;
    let opening = Opening { at: ctx.now, unfinished, many_nights_confirmed: how.many_nights_confirmed };
    no_door_is_closed(tx, planned.start_nights.nights().first())?;
    let day = planned.open(opening)?.choose_mode(how.mode)?;
    let saved = SavedDay { day, min_nights, opened_at: Some(ctx.now) };
    tx.add_desk_day(&saved, ctx.now)?;
    ctx.record(
        tx,
        &Event::DeskDayOpened {
            day: date,
            last_start_night: saved.day.start_nights.nights().last(),
            mode: how.mode.word().to_owned(),
            min_nights,
        },
    )
}

/// The day's shortest ticket. One longer than every shelter's full ticket would keep everybody on the reserve list.
fn shortest_ticket(read: &mut Read<'_>, ctx: &Ctx, asked: Option<u32>) -> Result<u32, Refusal> {
    let Some(nights) = asked else { return Ok(ctx.policy.min_nights) };
    ctx.coordinator().map_err(|_| {
        Refusal::forbidden(
            "only a coordinator opens a day with another shortest ticket: leave min_nights out",
        )
    })?;
    let full = facts::shelters_in_the_draw(read)?.into_iter().map(|shelter| shelter.terms.full_nights);
    let longest = full.max().unwrap_or(LONGEST_TICKET);
    if nights > longest {
        let text = format!(
            "no shelter gives a ticket for more than {longest} nights: the shortest is for 1 to {longest}"
        );
        return Err(Refusal::field("min_nights", text));
    }
    Ok(nights)
}

/// Stops a day that was put into the calendar when its own night was closed already: nobody can be sent there any more.
fn no_door_is_closed(tx: &mut Tx<'_>, night: Night) -> Result<(), Refusal> {
    for shelter in facts::shelters_in_the_draw(tx)? {
        if tx.is_closed(shelter.code, night)? {
            let text = format!(
                "the night of {night} is closed at {} already, so that no ticket can be given for it: mark the day as not held",
                shelter.name
            );
            return Err(Refusal::conflict("night-closed-already", text));
        }
    }
    Ok(())
}

/// An earlier desk day that is neither finished nor marked as not held: one that runs, or one of the calendar that nobody
/// opened. Days before the first that was ever opened do not count.
fn earlier_unfinished(tx: &mut Tx<'_>, date: NaiveDate) -> Result<Option<NaiveDate>, Refusal> {
    if let Some(running) = tx.running_desk_day()? {
        return Ok(Some(running.day.date()).filter(|&running| running != date));
    }
    let Some(mut last) = tx.last_opened_day()? else { return Ok(None) };
    let calendar = tx.calendar()?;
    while let Some(next) = calendar.next_desk_day(last).filter(|&next| next < date) {
        if tx.desk_day(next)?.is_none() {
            return Ok(Some(next));
        }
        last = next;
    }
    Ok(None)
}

/// Chooses the mode, before the first lot.
///
/// # Errors
/// A refusal after it.
pub fn choose_mode(tx: &mut Tx<'_>, ctx: &Ctx, date: NaiveDate, mode: Mode) -> Result<(), Refusal> {
    ctx.must(Power::HoldDeskDays)?;
    let saved = facts::desk_day(tx, date)?;
    let day = saved.day.choose_mode(mode)?;
    tx.save_desk_day(&day, ctx.now)?;
    ctx.record(tx, &Event::ModeChosen { day: date, mode: mode.word().to_owned() })
}

/// Ends the registering: who asks from now on is a late-comer.
///
/// # Errors
/// A refusal unless the day is open in lottery mode.
pub fn close(tx: &mut Tx<'_>, ctx: &Ctx, date: NaiveDate) -> Result<(), Refusal> {
    ctx.must(Power::HoldDeskDays)?;
    let saved = facts::desk_day(tx, date)?;
    let day = saved.day.close()?;
    tx.save_desk_day(&day, ctx.now)?;
    ctx.record(tx, &Event::DeskDayClosed { day: date, last_lot: day.lots })
}

/// Marks a desk day as not held: one not opened, or opened and nobody asked.
///
/// # Errors
/// A refusal for anybody but a coordinator, for a date that is no desk day or still to come, or a day with lots.
pub fn mark_not_held(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    date: NaiveDate,
    reason: StatedReason,
) -> Result<(), Refusal> {
    ctx.must(Power::CancelDeskDays)?;
    let by = ctx.coordinator()?;
    if date > wall_clock(ctx.now).date() {
        return Err(Refusal::conflict(
            "day-to-come",
            format!("{date} is still to come: close the day in the calendar instead"),
        ));
    }
    match tx.desk_day(date)? {
        Some(saved) => tx.save_desk_day(&saved.day.mark_not_held(by, reason)?, ctx.now)?,
        None => {
            let planned = DeskDay::planned(tx.calendar()?.start_nights(date)?);
            let day = planned.mark_not_held(by, reason)?;
            let saved = SavedDay { day, min_nights: ctx.policy.min_nights, opened_at: None };
            tx.add_desk_day(&saved, ctx.now)?;
        }
    }
    ctx.record(tx, &Event::DeskDayNotHeld { day: date })
}

/// Opens or closes a day of the calendar by hand.
///
/// # Errors
/// A refusal for anybody but a coordinator, or when the start nights it changes are settled.
pub fn set_calendar_day(tx: &mut Tx<'_>, ctx: &Ctx, date: NaiveDate, day: ByHand) -> Result<(), Refusal> {
    ctx.must(Power::SetCalendar)?;
    let by = ctx.coordinator()?;
    let mut calendar = tx.calendar()?;
    let last_opened = tx.last_opened_day()?;
    calendar.set_by_hand(date, day.clone(), last_opened)?;
    tx.save_calendar_day(date, &day, by, ctx.now)?;
    ctx.record(tx, &Event::CalendarSet { date, desk: day.desk.word().to_owned() })
}
