//! Whether the plan of places may be changed while people hold them (domain.md, *Places*).

use std::collections::{BTreeMap, BTreeSet};

use super::Pool;
use super::entries::{Held, Holder};
use super::plan::Plan;
use crate::domain::head_count::Counted;
use crate::domain::night::Night;

/// A pool and night that would have fewer open places than are held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// Which places.
    pub pool: Pool,
    /// The night.
    pub night: Night,
    /// How many holders would be left without a place.
    pub short: u32,
    /// All who hold one of these places that night: at least `short` of them must be moved, or ended by the shelter.
    pub holders: Vec<Holder>,
}

/// Why a change of places is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeRefused {
    /// It reaches back to a night that has begun.
    #[error("on {night} the {pool} cannot be changed any more; let the change begin on {first} or later")]
    NightHasBegun {
        /// Which places.
        pool: Pool,
        /// The first such night.
        night: Night,
        /// The first night that can be changed.
        first: Night,
    },
    /// It would leave people without a place. By pool and night; never empty.
    #[error("{}", in_words(.0))]
    WouldDisplace(Vec<Shortfall>),
}

/// Why a change of places is refused on a night that was counted already: more people slept there than it would leave places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{} people were counted at {} on {}, and this change would leave {open} places there: correct the head count first, \
     or let the change begin later", .counted.people, .counted.shelter, .counted.night
)]
pub struct CountedMore {
    /// Where and when, and how many.
    pub counted: Counted,
    /// The open places there would be.
    pub open: u32,
}

/// Where it falls short first, whether that is all, and among how many people some must move.
fn in_words(shortfalls: &[Shortfall]) -> String {
    let holders: BTreeSet<Holder> =
        shortfalls.iter().flat_map(|short| short.holders.iter().copied()).collect();
    let first = shortfalls.iter().min_by_key(|short| (short.night, short.pool));
    let first = first.map(|first| format!("{} too few {} on {}", first.short, first.pool, first.night));
    let of = match shortfalls.len() {
        0 | 1 => String::new(),
        n => format!(" (the first of {n} shortfalls)"),
    };
    format!(
        "this change would leave {}{of}: move or end tickets among the {} listed first",
        first.unwrap_or_default(),
        holders.len()
    )
}

/// Whether the plan `before` may become `after`, where `first` is the first night touched and `held` all places held. A
/// lending is a change like any other, so it takes only places nobody holds, and is ended early only when nobody holds
/// what was lent.
///
/// # Errors
/// [`ChangeRefused::NightHasBegun`] if a night before `first` would change; [`ChangeRefused::WouldDisplace`] with every
/// pool and night that the change leaves with fewer open places than are held.
pub fn check_change(before: &Plan, after: &Plan, held: &[Held], first: Night) -> Result<(), ChangeRefused> {
    if let Some((night, pool)) = earliest_change(before, after).filter(|(night, _)| *night < first) {
        return Err(ChangeRefused::NightHasBegun { pool, night, first });
    }
    let shortfalls = shortfalls(before, after, held);
    if shortfalls.is_empty() { Ok(()) } else { Err(ChangeRefused::WouldDisplace(shortfalls)) }
}

/// Whether the plan `before` may become `after` where heads were `counted`: no more people may sleep at a shelter than it has places
/// (domain.md, *Head count*, *Sums that must hold*).
///
/// # Errors
/// [`CountedMore`] with the first count the change would leave with too few places. One that had too few before, and no fewer now,
/// is no ground to refuse it.
pub fn check_counted(before: &Plan, after: &Plan, counted: &[Counted]) -> Result<(), CountedMore> {
    for &counted in counted {
        let open_in = |plan: &Plan| plan.shelter_on(counted.shelter, counted.night).open();
        let (was, open) = (open_in(before), open_in(after));
        if open < was && u64::from(open) < counted.people {
            return Err(CountedMore { counted, open });
        }
    }
    Ok(())
}

/// The first night on which the two plans differ.
#[must_use]
pub fn first_night_changed(before: &Plan, after: &Plan) -> Option<Night> {
    earliest_change(before, after).map(|(night, _)| night)
}

/// The first night on which the two plans differ, and a pool that does.
fn earliest_change(before: &Plan, after: &Plan) -> Option<(Night, Pool)> {
    let pools: BTreeSet<Pool> = before.pools().chain(after.pools()).collect();
    let differs = |night: &Night, pool| before.pool_on(pool, *night) != after.pool_on(pool, *night);
    let earliest = |pool| {
        let nights = &before.nights_of_change(pool) | &after.nights_of_change(pool);
        nights.into_iter().find(|night| differs(night, pool)).map(|night| (night, pool))
    };
    pools.into_iter().filter_map(earliest).min()
}

/// A shortfall that was there before and that the change does not make worse is no ground to refuse it: it may be the
/// repair.
fn shortfalls(before: &Plan, after: &Plan, held: &[Held]) -> Vec<Shortfall> {
    let mut holders: BTreeMap<(Pool, Night), Vec<Holder>> = BTreeMap::new();
    for place in held {
        for night in place.nights.iter() {
            holders.entry((place.pool, night)).or_default().push(place.holder);
        }
    }
    let mut shortfalls = Vec::new();
    for ((pool, night), mut holders) in holders {
        let open = after.pool_on(pool, night).open();
        let short = u32::try_from(holders.len()).unwrap_or(u32::MAX).saturating_sub(open);
        if short > 0 && open < before.pool_on(pool, night).open() {
            holders.sort_unstable();
            shortfalls.push(Shortfall { pool, night, short, holders });
        }
    }
    shortfalls
}
