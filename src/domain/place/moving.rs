//! Whether a party fits another shelter for the nights it has left (domain.md, *Places*: same nights, another shelter,
//! whole party).

use std::collections::BTreeMap;

use super::entries::{Held, Overbooked, free};
use super::plan::Plan;
use super::{Kind, Pool, Who};
use crate::domain::guest::Sex;
use crate::domain::night::Nights;
use crate::domain::shelter::{Admission, Shelter};

/// The pool at `shelter` for each member of a party, as listed, over all of `nights`; none if not all of them fit, or the
/// shelter takes no tickets. Men are seated first, then women, then others; each prefers men's or women's places to those
/// for anyone, then single places to family places (draw.md, *Seating a family*). Bans are the caller's to ask about.
///
/// Only `free` counts, night by night, and not the runs of the draw: place numbers may change for nights not yet begun, so
/// a member may be put up in another bed on the way.
///
/// # Errors
/// [`Overbooked`] if the shelter is already.
pub fn room_for_party(
    plan: &Plan,
    held: &[Held],
    shelter: &Shelter,
    members: &[Sex],
    nights: Nights,
) -> Result<Option<Vec<Pool>>, Overbooked> {
    if shelter.admission == Admission::Own {
        return Ok(None);
    }
    let mut left = free_throughout(plan, held, shelter, nights)?;
    let mut seating: Vec<usize> = (0..members.len()).collect();
    seating.sort_by_key(|&member| members[member]);
    let mut seats = BTreeMap::new();
    for member in seating {
        // Greedy is enough: a place for men or women is of use to nobody else, and those for anyone are all alike.
        let taken = preferences(shelter, members[member])
            .into_iter()
            .find(|pool| left.get_mut(pool).is_some_and(take_one));
        let Some(pool) = taken else { return Ok(None) };
        seats.insert(member, pool);
    }
    Ok(Some(seats.into_values().collect()))
}

fn take_one(left: &mut u32) -> bool {
    let any = *left > 0;
    *left = left.saturating_sub(1);
    any
}

/// How many places of each of the shelter's pools nobody holds on any of the nights.
fn free_throughout(
    plan: &Plan,
    held: &[Held],
    shelter: &Shelter,
    nights: Nights,
) -> Result<BTreeMap<Pool, u32>, Overbooked> {
    let mut left = BTreeMap::new();
    for pool in plan.pools().filter(|pool| pool.shelter == shelter.code) {
        for night in nights.iter() {
            let free = free(plan, held, pool, night)?;
            left.entry(pool).and_modify(|least: &mut u32| *least = free.min(*least)).or_insert(free);
        }
    }
    Ok(left)
}

/// The shelter's pools that fit the person, best first.
fn preferences(shelter: &Shelter, sex: Sex) -> Vec<Pool> {
    let whose = [Who::Men, Who::Women, Who::Any].into_iter().filter(|who| who.fits(sex));
    whose
        .flat_map(|who| [Kind::Single, Kind::Family].map(|kind| Pool { shelter: shelter.code, kind, who }))
        .collect()
}
