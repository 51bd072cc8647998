//! What several chapters of the day need to know: the plan of places, what is free, the shelters in the draw, a day.

use chrono::NaiveDate;

use super::{Ctx, Refusal};
use crate::domain::desk_day::DeskDay;
use crate::domain::eligibility::ShelterFacts;
use crate::domain::guest::GuestId;
use crate::domain::lottery::placement::{Places, ShelterNights};
use crate::domain::night::{Night, first_night_touched};
use crate::domain::place::entries::entries;
use crate::domain::place::plan::Plan;
use crate::domain::shelter::{Admission, Shelter, ShelterCode};
use crate::domain::ticket::Ticket;
use crate::store::{FactEntry, Read, SavedDay};

/// The plan of places as decided.
///
/// # Errors
/// When the database fails.
pub fn plan(read: &mut Read<'_>) -> Result<Plan, Refusal> {
    plan_of(&read.facts()?)
}

/// The plan that these decisions make.
///
/// # Errors
/// A refusal if they contradict each other.
pub fn plan_of(entries: &[FactEntry]) -> Result<Plan, Refusal> {
    let facts: Vec<_> = entries.iter().map(|entry| entry.fact).collect();
    Ok(Plan::new(&facts)?)
}

/// A desk day that was opened or marked as not held.
///
/// # Errors
/// A refusal if there is none.
pub fn desk_day(read: &mut Read<'_>, date: NaiveDate) -> Result<SavedDay, Refusal> {
    read.desk_day(date)?.ok_or_else(|| {
        Refusal::conflict("desk-day-not-opened", format!("the desk day {date} is not opened: open it first"))
    })
}

/// The shelters whose places are given out at the desk, by code.
///
/// # Errors
/// When the database fails.
pub fn shelters_in_the_draw(read: &mut Read<'_>) -> Result<Vec<Shelter>, Refusal> {
    let mut shelters = read.shelters()?;
    shelters.retain(|shelter| shelter.admission != Admission::Own);
    Ok(shelters)
}

/// What the shelters in the draw could take if empty, for judging who may ask.
///
/// # Errors
/// When the database fails.
pub fn shelter_facts(read: &mut Read<'_>, day: &DeskDay) -> Result<Vec<ShelterFacts>, Refusal> {
    let plan = plan(read)?;
    let shelters = shelters_in_the_draw(read)?;
    let start_nights = day.start_nights.nights();
    Ok(shelters.iter().map(|shelter| ShelterFacts::of(shelter, &plan, start_nights)).collect())
}

/// All that is free on a desk day now, as the draw and the hand-out see it (draw.md, section 2, *From facts to entries*).
///
/// # Errors
/// When the database fails; a refusal if more is held than there is, which must never be.
pub fn free_places(read: &mut Read<'_>, saved: &SavedDay) -> Result<Places, Refusal> {
    let plan = plan(read)?;
    let shelters = shelters_in_the_draw(read)?;
    let start_nights = saved.day.start_nights.nights();
    let held = read.held_from(start_nights.first())?;
    let pools = plan.pools_in_the_draw(&shelters);
    Ok(Places {
        shelters: shelters
            .iter()
            .map(|shelter| ShelterNights { code: shelter.code, nights: shelter.terms.full_nights })
            .collect(),
        start_nights: start_nights.iter().collect(),
        min_nights: saved.min_nights,
        entries: entries(&plan, &held, &pools, start_nights)?,
    })
}

/// Whether a draw has its randomness and no result yet: it follows at once, and until then nothing of the day is free.
///
/// # Errors
/// When the database fails.
pub fn is_to_conclude(read: &mut Read<'_>, saved: &SavedDay) -> Result<bool, Refusal> {
    match saved.day.just_drawn() {
        Some(list) => Ok(read.draw_record(saved.day.date(), list.draw)?.is_none()),
        None => Ok(false),
    }
}

/// Stops what would take or take away places while a list is frozen and not yet drawn: its manifest counts on them.
///
/// # Errors
/// A refusal that says when to try again.
pub fn places_may_change(read: &mut Read<'_>) -> Result<(), Refusal> {
    let Some(saved) = read.running_desk_day()? else { return Ok(()) };
    if !saved.day.counts_on_places() && !is_to_conclude(read, &saved)? {
        return Ok(());
    }
    Err(Refusal::conflict(
        "list-frozen",
        format!(
            "the list of {} is frozen and counts on these places: try again when the draw is done",
            saved.day.date()
        ),
    ))
}

/// Whether a guest was given a bed at a shelter for a night, without a ticket.
///
/// # Errors
/// When the database fails.
pub fn has_walked_in(
    read: &mut Read<'_>,
    guest: GuestId,
    shelter: ShelterCode,
    night: Night,
) -> Result<bool, Refusal> {
    let given = read.walk_ins_at(shelter, night)?;
    Ok(given.iter().any(|entry| entry.bed.guest == guest && entry.stands()))
}

/// The first night that a step on this ticket touches: never one on which the guest has arrived, or that is closed at the
/// shelter (domain.md, *Night*).
///
/// # Errors
/// When the database fails.
pub fn first_touched(read: &mut Read<'_>, ctx: &Ctx, ticket: &Ticket) -> Result<Night, Refusal> {
    let arrivals = read.arrivals_of(ticket.id)?;
    let mut over: Vec<Night> =
        arrivals.iter().filter(|arrival| arrival.stands()).map(|arrival| arrival.night).collect();
    for night in ticket.nights().iter().flat_map(|nights| nights.iter()) {
        if read.is_closed(ticket.pool_on(night).shelter, night)? {
            over.push(night);
        }
    }
    Ok(first_night_touched(ctx.now, |night| over.contains(&night)))
}
