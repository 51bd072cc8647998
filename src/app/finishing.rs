//! Finishing the desk day, by the desk or, left unfinished, by the service (domain.md, *Finishing*).

use chrono::NaiveDate;

use super::drawing::conclude;
use super::lot_steps::has_ticket;
use super::queue::{self, end_waiting, wait_of};
use super::setting_aside::keep_end;
use super::{Ctx, Refusal, facts};
use crate::domain::audit::Event;
use crate::domain::desk_day::{DeskDay, FinishedBy, Mode, Stage};
use crate::domain::hand_out::{Rank, WaitEnd, may_finish};
use crate::domain::party::{LotNumber, LotStatus};
use crate::domain::role::{Actor, Power};
use crate::domain::word::Word;
use crate::store::Tx;

/// Finishes the desk day: who still waits is turned away. Refused while a ticket waits to be collected, or a place fits
/// somebody who waits.
///
/// # Errors
/// A refusal that says what to do first.
pub fn finish(tx: &mut Tx<'_>, ctx: &Ctx, date: NaiveDate) -> Result<(), Refusal> {
    ctx.must(Power::HoldDeskDays)?;
    conclude(tx, ctx, date)?;
    let saved = facts::desk_day(tx, date)?;
    let free = facts::free_places(tx, &saved)?;
    let verdict = may_finish(&tx.tickets_of_day(date)?, &queue::of_day(tx, date)?, &free);
    let day = saved.day.finish(verdict)?;
    let turned_away = turn_away(tx, ctx, date)?;
    tx.save_desk_day(&day, ctx.now)?;
    ctx.record(tx, &Event::DeskDayFinished { day: date, by: FinishedBy::Desk.word().to_owned(), turned_away })
}

/// Turns everybody away who waits: how many parties.
fn turn_away(tx: &mut Tx<'_>, ctx: &Ctx, date: NaiveDate) -> Result<u32, Refusal> {
    let waiting: Vec<_> = tx.queue(date)?.into_iter().filter(|entry| entry.waits()).collect();
    for entry in &waiting {
        end_waiting(tx, ctx, entry, WaitEnd::TurnedAway)?;
    }
    Ok(u32::try_from(waiting.len()).unwrap_or(u32::MAX))
}

/// Finishes a desk day that was left unfinished, from 06.00 of the next date on: tickets not collected lapse, who waits is
/// turned away. Nothing if there is none. The date it finished, if any.
///
/// # Errors
/// When the database fails.
pub fn finish_what_was_left(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Option<NaiveDate>, Refusal> {
    let Some(saved) = tx.running_desk_day()? else { return Ok(None) };
    let date = saved.day.date();
    if saved.day.clone().finish_left_unfinished(ctx.now).is_err() {
        return Ok(None);
    }
    let ctx = &Ctx { actor: Actor::Service, ..ctx.clone() };
    // A draw whose randomness is kept has a result.
    conclude(tx, ctx, date)?;
    let before = saved.day.past.len();
    let day = saved.day.finish_left_unfinished(ctx.now)?;
    for past in day.past.iter().skip(before) {
        keep_end(tx, ctx, date, &past.list, &past.end)?;
    }
    for ticket in tx.tickets_of_day(date)? {
        if ticket.waits() {
            let lapsed = ticket.lapse_uncollected()?;
            tx.save_ticket(&lapsed)?;
            ctx.record(tx, &Event::TicketLapsed { ticket: lapsed.id.0 })?;
        }
    }
    if was_never_drawn(&day) {
        line_up_those_who_asked(tx, ctx, date)?;
    }
    let turned_away = turn_away(tx, ctx, date)?;
    tx.save_desk_day(&day, ctx.now)?;
    ctx.record(
        tx,
        &Event::DeskDayFinished { day: date, by: FinishedBy::Service.word().to_owned(), turned_away },
    )?;
    Ok(Some(date))
}

/// Whether the day came to no result: with one, or in direct mode, whoever asked has got a place or has waited for one.
fn was_never_drawn(day: &DeskDay) -> bool {
    day.mode == Mode::Lottery && matches!(day.stage, Stage::Finished { list: None, .. })
}

/// Lots that asked on a day that came to no result wait in the order of their numbers, so that they are turned away like
/// everybody who waits; but not who was refused since.
fn line_up_those_who_asked(tx: &mut Tx<'_>, ctx: &Ctx, date: NaiveDate) -> Result<(), Refusal> {
    let lined_up: Vec<LotNumber> = tx
        .queue(date)?
        .iter()
        .filter(|entry| entry.ended != Some(WaitEnd::Placed))
        .map(|entry| entry.lot)
        .collect();
    for lot in tx.all_lots(date)? {
        let asks = lot.status == LotStatus::In && !lined_up.contains(&lot.number);
        let members = lot.positions_not_refused();
        if asks && !members.is_empty() && !has_ticket(tx, date, lot.number)? {
            wait_of(tx, ctx, &lot, (Rank::Reserve(lot.number.0), members))?;
        }
    }
    Ok(())
}
