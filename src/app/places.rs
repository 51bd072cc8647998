//! Places: what a coordinator decides, and what is refused because people sleep there (domain.md, *Places*).

use chrono::{NaiveDate, TimeDelta};
use serde_json::json;

use super::{Ctx, Refusal, facts, random_uuid};
use crate::domain::audit::{Event, FactEvent};
use crate::domain::night::{Night, Nights, tonight_at_the_desk};
use crate::domain::party::LotNumber;
use crate::domain::place::change::{ChangeRefused, check_change, check_counted, first_night_changed};
use crate::domain::place::entries::Holder;
use crate::domain::place::plan::Fact;
use crate::domain::role::Power;
use crate::store::{FactEntry, FactId, PlaceChange, Read, StoreError, Tx};

/// Decides about places: a number from a night on, a closure, a lending, extra places.
///
/// # Errors
/// A refusal that lists the tickets that must be moved or ended first; one if it reaches back to a night that has begun, if more
/// people were counted than it would leave places, or if a list is frozen and counts on the places.
pub fn decide(tx: &mut Tx<'_>, ctx: &Ctx, fact: Fact) -> Result<FactId, Refusal> {
    ctx.must(Power::DecidePlaces)?;
    let code = fact.shelter();
    if tx.shelter(code)?.is_none() {
        return Err(Refusal::field("shelter", format!("there is no shelter {code}: add it first")));
    }
    let entry = FactEntry { id: FactId(random_uuid()?), fact };
    let mut after = tx.facts()?;
    after.push(entry.clone());
    check(tx, ctx, &after)?;
    tx.add_fact(&entry, ctx.now)?;
    ctx.record(tx, &Event::PlacesDecided(FactEvent::of(entry.id.0, &entry.fact)))?;
    Ok(entry.id)
}

/// Ends a closure or a lending on another night.
///
/// # Errors
/// As [`decide`]; a refusal if it is neither, or would end before it begins.
pub fn end_on(tx: &mut Tx<'_>, ctx: &Ctx, id: FactId, last: Night) -> Result<(), Refusal> {
    ctx.must(Power::DecidePlaces)?;
    let mut after = tx.facts()?;
    let entry =
        after.iter_mut().find(|entry| entry.id == id).ok_or_else(|| Refusal::not_found("decision"))?;
    let until =
        |nights: Nights| Nights::new(nights.first(), last).map_err(|error| Refusal::field("last", error));
    entry.fact = match entry.fact {
        Fact::Closure { what, nights } => Fact::Closure { what, nights: until(nights)? },
        Fact::Lending { shelter, kind, direction, nights, count } => {
            Fact::Lending { shelter, kind, direction, nights: until(nights)?, count }
        }
        Fact::Number { .. } | Fact::Extra { .. } => {
            return Err(Refusal::conflict(
                "no-end-to-move",
                "only closures and lendings end on a night: decide another number, or take the extra places back",
            ));
        }
    };
    let shelter = entry.fact.shelter();
    check(tx, ctx, &after)?;
    tx.end_fact_on(id, last, ctx.now)?;
    ctx.record(tx, &Event::PlacesChanged { id: id.0, shelter, last: Some(last) })
}

/// Takes a decision back, as if it had never been made.
///
/// # Errors
/// As [`decide`].
pub fn take_back(tx: &mut Tx<'_>, ctx: &Ctx, id: FactId) -> Result<(), Refusal> {
    ctx.must(Power::DecidePlaces)?;
    let mut after = tx.facts()?;
    let position =
        after.iter().position(|entry| entry.id == id).ok_or_else(|| Refusal::not_found("decision"))?;
    let entry = after.remove(position);
    check(tx, ctx, &after)?;
    tx.remove_fact(id, ctx.now)?;
    ctx.record(tx, &Event::PlacesChanged { id: id.0, shelter: entry.fact.shelter(), last: None })
}

/// Whether the plan may become this one.
fn check(tx: &mut Tx<'_>, ctx: &Ctx, after: &[FactEntry]) -> Result<(), Refusal> {
    facts::places_may_change(tx)?;
    let (before, after) = (facts::plan(tx)?, facts::plan_of(after)?);
    let mut first = ctx.tonight();
    if is_new(tx)? {
        // What was before the first desk day is written down as it was.
        first = first_night_changed(&before, &after).map_or(first, |changed| changed.min(first));
    }
    let held = tx.held_from(first)?;
    if let Err(refused) = check_change(&before, &after, &held, first) {
        return Err(with_the_tickets(tx, refused)?);
    }
    // A night that has begun may be counted already.
    Ok(check_counted(&before, &after, &tx.last_head_counts(first)?)?)
}

/// The refusal, with the codes of the tickets that would be left without a place.
fn with_the_tickets(read: &mut Read<'_>, refused: ChangeRefused) -> Result<Refusal, StoreError> {
    let ChangeRefused::WouldDisplace(shortfalls) = &refused else { return Ok(refused.into()) };
    let mut tickets: Vec<String> = Vec::new();
    for holder in shortfalls.iter().flat_map(|short| &short.holders) {
        if let Holder::Ticket(id) = holder
            && let Some(ticket) = read.ticket(*id)?
        {
            let code = ticket.code.to_string();
            if !tickets.contains(&code) {
                tickets.push(code);
            }
        }
    }
    Ok(Refusal::from(refused).with(json!({ "tickets": tickets })))
}

/// Whether no desk day was ever held: then decisions may reach back.
fn is_new(read: &mut Read<'_>) -> Result<bool, Refusal> {
    Ok(read.last_opened_day()?.is_none())
}

/// The changes of places after a desk day's first lot, until 06.00 of the next date: they are shown beside its draw (draw.md,
/// section 8).
///
/// # Errors
/// When the database fails.
pub fn changes_beside_the_draw(read: &mut Read<'_>, date: NaiveDate) -> Result<Vec<PlaceChange>, Refusal> {
    let Some(first) = read.lots(date, LotNumber(0), 1)?.pop() else { return Ok(Vec::new()) };
    let until_six = |change: &PlaceChange| tonight_at_the_desk(change.at).date() <= date;
    // Longer than any day until six.
    let mut changes = read.place_changes(first.at, first.at + TimeDelta::days(2))?;
    changes.retain(until_six);
    Ok(changes)
}
