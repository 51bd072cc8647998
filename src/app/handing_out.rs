//! The hand-out: tickets are collected, declined or lapse, and what comes free goes to who waits (domain.md, *Hand-out*,
//! *Finishing*; draw.md, section 8).

use chrono::NaiveDate;

use super::queue::{self, end_waiting};
use super::{Ctx, Refusal, bans, facts, issuing};
use crate::domain::audit::Event;
use crate::domain::hand_out::{Offer, WaitEnd, keeps_rank};
use crate::domain::night::Nights;
use crate::domain::party::LotNumber;
use crate::domain::role::Power;
use crate::domain::ticket::{Calls, State, Ticket, TicketError};
use crate::store::{Read, SavedDay, Tx, WaitingEntry};

/// What becomes of a ticket that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// The guest is called.
    Call,
    /// It is handed out, with or without an SL ticket.
    Collect {
        /// Whether an SL ticket goes with it.
        sl_ticket: bool,
    },
    /// The guest does not want it.
    Decline,
    /// The guest was called twice and did not come.
    Lapse,
}

/// Takes a step with the tickets of a lot that wait to be collected: all of them, or those of these members (positions from
/// 1). A short stay that a whole party declines costs it no rank.
///
/// # Errors
/// A refusal if none waits, or the step cannot be taken yet; then it is taken for nobody.
pub fn take(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (date, lot): (NaiveDate, LotNumber),
    members: Option<&[u32]>,
    step: Take,
) -> Result<(), Refusal> {
    ctx.must(Power::HandOut)?;
    let saved = facts::desk_day(tx, date)?;
    let of_lot = tx.tickets_of_lot(date, lot)?;
    let waiting: Vec<(u32, Ticket)> = of_lot.into_iter().filter(|(_, ticket)| ticket.waits()).collect();
    let chosen = chosen(waiting, members)?;
    let positions: Vec<u32> = chosen.iter().map(|(position, _)| *position).collect();
    if matches!(step, Take::Collect { .. }) {
        let day = saved.day.clone().hand_out()?;
        tx.save_desk_day(&day, ctx.now)?;
    }
    for (_, ticket) in chosen {
        take_one(tx, ctx, ticket, step)?;
    }
    if step == Take::Decline { keep_rank(tx, ctx, (&saved, lot), &positions) } else { Ok(()) }
}

/// The tickets of these members among those that wait; of all, if none are named.
fn chosen(waiting: Vec<(u32, Ticket)>, members: Option<&[u32]>) -> Result<Vec<(u32, Ticket)>, Refusal> {
    if waiting.is_empty() {
        return Err(TicketError::NotWaiting.into());
    }
    let Some(members) = members else { return Ok(waiting) };
    let waits = |member: &u32| waiting.iter().any(|(position, _)| position == member);
    if let Some(other) = members.iter().find(|member| !waits(member)) {
        return Err(Refusal::field(
            "members",
            format!("member {other} has no ticket that waits: look at the lot again"),
        ));
    }
    let chosen: Vec<_> = waiting.into_iter().filter(|(position, _)| members.contains(position)).collect();
    if chosen.is_empty() {
        Err(Refusal::field("members", "name at least one member, or leave it out"))
    } else {
        Ok(chosen)
    }
}

fn take_one(tx: &mut Tx<'_>, ctx: &Ctx, ticket: Ticket, step: Take) -> Result<(), Refusal> {
    let id = ticket.id.0;
    let (ticket, event) = match step {
        Take::Call => {
            let ticket = ticket.call(ctx.now)?;
            let call = if matches!(ticket.state, State::Waiting(Calls::Once(_))) { 1 } else { 2 };
            (ticket, Event::TicketCalled { ticket: id, call })
        }
        Take::Collect { sl_ticket } => {
            (ticket.collect(sl_ticket)?, Event::TicketCollected { ticket: id, sl_ticket })
        }
        Take::Decline => (ticket.decline()?, Event::TicketDeclined { ticket: id }),
        Take::Lapse => (ticket.lapse()?, Event::TicketLapsed { ticket: id }),
    };
    tx.save_ticket(&ticket)?;
    ctx.record(tx, &event)
}

/// A party that declined a short stay waits again where it stood; what it declined was noted when it was offered.
fn keep_rank(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (saved, lot): (&SavedDay, LotNumber),
    positions: &[u32],
) -> Result<(), Refusal> {
    let date = saved.day.date();
    let entries = tx.waits(date)?;
    let placed = |entry: &&WaitingEntry| {
        entry.lot == lot
            && entry.ended == Some(WaitEnd::Placed)
            && positions.iter().all(|position| entry.members.contains(position))
    };
    let Some(entry) = entries.iter().rfind(placed) else { return Ok(()) };
    let tickets = tx.tickets_of_lot(date, lot)?;
    let latest = |member: &u32| tickets.iter().rfind(|(position, _)| position == member);
    let latest: Vec<&Ticket> = entry.members.iter().filter_map(latest).map(|(_, ticket)| ticket).collect();
    if !keeps_rank(&latest) {
        return Ok(());
    }
    tx.wait_again(date, entry.rank)?;
    for position in &entry.members {
        let offered = tickets.iter().rfind(|(of, _)| of == position).map(|(_, ticket)| ticket);
        let offered = offered.ok_or_else(|| Refusal::internal("a short stay that nobody was offered"))?;
        let (pool, nights) = (offered.pool.into(), offered.issued.into());
        ctx.record(tx, &Event::ShortStayDeclined { day: date, lot, position: *position, pool, nights })?;
    }
    bans::of_who_waits_again(tx, ctx, saved)
}

/// What is to be offered next, and to whom; nothing if nothing free fits anybody who waits.
///
/// # Errors
/// When the database fails.
pub fn next_offer(read: &mut Read<'_>, saved: &SavedDay) -> Result<Option<Offer>, Refusal> {
    if !saved.day.offers() || facts::is_to_conclude(read, saved)? {
        return Ok(None);
    }
    let free = facts::free_places(read, saved)?;
    Ok(queue::of_day(read, saved.day.date())?.next_offer(&free))
}

/// Gives the place that is next to the next who fits: tickets that wait to be collected. Answers whose they are.
///
/// # Errors
/// A refusal if nothing fits anybody, or `expected` is not the lot whose turn it is.
pub fn offer(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    date: NaiveDate,
    expected: Option<LotNumber>,
) -> Result<LotNumber, Refusal> {
    ctx.must(Power::HandOut)?;
    // Before its result is there, every place looks free.
    super::drawing::conclude(tx, ctx, date)?;
    let saved = facts::desk_day(tx, date)?;
    let Some(offer) = next_offer(tx, &saved)? else {
        return Err(Refusal::conflict("nothing-to-offer", "nothing that is free fits anybody who waits"));
    };
    if let Some(expected) = expected.filter(|&expected| expected != offer.lot) {
        return Err(Refusal::conflict(
            "another-lot-is-next",
            format!("it is the turn of lot {}, not of lot {expected}: look at the list again", offer.lot),
        ));
    }
    let missing = || Refusal::internal("who waits is missing");
    let entry = tx.queue(date)?.into_iter().find(|entry| entry.rank == offer.rank).ok_or_else(missing)?;
    let lot = tx.lot(date, offer.lot)?.ok_or_else(missing)?;
    // Noted before it is known whether it is wanted: only then is it known what was free.
    if let Some(declined) = offer.if_declined(&entry.declined) {
        tx.save_declined(date, offer.rank, &declined)?;
    }
    let free = facts::free_places(tx, &saved)?;
    issuing::issue(tx, ctx, &saved, &lot, &entry.members, (&offer.seat, &free))?;
    end_waiting(tx, ctx, &entry, WaitEnd::Placed)?;
    Ok(offer.lot)
}

/// The nights of an offer.
#[must_use]
pub fn nights_of(offer: &Offer) -> Nights {
    Nights::starting(offer.seat.start, offer.seat.nights)
}
