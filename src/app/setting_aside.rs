//! Lists that do not stand: a draw is abandoned, or set aside for a fault and drawn anew (draw.md, section 8).

use chrono::NaiveDate;
use uuid::Uuid;

use super::countersigning::signed;
use super::drawing::conclude;
use super::{Ctx, Refusal, bans, facts, tickets};
use crate::domain::audit::Event;
use crate::domain::countersigned::{CountersignedStep, StatedReason};
use crate::domain::desk_day::{DeskDay, DrawEnd, Fault, FrozenList};
use crate::domain::hand_out::{Rank, WaitEnd};
use crate::domain::party::LotNumber;
use crate::domain::role::Power;
use crate::domain::ticket::EndCause;
use crate::store::{SavedDay, Tx};

/// Abandons a draw whose randomness cannot be completed.
///
/// # Errors
/// A refusal unless its digits are awaited, and another coordinator signed.
pub fn abandon(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (date, draw): (NaiveDate, u32),
    reason: StatedReason,
    signature: Uuid,
) -> Result<(), Refusal> {
    ctx.must(Power::SetDrawsAside)?;
    let saved = facts::desk_day(tx, date)?;
    must_be_current(&saved.day, draw)?;
    let signed = signed(tx, ctx, date, CountersignedStep::Abandon(draw), signature)?;
    let day = saved.day.abandon(reason, signed)?;
    set_aside(tx, ctx, &day)
}

/// Sets a drawn list aside for a fault, so that the day is frozen and drawn anew. What it gave is taken back as if it had never
/// been: no ticket of it was handed out.
///
/// # Errors
/// A refusal after the first ticket, a second time, or without another coordinator's signature.
pub fn redraw(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (date, draw): (NaiveDate, u32),
    fault: Fault,
    signature: Uuid,
) -> Result<(), Refusal> {
    ctx.must(Power::SetDrawsAside)?;
    conclude(tx, ctx, date)?;
    let saved = facts::desk_day(tx, date)?;
    must_be_current(&saved.day, draw)?;
    let signed = signed(tx, ctx, date, CountersignedStep::Redraw(draw, fault.lies_in()), signature)?;
    let saved = SavedDay { day: saved.day.redraw(fault, signed)?, ..saved };
    // A ban had put them at the head of the list that goes, instead of what they had been offered.
    let heads =
        tx.queue(date)?.into_iter().filter(|entry| entry.waits() && matches!(entry.rank, Rank::Head(_)));
    let mut taken_back: Vec<LotNumber> = heads.map(|entry| entry.lot).collect();
    for ticket in tx.tickets_of_day(date)? {
        if ticket.waits() {
            taken_back.push(ticket.lot);
            let first = ticket.issued.first();
            let ended = ticket.end(EndCause::Revoked, first)?;
            tickets::keep_end(tx, ctx, &ended, "redraw", first)?;
        }
    }
    tx.clear_reserve_list(date)?;
    // Who stands in no list, but was offered what it left, waits again.
    for entry in tx.queue(date)? {
        if entry.ended == Some(WaitEnd::Placed) && taken_back.contains(&entry.lot) {
            tx.wait_again(date, entry.rank)?;
        }
    }
    bans::of_who_waits_again(tx, ctx, &saved)?;
    set_aside(tx, ctx, &saved.day)
}

fn must_be_current(day: &DeskDay, draw: u32) -> Result<(), Refusal> {
    match day.list() {
        Some(list) if list.draw == draw => Ok(()),
        _ => Err(Refusal::conflict(
            "not-the-current-draw",
            format!("draw {draw} of {} is not the one that stands: look at the day again", day.date()),
        )),
    }
}

/// Keeps the end of the list that was just set aside.
fn set_aside(tx: &mut Tx<'_>, ctx: &Ctx, day: &DeskDay) -> Result<(), Refusal> {
    let past = day.past.last().ok_or_else(|| Refusal::internal("nothing was set aside"))?;
    keep_end(tx, ctx, day.date(), &past.list, &past.end)?;
    Ok(tx.save_desk_day(day, ctx.now)?)
}

/// Keeps why a list does not stand, and says so in the audit log.
pub(super) fn keep_end(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    date: NaiveDate,
    list: &FrozenList,
    end: &DrawEnd,
) -> Result<(), Refusal> {
    tx.add_draw_end(date, list.draw, end, ctx.now)?;
    let (why, reason, signed) = end.written();
    let event = Event::ListSetAside {
        day: date,
        draw: list.draw,
        why: why.to_owned(),
        reason: reason.map(ToString::to_string),
        countersigned_by: signed.map(|signed| signed.countersigned_by().0),
    };
    ctx.record(tx, &event)
}
