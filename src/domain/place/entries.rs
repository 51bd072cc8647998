//! What is free, on which nights and for how long (draw.md, section 2, *From facts to entries*).

use std::collections::{BTreeSet, VecDeque};

use super::plan::Plan;
use super::{PlaceEntry, Pool};
use crate::domain::guest::GuestId;
use crate::domain::night::{Night, Nights};
use crate::domain::ticket::{Ticket, TicketId};

/// Who holds a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holder {
    /// A ticket.
    Ticket(TicketId),
    /// A guest who walked in (domain.md, *Walk-ins*).
    WalkIn(GuestId),
}

/// One place held in a pool over some nights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// By whom.
    pub holder: Holder,
    /// Where.
    pub pool: Pool,
    /// Over which nights.
    pub nights: Nights,
}

/// More places are held on a night than are open: two people in one place. The service never lets it come to this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "on {night} {held} of the {pool} are held, but only {open} are open; move or end tickets there first"
)]
pub struct Overbooked {
    /// Which places.
    pub pool: Pool,
    /// The first such night.
    pub night: Night,
    /// How many are held.
    pub held: u32,
    /// How many are open.
    pub open: u32,
}

/// The places a ticket holds: none if it holds no night, several in a row if it was moved between pools during the stay.
#[must_use]
pub fn held_by(ticket: &Ticket) -> Vec<Held> {
    let mut held: Vec<Held> = Vec::new();
    for night in ticket.nights().iter().flat_map(|nights| nights.iter()) {
        let pool = ticket.pool_on(night);
        match held.last_mut() {
            Some(last) if last.pool == pool => {
                last.nights = Nights::starting(last.nights.first(), last.nights.count() + 1);
            }
            _ => held.push(Held { holder: Holder::Ticket(ticket.id), pool, nights: Nights::one(night) }),
        }
    }
    held
}

/// The places of the pool that can be given on the night: those open, less those held.
///
/// # Errors
/// [`Overbooked`] if more are held than are open.
pub fn free(plan: &Plan, held: &[Held], pool: Pool, night: Night) -> Result<u32, Overbooked> {
    let open = plan.pool_on(pool, night).open();
    let holders = held.iter().filter(|held| held.pool == pool && held.nights.contains(night)).count();
    let held = u32::try_from(holders).unwrap_or(u32::MAX);
    open.checked_sub(held).ok_or(Overbooked { pool, night, held, open })
}

/// The entries of these pools for a desk day with these start nights, in the order of a manifest (draw.md, section 2,
/// *From facts to entries*): when free rises by k, k runs open; when it falls by k, the k runs that opened first end the
/// night before. Places freed later are derived alike, from the day's first start night (section 8).
///
/// For one night alone, this is what is free on that night and for how long.
///
/// # Errors
/// [`Overbooked`], the first by pool and night, on any night from the first start night on.
pub fn entries(
    plan: &Plan,
    held: &[Held],
    pools: &[Pool],
    start_nights: Nights,
) -> Result<Vec<PlaceEntry>, Overbooked> {
    let mut entries = Vec::new();
    for &pool in &pools.iter().copied().collect::<BTreeSet<_>>() {
        entries.extend(runs(plan, held, pool, start_nights.first())?);
    }
    entries.retain(|entry| entry.from <= start_nights.last());
    Ok(entries)
}

/// Every run of the pool from the night `first` on. At most one entry opens per night, and the oldest end first: so no two
/// are alike, and they come in the order of a manifest.
fn runs(plan: &Plan, held: &[Held], pool: Pool, first: Night) -> Result<Vec<PlaceEntry>, Overbooked> {
    let held: Vec<Held> = held.iter().filter(|held| held.pool == pool).copied().collect();
    let mut ended = Vec::new();
    let mut open: VecDeque<PlaceEntry> = VecDeque::new();
    let mut free_before = 0;
    for night in nights_of_change(plan, &held, pool, first) {
        let free_now = free(plan, &held, pool, night)?;
        if free_now > free_before {
            open.push_back(PlaceEntry { pool, from: night, until: None, count: free_now - free_before });
        } else {
            end_oldest(&mut open, free_before - free_now, night.previous(), &mut ended);
        }
        free_before = free_now;
    }
    ended.extend(open);
    Ok(ended)
}

/// Ends the `falling` runs that opened first, with the night `last`.
fn end_oldest(open: &mut VecDeque<PlaceEntry>, mut falling: u32, last: Night, ended: &mut Vec<PlaceEntry>) {
    while falling > 0
        && let Some(oldest) = open.front_mut()
    {
        let ending = falling.min(oldest.count);
        ended.push(PlaceEntry { until: Some(last), count: ending, ..*oldest });
        oldest.count -= ending;
        falling -= ending;
        if oldest.count == 0 {
            open.pop_front();
        }
    }
}

/// `first`, and every later night on which free may differ from the night before. After the last of them nothing changes:
/// what is free then has no end in sight.
fn nights_of_change(plan: &Plan, held: &[Held], pool: Pool, first: Night) -> BTreeSet<Night> {
    let mut nights = plan.nights_of_change(pool);
    nights.extend(held.iter().flat_map(|held| [held.nights.first(), held.nights.last().next()]));
    let mut nights = nights.split_off(&first);
    nights.insert(first);
    nights
}
