//! A night at a shelter: who is expected and who came, its close, and head counts (domain.md, *Arrivals*, *Head count*,
//! *Sums that must hold*).

use super::door::{must_scan, own_shelter, source_of};
use super::{Ctx, Refusal, facts, tickets};
use crate::domain::arrival::{Arrival, DoorNight, DoorState, standing};
use crate::domain::audit::Event;
use crate::domain::countersigned::StatedReason;
use crate::domain::desk_day::still_gives;
use crate::domain::guest::GuestId;
use crate::domain::head_count::{Entry, HeadCount, NightCount, Source};
use crate::domain::night::{CLOSES_FROM, DESK_BEGINS_AT, Night, wall_clock};
use crate::domain::no_show::{attendance, released_from};
use crate::domain::role::Power;
use crate::domain::shelter::{Shelter, ShelterCode};
use crate::domain::sums::{HeadCountSum, NightFacts, NightSum, PoolNight};
use crate::domain::ticket::{EndCause, Ticket, TicketId};
use crate::domain::walk_in::Bed;
use crate::store::{GuestEntry, HeadCountEntry, Read, Tx, WalkInEntry};

/// A guest with a ticket for the night.
pub struct Expected {
    /// The ticket.
    pub ticket: Ticket,
    /// Whose.
    pub guest: GuestEntry,
    /// The arrival that stands.
    pub arrived: Option<Arrival>,
}

/// A guest who was given a place for the night without a ticket.
pub struct WalkedIn {
    /// The bed.
    pub bed: Bed,
    /// Whose.
    pub guest: GuestEntry,
}

/// What is known of a night at a shelter.
pub struct NightAtShelter {
    /// The shelter.
    pub shelter: Shelter,
    /// The night, open or closed.
    pub door: DoorNight,
    /// Who is expected: whoever has a ticket in hand for the night.
    pub expected: Vec<Expected>,
    /// Who walked in.
    pub walk_ins: Vec<WalkedIn>,
    /// Its sum, where tickets are checked.
    pub sum: Option<NightSum>,
    /// The places of the night, and those of them that are closed.
    pub places: (u32, u32),
    /// Its head counts, first to last, where heads are counted.
    pub head_counts: Vec<HeadCountEntry>,
}

impl NightAtShelter {
    /// What does not add up, in sentences; nothing if all is well.
    #[must_use]
    pub fn discrepancies(&self) -> Vec<String> {
        let of_sum = self.sum.iter().flat_map(NightSum::discrepancies);
        let (shelter, night) = (self.shelter.code, self.door.night);
        let (places, closed) = self.places;
        let counted = self.head_counts.last().and_then(|entry| {
            HeadCountSum { shelter, night, count: entry.count, places: places - closed }.discrepancy()
        });
        of_sum.chain(counted).map(|off| off.to_string()).collect()
    }
}

/// A night at a shelter, with everybody who is expected or came.
///
/// # Errors
/// A refusal for another shelter's worker, or if there is no such shelter.
pub fn night(
    read: &mut Read<'_>,
    ctx: &Ctx,
    code: ShelterCode,
    night: Night,
) -> Result<NightAtShelter, Refusal> {
    ctx.must(Power::SeeNights)?;
    after_a_step(read, ctx, code, night)
}

/// The same, as it stands after a step that was the asker's to take.
///
/// # Errors
/// As [`night`].
pub fn after_a_step(
    read: &mut Read<'_>,
    ctx: &Ctx,
    code: ShelterCode,
    night: Night,
) -> Result<NightAtShelter, Refusal> {
    let shelter = own_shelter(read, ctx, code)?;
    look(read, shelter, night)
}

/// The same, for whoever may see every shelter.
///
/// # Errors
/// When the database fails.
pub(super) fn look(read: &mut Read<'_>, shelter: Shelter, night: Night) -> Result<NightAtShelter, Refusal> {
    let code = shelter.code;
    let door = read.door_night(code, night)?;
    let mut tickets = read.tickets_at(code, night)?;
    let valid = door.valid(&tickets);
    let arrivals = read.arrivals_at(code, night)?;
    let mut beds = read.walk_ins_at(code, night)?;
    beds.retain(WalkInEntry::stands);
    let beds: Vec<Bed> = beds.into_iter().map(|entry| entry.bed).collect();
    let pools = pools_on(read, code, night)?;
    let facts =
        NightFacts { door: &door, pools: &pools, tickets: &tickets, arrivals: &arrivals, walk_ins: &beds };
    let scanned = source_of(read, &shelter, night)? == Source::Arrivals;
    let sum = scanned.then(|| NightSum::count(&facts));
    tickets.retain(|ticket| valid.contains(&ticket.id));
    tickets.sort_by_key(|ticket| (ticket.desk_day, ticket.lot, ticket.code));
    let guests = read.guests_with_a_bed(code, night)?;
    let guest = |id: GuestId| {
        let found = guests.get(&id).cloned();
        found.ok_or_else(|| Refusal::internal("a ticket or bed of nobody"))
    };
    let expected = tickets.into_iter().map(|ticket| {
        let arrived = standing(&arrivals, ticket.id, night).copied();
        Ok(Expected { guest: guest(ticket.guest)?, ticket, arrived })
    });
    let expected = expected.collect::<Result<_, Refusal>>()?;
    let walk_ins = beds.into_iter().map(|bed| Ok(WalkedIn { guest: guest(bed.guest)?, bed }));
    let walk_ins = walk_ins.collect::<Result<_, Refusal>>()?;
    let places = pools.iter().fold((0, 0), |(all, shut), on| (all + on.places, shut + on.closed));
    let head_counts = read.head_counts(code, night)?;
    Ok(NightAtShelter { shelter, door, expected, walk_ins, sum, places, head_counts })
}

fn pools_on(read: &mut Read<'_>, shelter: ShelterCode, night: Night) -> Result<Vec<PoolNight>, Refusal> {
    let plan = facts::plan(read)?;
    let here = plan.pools().filter(|pool| pool.shelter == shelter);
    let on = here.map(|pool| (pool, plan.pool_on(pool, night)));
    Ok(on.map(|(pool, on)| PoolNight { pool, places: on.places, closed: on.closed }).collect())
}

/// Closes a night at a door: the tickets valid now are kept for good, and those of them that did not come are no-shows. By
/// policy the rest of a ticket is released after so many no-shows in a row. Later arrivals are corrections.
///
/// # Errors
/// A refusal for another shelter's worker, a shelter that counts heads, a night that has not begun, is closed or was none
/// there, while the desk may still give tickets for it, or, unless that was meant, before [`CLOSES_FROM`] on its evening.
pub fn close(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    code: ShelterCode,
    night: Night,
    early_is_meant: bool,
) -> Result<(), Refusal> {
    ctx.must(Power::ReportNights)?;
    let shelter = own_shelter(tx, ctx, code)?;
    must_scan(tx, &shelter, night)?;
    let tickets = tx.tickets_at(code, night)?;
    let closed = tx.door_night(code, night)?.close(&tickets, ctx.now)?;
    must_be_a_night(tx, (code, night), &tickets, "close")?;
    no_ticket_is_to_come(tx, ctx, night)?;
    if !early_is_meant && night.closes_early(ctx.now) {
        return Err(Refusal::conflict(
            "night-closed-early",
            format!(
                "it is before {CLOSES_FROM}.00 on the evening of {night}, and guests are still to come: \
                 wait, or say that closing early is meant"
            ),
        ));
    }
    tx.add_door_night(&closed, ctx.by())?;
    let arrivals = tx.arrivals_at(code, night)?;
    let (valid, arrived) = (closed.valid(&tickets).len(), closed.arrived(&arrivals).len());
    ctx.record(
        tx,
        &Event::NightClosed {
            shelter: code,
            night,
            valid: u32::try_from(valid).unwrap_or(u32::MAX),
            arrived: u32::try_from(arrived).unwrap_or(u32::MAX),
        },
    )?;
    for no_show in closed.no_shows(&arrivals) {
        release(tx, ctx, no_show)?;
    }
    Ok(())
}

/// Stops what is done about a night on which the shelter has no place, closed ones included, and nobody a ticket for it: a
/// date mistyped.
fn must_be_a_night(
    read: &mut Read<'_>,
    (code, night): (ShelterCode, Night),
    tickets: &[Ticket],
    what: &str,
) -> Result<(), Refusal> {
    if !tickets.is_empty() || facts::plan(read)?.shelter_on(code, night).places > 0 {
        return Ok(());
    }
    Err(Refusal::conflict(
        "nothing-that-night",
        format!(
            "there is nothing to {what}: shelter {code} has no place on the night of {night}, and nobody a ticket there; \
             check the date"
        ),
    ))
}

/// Stops the close of a night for which the desk may still give tickets: who is expected is settled by the close.
fn no_ticket_is_to_come(read: &mut Read<'_>, ctx: &Ctx, night: Night) -> Result<(), Refusal> {
    let date = night.date();
    let running = read.running_desk_day()?.map(|saved| saved.day.date());
    let own_may_open = wall_clock(ctx.now).date() == date
        && read.calendar()?.is_desk_day(date)
        && read.desk_day(date)?.is_none();
    let Some(day) = still_gives(night, running, own_may_open) else { return Ok(()) };
    Err(Refusal::conflict(
        "tickets-to-come",
        format!(
            "the desk day {day} is not over, so there may still be tickets for the night of {night}: ask the desk to finish \
             it, or close the night tomorrow; a day left unfinished is finished at {DESK_BEGINS_AT:02}.00"
        ),
    ))
}

/// Releases the rest of a ticket if its guest stayed away for as many nights in a row as the policy says.
fn release(tx: &mut Tx<'_>, ctx: &Ctx, id: TicketId) -> Result<(), Refusal> {
    let ticket = tx.ticket(id)?.ok_or_else(|| Refusal::internal("a no-show of no ticket"))?;
    let mut nights: Vec<DoorNight> = Vec::new();
    for night in ticket.nights().iter().flat_map(|nights| nights.iter()) {
        let door = tx.door_night(ticket.pool_on(night).shelter, night)?;
        if matches!(door.state, DoorState::Closed { .. }) {
            nights.push(door);
        }
    }
    let arrivals = tx.arrivals_of(id)?;
    let first = facts::first_touched(tx, ctx, &ticket)?;
    let attended = attendance(&ticket, &nights, &arrivals);
    match released_from(ctx.policy.no_shows, &ticket, &attended, first) {
        Some(from) => tickets::end(tx, ctx, ticket, EndCause::Released, from).map(|_| ()),
        None => Ok(()),
    }
}

/// Reports the head count of a night, or corrects it with a reason: which entry of the night it is, from 1.
///
/// # Errors
/// A refusal for another shelter's worker, a shelter that checks tickets, a night not begun or that was none there, more
/// people than places, a second report without a reason, or a correction of nothing.
pub fn count_heads(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (code, night): (ShelterCode, Night),
    count: HeadCount,
    reason: Option<StatedReason>,
) -> Result<u32, Refusal> {
    ctx.must(Power::ReportNights)?;
    let shelter = own_shelter(tx, ctx, code)?;
    let before = tx.head_counts(code, night)?;
    let mut counted = NightCount::unreported(code, source_of(tx, &shelter, night)?, night)?;
    counted.entries = before
        .into_iter()
        .map(|entry| Entry { count: entry.count, at: entry.at, correction: entry.reason })
        .collect();
    if counted.entries.is_empty() {
        let tickets = tx.tickets_at(code, night)?;
        must_be_a_night(tx, (code, night), &tickets, "count")?;
    }
    let places = facts::plan(tx)?.shelter_on(code, night).open();
    let counted = match reason.clone() {
        None => counted.report(count, places, ctx.now)?,
        Some(reason) => counted.correct(count, reason, places, ctx.now)?,
    };
    let number = u32::try_from(counted.entries.len()).unwrap_or(u32::MAX);
    tx.add_head_count(code, night, &HeadCountEntry { number, count, reason, at: ctx.now, by: ctx.by() })?;
    let HeadCount { women, men, other } = count;
    ctx.record(tx, &Event::HeadCounted { shelter: code, night, number, women, men, other })?;
    Ok(number)
}
