//! The hand-out: tickets are collected, declined or lapse, and what comes free goes to who waits (domain.md, *Hand-out*,
//! *Finishing*; draw.md, section 8).

use chrono::NaiveDate;
use uuid::Uuid;

use super::countersigning::signed;
use super::people::{Person, Said, Shown};
use super::queue::{self, end_waiting, wait};
use super::registering::{Ask, dry_run};
use super::setting_aside::keep_end;
use super::{Ctx, Refusal, facts, issuing};
use crate::domain::audit::{Event, Stay};
use crate::domain::desk_day::{DeskDay, FinishedBy, Mode, Reinstatement, Stage};
use crate::domain::guest::{DocumentShown, Referral};
use crate::domain::hand_out::{Length, Offer, Rank, WaitEnd, may_finish};
use crate::domain::night::Nights;
use crate::domain::party::{LotNumber, LotStatus};
use crate::domain::role::CountersignedStep;
use crate::domain::ticket::{Calls, State, Ticket, TicketError};
use crate::domain::word::Word;
use crate::store::{LotEntry, Read, SavedDay, Tx, WaitingEntry};

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
    let saved = facts::desk_day(tx, date)?;
    let of_lot = tx.tickets_of_lot(date, lot)?;
    let waiting: Vec<(u32, Ticket)> = of_lot.into_iter().filter(|(_, ticket)| ticket.waits()).collect();
    let chosen = chosen(waiting, members)?;
    let declines_short =
        step == Take::Decline && chosen.iter().all(|(_, ticket)| ticket.issued.count() < saved.min_nights);
    let positions: Vec<u32> = chosen.iter().map(|(position, _)| *position).collect();
    if matches!(step, Take::Collect { .. }) {
        let day = saved.day.hand_out()?;
        tx.save_desk_day(&day, ctx.now)?;
    }
    for (_, ticket) in chosen {
        take_one(tx, ctx, ticket, step)?;
    }
    if declines_short { keep_rank(tx, ctx, (date, lot), &positions) } else { Ok(()) }
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

/// A party that declined a short stay waits again where it stood; what it declined was noted when it was offered. Only when all
/// of it declined: who took it has a place, and the others asked together with them.
fn keep_rank(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (date, lot): (NaiveDate, LotNumber),
    positions: &[u32],
) -> Result<(), Refusal> {
    let entries = tx.queue(date)?;
    let placed = |entry: &&WaitingEntry| {
        entry.lot == lot
            && entry.ended == Some(WaitEnd::Placed)
            && positions.iter().all(|position| entry.members.contains(position))
    };
    let Some(entry) = entries.iter().rfind(placed) else { return Ok(()) };
    let tickets = tx.tickets_of_lot(date, lot)?;
    let declined = |member: &u32| {
        let latest = tickets.iter().rfind(|(position, _)| position == member);
        latest.is_some_and(|(_, ticket)| ticket.state == State::Declined)
    };
    if !entry.members.iter().all(declined) {
        return Ok(());
    }
    tx.wait_again(date, entry.rank)?;
    let declined = entry.declined.last();
    let declined = declined.ok_or_else(|| Refusal::internal("a short offer that was not noted"))?;
    let last = declined.until.unwrap_or(declined.from);
    let nights = Stay { first: declined.from, last };
    ctx.record(tx, &Event::ShortStayDeclined { day: date, lot, pool: declined.pool.into(), nights })
}

/// What is to be offered next, and to whom; nothing if nothing free fits anybody who waits.
///
/// # Errors
/// When the database fails.
pub fn next_offer(read: &mut Read<'_>, saved: &SavedDay) -> Result<Option<Offer>, Refusal> {
    if !offers_now(&saved.day) || facts::is_to_conclude(read, saved)? {
        return Ok(None);
    }
    let free = facts::free_places(read, saved)?;
    Ok(queue::of_day(read, saved.day.date())?.next_offer(&free))
}

/// Whether what comes free is offered at this stage.
fn offers_now(day: &DeskDay) -> bool {
    match (&day.stage, day.mode) {
        (Stage::Open, mode) => mode == Mode::Direct,
        (Stage::Drawn(_) | Stage::HandingOut(_), _) => true,
        _ => false,
    }
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
    if offer.length == Length::Short {
        // Noted before it is known whether it is wanted: only then is it known what was free.
        let declined: Vec<_> = entry.declined.iter().chain(&offer.places).copied().collect();
        tx.save_declined(date, offer.rank, &declined)?;
    }
    let free = facts::free_places(tx, &saved)?;
    issuing::issue(tx, ctx, &saved, &lot, &entry.members, (&offer.seat, &free))?;
    end_waiting(tx, ctx, &entry, WaitEnd::Placed)?;
    Ok(offer.lot)
}

/// A party takes its question back. One that is in a frozen list is drawn as if it stayed; its place then goes to the reserve
/// list (draw.md, section 3).
///
/// # Errors
/// A refusal unless it is in and has no ticket.
pub fn withdraw(tx: &mut Tx<'_>, ctx: &Ctx, date: NaiveDate, number: LotNumber) -> Result<(), Refusal> {
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

/// Whether a lot has a ticket that counts: one that waits, was handed out, declined or lapsed. One taken back with a list that
/// was set aside is as if it had never been.
fn has_ticket(read: &mut Read<'_>, date: NaiveDate, lot: LotNumber) -> Result<bool, Refusal> {
    let tickets = read.tickets_of_lot(date, lot)?;
    let taken_back =
        |ticket: &Ticket| matches!(ticket.state, State::Ended { .. }) && !ticket.was_handed_out();
    Ok(tickets.iter().any(|(_, ticket)| !taken_back(ticket)))
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

/// Finishes the desk day: who still waits is turned away. Refused while a ticket waits to be collected, or a place fits
/// somebody who waits.
///
/// # Errors
/// A refusal that says what to do first.
pub fn finish(tx: &mut Tx<'_>, ctx: &Ctx, date: NaiveDate) -> Result<(), Refusal> {
    super::drawing::conclude(tx, ctx, date)?;
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
    let ctx = &Ctx { actor: crate::domain::role::Actor::Service, ..ctx.clone() };
    // A draw whose randomness is kept has a result.
    super::drawing::conclude(tx, ctx, date)?;
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
    line_up_who_was_never_drawn(tx, ctx, date)?;
    let turned_away = turn_away(tx, ctx, date)?;
    tx.save_desk_day(&day, ctx.now)?;
    ctx.record(
        tx,
        &Event::DeskDayFinished { day: date, by: FinishedBy::Service.word().to_owned(), turned_away },
    )?;
    Ok(Some(date))
}

/// Lots that asked on a day that came to no result wait in the order of their numbers, so that they are turned away like
/// everybody who waits.
fn line_up_who_was_never_drawn(tx: &mut Tx<'_>, ctx: &Ctx, date: NaiveDate) -> Result<(), Refusal> {
    let lined_up: Vec<LotNumber> = tx
        .queue(date)?
        .iter()
        .filter(|entry| entry.ended != Some(WaitEnd::Placed))
        .map(|entry| entry.lot)
        .collect();
    for lot in tx.all_lots(date)? {
        let asks = lot.status == LotStatus::In && !lined_up.contains(&lot.number);
        if asks && !has_ticket(tx, date, lot.number)? {
            wait(tx, ctx, &lot, Rank::Reserve(lot.number.0))?;
        }
    }
    Ok(())
}

/// The nights of an offer.
#[must_use]
pub fn nights_of(offer: &Offer) -> Nights {
    Nights::starting(offer.seat.start, offer.seat.nights)
}
