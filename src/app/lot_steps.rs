//! A party takes its question back; a lot withdrawn or refused by mistake is reinstated, with two coordinators behind it (draw.md,
//! sections 3 and 8).

use chrono::NaiveDate;
use uuid::Uuid;

use super::countersigning::signed;
use super::people::{Person, Said, Shown};
use super::queue::{end_waiting, wait};
use super::registering::{Ask, dry_run};
use super::{Ctx, Refusal, facts};
use crate::domain::audit::Event;
use crate::domain::countersigned::CountersignedStep;
use crate::domain::desk_day::Reinstatement;
use crate::domain::guest::{DocumentShown, Referral};
use crate::domain::hand_out::WaitEnd;
use crate::domain::party::{LotNumber, LotStatus};
use crate::domain::role::Power;
use crate::store::{LotEntry, Read, Tx, WaitingEntry};

/// A party takes its question back. One that is in a frozen list is drawn as if it stayed; its place then goes to the reserve
/// list (draw.md, section 3).
///
/// # Errors
/// A refusal unless it is in and has no ticket.
pub fn withdraw(tx: &mut Tx<'_>, ctx: &Ctx, date: NaiveDate, number: LotNumber) -> Result<(), Refusal> {
    ctx.must(Power::Register)?;
    let saved = facts::desk_day(tx, date)?;
    let ended = saved.day.is_over();
    let mut lot = tx.lot(date, number)?.ok_or_else(|| Refusal::not_found("lot"))?;
    let waiting: Vec<WaitingEntry> =
        tx.queue(date)?.into_iter().filter(|entry| entry.lot == number && entry.waits()).collect();
    if ended || (lot.status != LotStatus::In && waiting.is_empty()) {
        return Err(Refusal::conflict(
            "lot-not-in",
            format!("lot {number} does not ask any more: there is nothing to withdraw"),
        ));
    }
    if waiting.is_empty() && has_ticket(tx, date, number)? {
        return Err(Refusal::conflict(
            "lot-has-ticket",
            format!("lot {number} has a ticket: let it be declined, or given back"),
        ));
    }
    for entry in &waiting {
        end_waiting(tx, ctx, entry, WaitEnd::Withdrawn)?;
    }
    lot.status = LotStatus::Withdrawn;
    tx.save_lot(&lot)?;
    ctx.record(tx, &Event::LotWithdrawn { day: date, lot: number })
}

/// Whether a lot has a ticket that counts: one that waits, was handed out, declined or lapsed.
pub(super) fn has_ticket(read: &mut Read<'_>, date: NaiveDate, lot: LotNumber) -> Result<bool, Refusal> {
    let tickets = read.tickets_of_lot(date, lot)?;
    Ok(tickets.iter().any(|(_, ticket)| !ticket.was_taken_back()))
}

/// A lot refused or withdrawn by mistake before the close waits again, after the reserve list. The rules are asked anew: what
/// still stands in its way is not overruled. `shown` corrects what a member showed, by position from 1.
///
/// # Errors
/// A refusal without another coordinator's signature, or if the rules still say no.
pub fn reinstate(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (date, number): (NaiveDate, LotNumber),
    shown: &[(u32, DocumentShown)],
    signature: Uuid,
) -> Result<(), Refusal> {
    ctx.must(Power::Reinstate)?;
    let saved = facts::desk_day(tx, date)?;
    let mut lot = tx.lot(date, number)?.ok_or_else(|| Refusal::not_found("lot"))?;
    for (position, now_shown) in shown {
        let member = lot.member_mut(*position);
        let member = member.ok_or_else(|| Refusal::field("shown", "there is no such member"))?;
        member.shown = *now_shown;
    }
    let signed = signed(tx, ctx, date, CountersignedStep::Reinstate(number), signature)?;
    let wanted =
        Reinstatement { lot: number, status: status_now(tx, &lot)?, member_in: member_in(tx, &lot)?, signed };
    let rank = saved.day.reinstate(&wanted)?;
    let ask = ask_again(tx, &lot)?;
    let verdict = dry_run(tx, ctx, &saved.day, &ask)?.verdict;
    let Some(from) = verdict.from.filter(|_| verdict.status() == LotStatus::In) else {
        return Err(Refusal::conflict(
            "still-refused",
            format!(
                "the rules still refuse lot {number}: lift what stands in its way first, where that may be lifted"
            ),
        ));
    };
    tx.reinstate_members(&lot)?;
    lot.accepts = verdict.accepts;
    lot.from = Some(from);
    wait(tx, ctx, &lot, rank)?;
    let countersigned_by = wanted.signed.countersigned_by().0;
    ctx.record(tx, &Event::LotReinstated { day: date, lot: number, countersigned_by })
}

/// Where a lot stands, one that waits again counting as `in`.
fn status_now(read: &mut Read<'_>, lot: &LotEntry) -> Result<LotStatus, Refusal> {
    let waits = read.queue(lot.day)?.iter().any(|entry| entry.lot == lot.number && entry.waits());
    Ok(if waits { LotStatus::In } else { lot.status })
}

/// Another lot of the day that is in and has one of its members.
fn member_in(read: &mut Read<'_>, lot: &LotEntry) -> Result<Option<LotNumber>, Refusal> {
    for guest in lot.members.iter().filter_map(|member| member.guest) {
        let lots = read.lots_of_guest(guest, lot.day)?;
        let other = lots.iter().find(|(of, status)| *of != lot.number && *status == LotStatus::In);
        if let Some((other, _)) = other {
            return Ok(Some(*other));
        }
    }
    Ok(None)
}

/// What a lot asked, to be judged again.
fn ask_again(read: &mut Read<'_>, lot: &LotEntry) -> Result<Ask, Refusal> {
    let mut members = Vec::new();
    for member in &lot.members {
        let guest = match member.guest {
            Some(guest) => read.guest(guest)?,
            None => None,
        };
        let guest = guest.ok_or_else(|| {
            Refusal::conflict(
                "nobody-to-reinstate",
                format!(
                    "lot {} is of a person who is not known: register the person with a document",
                    lot.number
                ),
            )
        })?;
        members.push(Person { shown: Shown::Uno(guest.uno, member.shown), said: Said::default() });
    }
    let wishes = lot.wishes.clone();
    let referral = Referral::Socialjouren;
    Ok(Ask { members, wishes, women_only: lot.women_only, referral, adults_ask: true })
}
