//! Walk-ins: places that no ticket holds, given after the desk day for the nights before the next one (domain.md,
//! *Walk-ins*).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::door::{night_at_the_door, own_shelter};
use super::people::{LISTED_TWICE, Person, Shown, find, keep_newcomer};
use super::{Ctx, FieldError, Refusal, facts, queue};
use crate::domain::audit::Event;
use crate::domain::code::UnoCode;
use crate::domain::guest::GuestId;
use crate::domain::hand_out::WaitEnd;
use crate::domain::night::{Night, Nights, tonight_at_the_door};
use crate::domain::party::LotNumber;
use crate::domain::place::entries::free;
use crate::domain::role::{Power, Role};
use crate::domain::shelter::{Shelter, ShelterCode};
use crate::domain::ticket::Ticket;
use crate::domain::walk_in::{Free, Giver, Known, Offer, Stop, Taker, TurnedAway, WalkIn};
use crate::store::{GuestEntry, Read, Tx};

/// What was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The shelter.
    pub shelter: ShelterCode,
    /// The beds: guest and night.
    pub beds: Vec<(GuestId, Night)>,
    /// Why the other nights that were offered are not given.
    pub left_out: Vec<String>,
}

/// A walk-in's bed that was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BedTakenBack {
    /// The shelter.
    pub shelter: ShelterCode,
    /// Whose.
    pub guest: GuestId,
    /// The night.
    pub night: Night,
}

/// A person at the door, and what the rules look at.
struct AtTheDoor {
    guest: GuestEntry,
    known: Known,
    bans_here: Vec<Nights>,
    tickets: Vec<Ticket>,
    beds: Vec<Night>,
}

impl AtTheDoor {
    fn taker(&self) -> Taker<'_> {
        Taker {
            guest: self.guest.id,
            sex: self.guest.sex,
            birth: self.guest.birth,
            known: self.known,
            bans_here: &self.bans_here,
            tickets: &self.tickets,
            beds: &self.beds,
        }
    }
}

/// Gives places of a shelter to those who stand at its door, whole or not at all on each of these nights. Who is seen for
/// the first time is registered.
///
/// # Errors
/// A refusal for another shelter's worker; if no night can be given: every reason, at once.
pub fn give(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    code: ShelterCode,
    people: &[Person],
    nights: Nights,
) -> Result<Given, Refusal> {
    ctx.must(Power::GiveBeds)?;
    let shelter = own_shelter(tx, ctx, code)?;
    super::finishing::finish_what_was_left(tx, ctx)?;
    let mut party = Vec::with_capacity(people.len());
    for (n, person) in people.iter().enumerate() {
        let person = meet(tx, ctx, (n, person), code, nights.first())?;
        if party.iter().any(|other: &AtTheDoor| other.guest.id == person.guest.id) {
            return Err(Refusal::field(format!("guests[{n}]"), LISTED_TWICE));
        }
        party.push(person);
    }
    let facts = OfferFacts::gather(tx, ctx, shelter, nights)?;
    let (offer, giver) = (facts.offer(), facts.giver);
    let takers: Vec<Taker<'_>> = party.iter().map(AtTheDoor::taker).collect();
    let given = offer.give(&takers).map_err(|stops| refused(&stops))?;
    for bed in &given.beds {
        tx.add_walk_in(bed, giver, ctx.now)?;
        let (guest, night, pool) = (bed.guest.0, bed.night, bed.pool.into());
        ctx.record(tx, &Event::WalkedIn { guest, night, pool, correction: bed.correction })?;
    }
    Ok(Given {
        shelter: code,
        beds: given.beds.iter().map(|bed| (bed.guest, bed.night)).collect(),
        left_out: given.left_out.iter().map(ToString::to_string).collect(),
    })
}

/// What an offer looks at.
struct OfferFacts {
    giver: Giver,
    shelter: Shelter,
    nights: Nights,
    window: Nights,
    desk_day: Option<NaiveDate>,
    desk_day_finished: bool,
    free: Vec<Free>,
    closed: Vec<Night>,
}

impl OfferFacts {
    fn gather(read: &mut Read<'_>, ctx: &Ctx, shelter: Shelter, nights: Nights) -> Result<Self, Refusal> {
        let tonight = tonight_at_the_door(ctx.now);
        let calendar = read.calendar()?;
        let desk_day = calendar.desk_day_of(tonight);
        Ok(Self {
            giver: giver(ctx)?,
            nights,
            window: calendar.nights_before_next_desk_day(tonight).unwrap_or(Nights::one(tonight)),
            desk_day,
            desk_day_finished: is_over(read, desk_day)?,
            free: free_at(read, shelter.code, nights)?,
            closed: read.closed_nights(shelter.code, nights)?,
            shelter,
        })
    }

    fn offer(&self) -> Offer<'_> {
        Offer {
            giver: self.giver,
            shelter: &self.shelter,
            nights: self.nights,
            before_next_desk_day: self.window,
            desk_day_finished: self.desk_day_finished,
            free: &self.free,
            closed: &self.closed,
        }
    }
}

/// Who gives a place at a door.
fn giver(ctx: &Ctx) -> Result<Giver, Refusal> {
    match ctx.actor.role() {
        Some(Role::Shelter(own)) => Ok(Giver::Shelter(own)),
        Some(Role::Coordinator) => Ok(Giver::Coordinator),
        Some(Role::Desk | Role::Auditor) | None => {
            Err(Refusal::forbidden("only a shelter or a coordinator gives a place at a door"))
        }
    }
}

/// A party turned away on the last desk day that could be given a place.
pub struct CouldCome {
    /// Its lot.
    pub lot: LotNumber,
    /// Its members who waited.
    pub guests: Vec<UnoCode>,
    /// The nights it could be given.
    pub nights: Vec<Night>,
}

/// Of those turned away on the desk day that gives out tonight, in drawn order, the parties that could be given a place at a
/// shelter on one of these nights. Each is judged as if the others stayed away.
///
/// # Errors
/// A refusal for anybody but a coordinator, or if there is no such shelter.
pub fn turned_away(
    read: &mut Read<'_>,
    ctx: &Ctx,
    code: ShelterCode,
    nights: Nights,
) -> Result<Vec<CouldCome>, Refusal> {
    ctx.must(Power::SeeWhomToOffer)?;
    let shelter = own_shelter(read, ctx, code)?;
    let facts = OfferFacts::gather(read, ctx, shelter, nights)?;
    let Some(day) = facts.desk_day else { return Ok(Vec::new()) };
    let mut entries = read.queue(day)?;
    entries.retain(|entry| entry.ended == Some(WaitEnd::TurnedAway));
    let mut parties = Vec::with_capacity(entries.len());
    for entry in entries {
        let lot = queue::lot_behind(read, &entry)?;
        let mut party = Vec::with_capacity(entry.members.len());
        for position in &entry.members {
            let missing = || Refusal::internal("a member who waited is missing");
            let id = lot.member(*position).and_then(|member| member.guest).ok_or_else(missing)?;
            let guest = read.guest(id)?.ok_or_else(missing)?;
            party.push(judged(read, guest, Known::ByUnoCode, code, nights.first())?);
        }
        parties.push((entry.rank, entry.lot, party));
    }
    let turned_away = parties.iter().map(|&(rank, lot, ref party)| TurnedAway {
        rank,
        lot,
        party: party.iter().map(AtTheDoor::taker).collect(),
    });
    let unos: BTreeMap<GuestId, UnoCode> =
        parties.iter().flat_map(|(_, _, party)| party).map(|one| (one.guest.id, one.guest.uno)).collect();
    let could_come = facts.offer().in_drawn_order(turned_away.collect());
    let shown = |(one, given): (TurnedAway<'_>, WalkIn)| {
        let mut nights: Vec<Night> = given.beds.iter().map(|bed| bed.night).collect();
        nights.dedup();
        let guests = one.party.iter().filter_map(|taker| unos.get(&taker.guest).copied()).collect();
        CouldCome { lot: one.lot, guests, nights }
    };
    Ok(could_come.into_iter().map(shown).collect())
}

/// Whether the desk day that gives out tonight is over. One before the first that was ever opened never was.
fn is_over(read: &mut Read<'_>, day: Option<NaiveDate>) -> Result<bool, Refusal> {
    let Some(day) = day else { return Ok(true) };
    match read.desk_day(day)? {
        Some(saved) => Ok(saved.day.is_over()),
        None => Ok(read.last_desk_day(day)?.is_none()),
    }
}

fn free_at(read: &mut Read<'_>, shelter: ShelterCode, nights: Nights) -> Result<Vec<Free>, Refusal> {
    let plan = facts::plan(read)?;
    let held = read.held_from(nights.first())?;
    let mut found = Vec::new();
    for night in nights.iter() {
        for pool in plan.pools().filter(|pool| pool.shelter == shelter) {
            found.push(Free { night, pool, count: free(&plan, &held, pool, night)? });
        }
    }
    Ok(found)
}

/// Finds the guest behind what was shown, or registers one.
fn meet(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (n, person): (usize, &Person),
    shelter: ShelterCode,
    first: Night,
) -> Result<AtTheDoor, Refusal> {
    let (guest, new, shown) = find(tx, ctx, &format!("guests[{n}]"), person)?;
    if let Some(document) = &new {
        keep_newcomer(tx, ctx, &guest, document)?;
    }
    let known = match person.shown {
        Shown::Uno(..) => Known::ByUnoCode,
        Shown::Document { .. } => Known::Showing(shown),
    };
    judged(tx, guest, known, shelter, first)
}

/// What the rules look at in a guest.
fn judged(
    read: &mut Read<'_>,
    guest: GuestEntry,
    known: Known,
    shelter: ShelterCode,
    first: Night,
) -> Result<AtTheDoor, Refusal> {
    let bans = read.bans_of(guest.id, first)?.into_iter().filter(|entry| entry.ban.shelter == shelter);
    let bans_here = bans.map(|entry| entry.ban.nights).collect();
    let tickets = read.tickets_of(guest.id, first)?;
    let mut beds = read.beds_of(guest.id, first)?;
    // A ticket's bed is said once, as a ticket.
    beds.retain(|&night| !tickets.iter().any(|ticket| ticket.holds(night)));
    Ok(AtTheDoor { guest, known, bans_here, tickets, beds })
}

fn refused(stops: &[Stop]) -> Refusal {
    let fields = stops.iter().map(|stop| FieldError { field: field_of(stop), text: stop.to_string() });
    let names: Vec<&str> = stops.iter().map(stop_name).collect();
    let mut refusal = Refusal::conflict("walk-in-stopped", "no place can be given: every reason is listed");
    refusal.fields = fields.collect();
    if let [only] = stops {
        refusal.text = only.to_string();
    }
    refusal.with(json!({ "stops": names }))
}

fn field_of(stop: &Stop) -> String {
    let person = match *stop {
        Stop::Nobody => return "guests".to_owned(),
        Stop::AdmitsOnItsOwn(_) | Stop::NotItsPlace { .. } | Stop::DeskDayOpen => {
            return "shelter".to_owned();
        }
        Stop::NotBeforeNextDeskDay { .. } => return "nights".to_owned(),
        Stop::NotKnown { person }
        | Stop::Minor { person, .. }
        | Stop::Banned { person, .. }
        | Stop::HoldsTicket { person, .. }
        | Stop::HasBed { person, .. }
        | Stop::NoPlace { person, .. } => person,
    };
    format!("guests[{}]", person.saturating_sub(1))
}

fn stop_name(stop: &Stop) -> &'static str {
    match stop {
        Stop::Nobody => "nobody",
        Stop::AdmitsOnItsOwn(_) => "admits_on_its_own",
        Stop::NotItsPlace { .. } => "not_its_place",
        Stop::DeskDayOpen => "desk_day_open",
        Stop::NotKnown { .. } => "not_known",
        Stop::NotBeforeNextDeskDay { .. } => "not_before_next_desk_day",
        Stop::Minor { .. } => "minor",
        Stop::Banned { .. } => "banned",
        Stop::HoldsTicket { .. } => "holds_ticket",
        Stop::HasBed { .. } => "has_bed",
        Stop::NoPlace { .. } => "no_place",
    }
}

/// Takes a walk-in's bed of one night back.
///
/// # Errors
/// A refusal for another shelter's worker, or if the guest has no such bed there.
pub fn undo(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shelter: ShelterCode,
    uno: UnoCode,
    night: Option<Night>,
) -> Result<BedTakenBack, Refusal> {
    ctx.must(Power::GiveBeds)?;
    own_shelter(tx, ctx, shelter)?;
    let night = night.map_or_else(|| night_at_the_door(ctx, None), Ok)?;
    let none = || Refusal::not_found("walk-in");
    let guest = tx.guest_by_uno(uno)?.ok_or_else(none)?.id;
    if !facts::has_walked_in(tx, guest, shelter, night)? {
        return Err(none());
    }
    tx.undo_walk_in(guest, night, ctx.now)?;
    ctx.record(tx, &Event::WalkInUndone { guest: guest.0, night, shelter })?;
    Ok(BedTakenBack { shelter, guest, night })
}
