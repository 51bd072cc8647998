//! Laws that hold for whatever a coordinator plans and whoever holds places.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::domain::place::change::{ChangeRefused, check_change};
use crate::domain::place::entries::{entries, free};
use crate::domain::place::moving::room_for_party;

/// The first night of the little world the laws are tried in; it crosses the leap day.
const FIRST: &str = "2028-02-20";
/// How many nights it has. Facts and stays end before, so that what holds on its last night holds for ever.
const NIGHTS: u32 = 24;

fn world() -> Nights {
    Nights::starting(night(FIRST), NIGHTS)
}

fn any_night() -> impl Strategy<Value = Night> {
    (0..16_u32).prop_map(|n| night(FIRST).plus(n))
}

fn any_nights() -> impl Strategy<Value = Nights> {
    (any_night(), 1..6_u32).prop_map(|(first, length)| Nights::starting(first, length))
}

fn any_pool() -> impl Strategy<Value = Pool> {
    let who = select(vec![Who::Any, Who::Men, Who::Women]);
    let shelter = select(vec!["fa", "sm"]);
    (shelter, select(vec![Kind::Family, Kind::Single]), who)
        .prop_map(|(code, kind, who)| pool(code, kind, who))
}

fn any_fact() -> impl Strategy<Value = Fact> {
    let closed = prop_oneof![
        1 => any_pool().prop_map(|pool| Closed::Shelter(pool.shelter)),
        1 => any_pool().prop_map(Closed::Pool),
        4 => (any_pool(), 0..3_u32).prop_map(|(pool, count)| Closed::Places(pool, count)),
    ];
    let direction = select(vec![Direction::MenToWomen, Direction::WomenToMen]);
    prop_oneof![
        6 => (any_pool(), any_night(), 0..6_u32).prop_map(|(pool, from, count)| Fact::Number { pool, from, count }),
        2 => (closed, any_nights()).prop_map(|(what, nights)| Fact::Closure { what, nights }),
        2 => (any_pool(), direction, any_nights(), 0..3_u32).prop_map(|(pool, direction, nights, count)| {
            Fact::Lending { shelter: pool.shelter, kind: pool.kind, direction, nights, count }
        }),
        2 => (any_pool(), any_night(), 0..3_u32).prop_map(|(pool, night, count)| Fact::Extra { pool, night, count }),
    ]
}

/// Facts that make a plan: one that does not fit those before it is left out.
fn any_facts() -> impl Strategy<Value = Vec<Fact>> {
    vec(any_fact(), 0..24).prop_map(|tried| {
        tried.into_iter().fold(Vec::new(), |mut facts, fact| {
            facts.push(fact);
            if Plan::new(&facts).is_err() {
                facts.pop();
            }
            facts
        })
    })
}

fn any_held() -> impl Strategy<Value = Vec<Held>> {
    vec((any_pool(), any_nights()), 0..40).prop_map(|places| {
        let number = (0_u128..).map(ticket_id).map(Holder::Ticket);
        number.zip(places).map(|(holder, (pool, nights))| Held { holder, pool, nights }).collect()
    })
}

/// Facts, and as many of the stays as have room there.
fn any_occupancy() -> impl Strategy<Value = (Vec<Fact>, Vec<Held>)> {
    (any_facts(), any_held()).prop_map(|(facts, tried)| {
        let plan = plan(&facts);
        let held = tried.into_iter().fold(Vec::new(), |mut held, place| {
            held.push(place);
            if place.nights.iter().any(|night| free(&plan, &held, place.pool, night).is_err()) {
                held.pop();
            }
            held
        });
        (facts, held)
    })
}

fn covers(entry: &PlaceEntry, pool: Pool, night: Night) -> bool {
    entry.pool == pool && entry.from <= night && entry.until.is_none_or(|until| night <= until)
}

fn counted<'a>(entries: impl IntoIterator<Item = &'a PlaceEntry>) -> u32 {
    entries.into_iter().map(|entry| entry.count).sum()
}

/// The sentence of the specification, bed by bed and night by night: the open beds in a row, the oldest first.
fn bed_by_bed(plan: &Plan, held: &[Held], pool: Pool, start_nights: Nights) -> Vec<(Night, Option<Night>)> {
    let mut ended = Vec::new();
    let mut open: Vec<Night> = Vec::new();
    for night in world().iter().filter(|night| *night >= start_nights.first()) {
        let free = free(plan, held, pool, night).unwrap();
        while open.len() < free as usize {
            open.push(night);
        }
        while open.len() > free as usize {
            ended.push((open.remove(0), Some(night.previous())));
        }
    }
    ended.extend(open.into_iter().map(|from| (from, None)));
    ended.retain(|(from, _)| *from <= start_nights.last());
    ended.sort_by_key(|(from, until)| (*from, until.is_none(), *until));
    ended
}

/// Whether the members can be given places of these pools at all, by trying every way.
fn can_be_seated(left: &[(Pool, u32)], members: &[Sex]) -> bool {
    let Some((&first, rest)) = members.split_first() else { return true };
    (0..left.len()).any(|n| {
        let mut after = left.to_vec();
        after[n].1 = after[n].1.saturating_sub(1);
        left[n].1 > 0 && left[n].0.who.fits(first) && can_be_seated(&after, rest)
    })
}

proptest! {
    #[test]
    fn entries_are_the_runs_of_the_specification(
        (facts, held) in any_occupancy(), start_nights in any_nights(),
    ) {
        let plan = plan(&facts);
        let pools: Vec<Pool> = plan.pools().collect();
        let entries = entries(&plan, &held, &pools, start_nights).unwrap();
        for pool in pools {
            let of_pool = entries.iter().filter(|entry| entry.pool == pool);
            let beds: Vec<_> =
                of_pool.flat_map(|entry| (0..entry.count).map(|_| (entry.from, entry.until))).collect();
            prop_assert_eq!(beds, bed_by_bed(&plan, &held, pool, start_nights));
        }
    }

    #[test]
    fn on_every_start_night_the_entries_are_what_is_free_and_later_never_more(
        (facts, held) in any_occupancy(), start_nights in any_nights(),
    ) {
        let plan = plan(&facts);
        let pools: Vec<Pool> = plan.pools().collect();
        let entries = entries(&plan, &held, &pools, start_nights).unwrap();
        for night in world().iter().filter(|night| *night >= start_nights.first()) {
            for &pool in &pools {
                let there = counted(entries.iter().filter(|entry| covers(entry, pool, night)));
                let free = free(&plan, &held, pool, night).unwrap();
                if night <= start_nights.last() {
                    prop_assert_eq!(there, free, "{} on {}", pool, night);
                } else {
                    prop_assert!(there <= free, "{} on {}", pool, night);
                }
            }
        }
    }

    #[test]
    fn with_no_last_start_night_the_entries_are_what_is_free_on_every_night(
        (facts, held) in any_occupancy(),
    ) {
        let plan = plan(&facts);
        let pools: Vec<Pool> = plan.pools().collect();
        let entries = entries(&plan, &held, &pools, world()).unwrap();
        for night in world().iter() {
            for &pool in &pools {
                let there = counted(entries.iter().filter(|entry| covers(entry, pool, night)));
                prop_assert_eq!(there, free(&plan, &held, pool, night).unwrap(), "{} on {}", pool, night);
            }
        }
    }

    #[test]
    fn entries_are_strictly_ascending_and_begin_on_a_start_night(
        (facts, held) in any_occupancy(), start_nights in any_nights(),
    ) {
        let plan = plan(&facts);
        let pools: Vec<Pool> = plan.pools().collect();
        let entries = entries(&plan, &held, &pools, start_nights).unwrap();
        prop_assert!(entries.windows(2).all(|pair| pair[0].sort_key() < pair[1].sort_key()));
        for entry in entries {
            prop_assert!(start_nights.contains(entry.from));
            prop_assert!(entry.until.is_none_or(|until| entry.from <= until));
            prop_assert!(entry.count > 0);
        }
    }

    #[test]
    fn the_order_of_facts_holders_and_pools_changes_nothing(
        ((facts, held), (other_facts, other_held)) in any_occupancy().prop_flat_map(|(facts, held)| {
            let shuffled = (Just(facts.clone()).prop_shuffle(), Just(held.clone()).prop_shuffle());
            (Just((facts, held)), shuffled)
        }),
        start_nights in any_nights(),
    ) {
        let (plan, other_plan) = (plan(&facts), plan(&other_facts));
        let pools: Vec<Pool> = plan.pools().collect();
        let backwards: Vec<Pool> = pools.iter().rev().copied().collect();
        prop_assert_eq!(
            entries(&plan, &held, &pools, start_nights),
            entries(&other_plan, &other_held, &backwards, start_nights)
        );
    }

    #[test]
    fn lending_neither_makes_nor_loses_a_place(facts in any_facts()) {
        let without: Vec<Fact> =
            facts.iter().filter(|fact| !matches!(fact, Fact::Lending { .. })).copied().collect();
        let (with, without) = (plan(&facts), plan(&without));
        for night in world().iter() {
            for shelter in ["fa", "sm"].map(code) {
                let (with, without) = (with.shelter_on(shelter, night), without.shelter_on(shelter, night));
                prop_assert_eq!(with.places, without.places);
                prop_assert!(with.open() <= without.open(), "a closed place was lent");
            }
        }
    }

    #[test]
    fn a_change_goes_through_exactly_when_nobody_loses_a_place(
        (facts, held) in any_occupancy(), more in any_fact(), first in any_night(),
    ) {
        let before = plan(&facts);
        let mut changed = facts;
        changed.push(more);
        let Ok(after) = Plan::new(&changed) else { return Ok(()) };
        let nights = || world().iter().flat_map(|night| after.pools().map(move |pool| (pool, night)));
        let differs = nights().any(|(pool, night)| {
            night < first && before.pool_on(pool, night) != after.pool_on(pool, night)
        });
        let overbooked: Vec<(Pool, Night)> =
            nights().filter(|&(pool, night)| free(&after, &held, pool, night).is_err()).collect();
        match check_change(&before, &after, &held, first) {
            Ok(()) => prop_assert!(!differs && overbooked.is_empty()),
            Err(ChangeRefused::NightHasBegun { night, .. }) => prop_assert!(differs && night < first),
            Err(ChangeRefused::WouldDisplace(shortfalls)) => {
                prop_assert!(!differs);
                let mut listed: Vec<_> = shortfalls.iter().map(|short| (short.pool, short.night)).collect();
                listed.sort_by_key(|&(pool, night)| (night, pool));
                prop_assert_eq!(listed, overbooked);
            }
        }
    }

    #[test]
    fn a_party_is_moved_whole_exactly_when_any_seating_would_do(
        (facts, held) in any_occupancy(), nights in any_nights(),
        members in vec(select(vec![Sex::Man, Sex::Woman, Sex::Other]), 1..5),
    ) {
        let plan = plan(&facts);
        let left: Vec<(Pool, u32)> = plan
            .pools()
            .filter(|pool| pool.shelter == code("fa"))
            .map(|pool| (pool, nights.iter().map(|night| free(&plan, &held, pool, night).unwrap()).min().unwrap()))
            .collect();
        let to = shelter("fa", Admission::Scanned);
        let seats = room_for_party(&plan, &held, &to, &members, nights).unwrap();
        prop_assert_eq!(seats.is_some(), can_be_seated(&left, &members));
        let seats = seats.unwrap_or_default();
        for (pool, count) in left {
            prop_assert!(seats.iter().filter(|seat| **seat == pool).count() <= count as usize);
        }
        prop_assert!(seats.iter().zip(&members).all(|(seat, sex)| seat.who.fits(*sex)));
    }
}
