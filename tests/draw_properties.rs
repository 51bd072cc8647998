//! What the draw promises (draw.md, sections 4, 5 and 8), held to random frozen lists from the outside.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a test that fails says so")]

mod halls;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use halls::count::{all_fit, most};
use halls::letter;
use halls::list::{content, dice, draw, entropy, hall, lists};
use halls::random::{Hall, Placed, cases, friday};
use inskrivning::domain::guest::Sex;
use inskrivning::domain::lottery::explain::{Explanation, Offer, Passed, Taken, Turn, explain};
use inskrivning::domain::lottery::hash::Hash32;
use inskrivning::domain::lottery::manifest::{Content, Manifest};
use inskrivning::domain::lottery::placement::{Lot, Outcome, Phase, Places, ShelterNights, place};
use inskrivning::domain::lottery::{Draw, DrawError, record};
use inskrivning::domain::party::LotNumber;
use inskrivning::domain::place::{Kind, PlaceEntry, Pool, Who};
use proptest::collection::vec;
use proptest::prelude::*;

const BOTH: &[Kind] = &[Kind::Family, Kind::Single];

fn shuffled<T>(items: Vec<T>, keys: &[u16]) -> Vec<T> {
    let mut keyed: Vec<(u16, T)> = keys.iter().copied().zip(items).collect();
    keyed.sort_by_key(|&(key, _)| key);
    keyed.into_iter().map(|(_, item)| item).collect()
}

fn is_on_reserve(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Reserve { .. })
}

proptest! {
    #![proptest_config(cases(250))]

    #[test]
    fn same_inputs_give_the_same_bytes(content in lists(), dice in dice()) {
        let one = draw(content.clone(), &dice);
        let other = draw(content, &dice);
        prop_assert_eq!(record::write(&one).unwrap(), record::write(&other).unwrap());
        let read = Manifest::read(one.manifest().bytes().as_bytes()).unwrap();
        let given = one.randomness().map(|randomness| randomness.entropy.as_str());
        let again = Draw::new(read, given).unwrap();
        prop_assert_eq!(record::write(&one).unwrap(), record::write(&again).unwrap());
    }

    #[test]
    fn the_order_in_which_the_source_lists_places_shelters_and_lots_does_not_matter(
        content in lists(),
        keys in vec(any::<u16>(), 12),
        dice in dice(),
    ) {
        let mut other = content.clone();
        other.places.entries = shuffled(other.places.entries, &keys);
        other.places.shelters = shuffled(other.places.shelters, &keys);
        other.lots = shuffled(other.lots, &keys);
        other.out = shuffled(other.out, &keys);
        let (one, other) = (draw(content, &dice), draw(other, &dice));
        prop_assert_eq!(record::write(&one).unwrap(), record::write(&other).unwrap());
    }

    #[test]
    fn the_order_holds_every_lot_that_is_in_once_and_no_other(content in lists(), dice in dice()) {
        let lots: Vec<LotNumber> = content.lots.iter().map(|lot| lot.number).collect();
        let drawn = draw(content, &dice);
        let mut order = drawn.order().to_vec();
        order.sort();
        prop_assert_eq!(&order, &lots);
        if let Some(randomness) = drawn.randomness() {
            let keyed: Vec<LotNumber> = randomness.keys.iter().map(|&(lot, _)| lot).collect();
            prop_assert_eq!(&keyed, &lots);
        }
    }

    #[test]
    fn the_lots_are_drawn_by_key_and_placed_in_that_order(content in lists(), dice in dice()) {
        let drawn = draw(content, &dice);
        let Some(randomness) = drawn.randomness() else { return Ok(()) };
        let key = |lot: &LotNumber| randomness.keys.iter().find(|(keyed, _)| keyed == lot).unwrap().1;
        prop_assert!(drawn.order().windows(2).all(|pair| key(&pair[0]) < key(&pair[1])));
        prop_assert_eq!(drawn.outcomes(), hall(&drawn).place());
    }

    #[test]
    fn dice_are_thrown_exactly_when_the_order_of_asking_leaves_somebody_over(content in lists(), dice in dice()) {
        let manifest = Manifest::freeze(content).unwrap();
        let Content { places, lots, .. } = manifest.content().clone();
        let by_number: Vec<LotNumber> = lots.iter().map(|lot| lot.number).collect();
        let outcomes = place(&places, &lots, &by_number);
        let with_dice = Draw::new(manifest.clone(), Some(&entropy(&dice)));
        let without = Draw::new(manifest, None);
        if outcomes.iter().any(is_on_reserve) {
            prop_assert!(matches!(without, Err(DrawError::EntropyMissing(_))), "{without:?}");
            prop_assert!(with_dice.unwrap().randomness().is_some());
        } else {
            prop_assert_eq!(with_dice, Err(DrawError::EveryoneFits));
            let drawn = without.unwrap();
            prop_assert!(drawn.randomness().is_none() && !drawn.is_oversubscribed());
            prop_assert_eq!((drawn.order(), drawn.outcomes()), (&by_number[..], &outcomes[..]));
        }
    }

    #[test]
    fn changing_one_die_changes_the_order(dice in dice(), changed in 0..30_usize, by in 1..6_u8) {
        let mut other = dice.clone();
        other[changed] = (other[changed] - 1 + by) % 6 + 1;
        let one = draw(alike(24, 5, Hash32([3; 32])), &dice);
        let other = draw(alike(24, 5, Hash32([3; 32])), &other);
        prop_assert_ne!(one.order(), other.order());
    }

    #[test]
    fn another_salt_gives_another_order(dice in dice(), salt in any::<[u8; 32]>(), byte in 0..32_usize, by in 1..=255_u8) {
        let mut other = salt;
        other[byte] ^= by;
        let one = draw(alike(24, 5, Hash32(salt)), &dice);
        let other = draw(alike(24, 5, Hash32(other)), &dice);
        prop_assert_ne!(one.order(), other.order());
    }
}

/// A list of so many men who ask for the same, and so many places.
fn alike(lots: u32, places: u32, salt: Hash32) -> Content {
    let shelter = "fa".parse().unwrap();
    let lot = |number| Lot {
        number: LotNumber(number),
        members: vec![Sex::Man],
        from: friday(),
        accepts: vec![shelter],
    };
    let pool = Pool { shelter, kind: Kind::Single, who: Who::Men };
    let places = Places {
        shelters: vec![ShelterNights { code: shelter, nights: 5 }],
        start_nights: vec![friday()],
        min_nights: 3,
        entries: vec![PlaceEntry { pool, from: friday(), until: None, count: places }],
    };
    content(Hall { places, lots: (1..=lots).map(lot).collect(), order: Vec::new() }, salt)
}

/// Twelve men for five places, drawn with so many different throws.
const LOTS: u32 = 12;
const PLACES: u32 = 5;
const DRAWS: u32 = 3000;

/// The draws of one list, each with another throw of the dice.
static DRAWN: LazyLock<Vec<Draw>> = LazyLock::new(|| {
    let manifest = Manifest::freeze(alike(LOTS, PLACES, Hash32([5; 32]))).unwrap();
    let throw =
        |number: u32| (0..30).map(move |die| u8::try_from(number / 6_u32.pow(die % 6) % 6).unwrap() + 1);
    let dice = (0..DRAWS).map(|number| throw(number).collect::<Vec<u8>>());
    dice.map(|dice| Draw::new(manifest.clone(), Some(&entropy(&dice))).unwrap()).collect()
});

/// How often each lot gets a place.
fn times_placed(outcomes: impl Iterator<Item = Vec<Outcome>>) -> Vec<u32> {
    let mut times = vec![0; LOTS as usize];
    for outcome in outcomes.flatten().filter(|outcome| !is_on_reserve(outcome)) {
        times[outcome.lot().0 as usize - 1] += 1;
    }
    times
}

/// Pearson's sum over counts that should each be `expected`. `spread` is how much less they vary than independent ones
/// would, since every draw shares out a fixed number.
fn chi_square(times: &[u32], expected: f64, spread: f64) -> f64 {
    times.iter().map(|&times| (f64::from(times) - expected).powi(2) / expected).sum::<f64>() / spread
}

/// Chi-square of the places, with `LOTS - 1` degrees of freedom: a place drawn with chance p varies by p (1 - p), and the counts
/// of one draw add up.
fn unfairness(times: &[u32]) -> f64 {
    let (lots, chance) = (f64::from(LOTS), f64::from(PLACES) / f64::from(LOTS));
    chi_square(times, f64::from(DRAWS) * chance, (1.0 - chance) * lots / (lots - 1.0))
}

/// A fair draw exceeds it less than once in a million runs: chi-square, 11 degrees of freedom.
const BOUND: f64 = 50.0;

#[test]
fn lots_alike_have_the_same_chance() {
    let times = times_placed(DRAWN.iter().map(|draw| draw.outcomes().to_vec()));
    assert_eq!(times.iter().sum::<u32>(), DRAWS * PLACES);
    assert!(unfairness(&times) < BOUND, "{}: {times:?}", unfairness(&times));
}

#[test]
fn an_order_by_a_part_of_the_key_and_then_by_lot_breaks_the_bound() {
    let biased = |part: fn(&Hash32) -> u8| {
        times_placed(DRAWN.iter().map(|draw| {
            let mut keys = draw.randomness().unwrap().keys.clone();
            keys.sort_by_key(|(lot, key)| (part(key), *lot));
            let order: Vec<LotNumber> = keys.into_iter().map(|(lot, _)| lot).collect();
            place(&draw.manifest().content().places, &draw.manifest().content().lots, &order)
        }))
    };
    for times in [biased(|key| key.0[0] % 4), biased(|key| key.0[0] / 16), biased(|key| key.0[31] % 8)] {
        assert!(unfairness(&times) > BOUND, "{}: {times:?}", unfairness(&times));
    }
}

#[test]
fn every_lot_is_as_often_at_every_rank() {
    let lots = LOTS as usize;
    let mut times = vec![0; lots * lots];
    for draw in DRAWN.iter() {
        draw.order().iter().enumerate().for_each(|(rank, lot)| times[rank * lots + lot.0 as usize - 1] += 1);
    }
    let spread = f64::from(LOTS) / f64::from(LOTS - 1);
    let found = chi_square(&times, f64::from(DRAWS) / f64::from(LOTS), spread);
    // A fair draw exceeds it less than once in a million runs: chi-square, 121 degrees of freedom.
    assert!(found < 210.0, "{found}: {times:?}");
}

/// What is left of every entry for a lot at its turn: `before` says who had been given places for good.
fn left(hall: &Hall, placed: &[Placed<'_>], before: impl Fn(Phase, u32) -> bool) -> Vec<u32> {
    hall.left(placed, |placed| placed.phase().is_some_and(|phase| before(phase, placed.rank)))
}

proptest! {
    #![proptest_config(cases(250))]

    #[test]
    fn every_lot_is_told_its_own_outcome(content in lists(), dice in dice()) {
        let drawn = draw(content, &dice);
        for outcome in drawn.outcomes() {
            let family = hall(&drawn).lot(outcome.lot()).members.len() > 1;
            let told = match explain(&drawn, outcome.lot()).unwrap() {
                Explanation::PlacedSingle { rank, phase, seat, .. } => {
                    (false, Outcome::Placed { lot: outcome.lot(), rank, phase, seat })
                }
                Explanation::PlacedFamily { rank, phase, seat, .. } => {
                    (true, Outcome::Placed { lot: outcome.lot(), rank, phase, seat })
                }
                Explanation::ReserveSingle { rank, reserve, .. } => {
                    (false, Outcome::Reserve { lot: outcome.lot(), rank, reserve })
                }
                Explanation::ReserveFamily { rank, reserve, .. } => {
                    (true, Outcome::Reserve { lot: outcome.lot(), rank, reserve })
                }
                Explanation::Out(_) => panic!("lot {} is in", outcome.lot()),
            };
            prop_assert_eq!(told, (family, outcome.clone()));
        }
        for out in &drawn.manifest().content().out {
            prop_assert_eq!(explain(&drawn, out.number), Some(Explanation::Out(out.clone())));
        }
        let next = LotNumber(u32::try_from(drawn.manifest().last_lot()).unwrap() + 1);
        prop_assert_eq!(explain(&drawn, next), None);
    }

    #[test]
    fn a_single_on_the_reserve_list_is_shown_full_entries_only_and_nobody_drawn_after_it(
        content in lists(),
        dice in dice(),
    ) {
        let drawn = draw(content, &dice);
        for outcome in drawn.outcomes() {
            if let Some(Explanation::ReserveSingle { rank, taken, .. }) = explain(&drawn, outcome.lot()) {
                for Taken { entry, places, families, singles, last_rank } in taken {
                    prop_assert_eq!(families + singles, places, "entry {}", entry);
                    prop_assert!(last_rank < Some(rank), "entry {entry}: {last_rank:?}");
                }
            }
        }
    }

    #[test]
    fn a_single_on_the_reserve_list_is_shown_who_holds_what_it_could_reach(content in lists(), dice in dice()) {
        let drawn = draw(content, &dice);
        let hall = hall(&drawn);
        let placed = hall.placed();
        for waiting in placed.iter().filter(|placed| placed.is_single() && placed.given.is_none()) {
            let Some(Explanation::ReserveSingle { taken, .. }) = explain(&drawn, waiting.lot.number) else {
                panic!("lot {}", waiting.lot.number)
            };
            let entries: Vec<usize> = reachable(&hall, &placed, waiting).into_iter().collect();
            prop_assert_eq!(taken.iter().map(|taken| taken.entry).collect::<Vec<_>>(), entries);
            for Taken { entry, places, families, singles, last_rank } in taken {
                let all = |single: bool| placed.iter().filter(move |placed| placed.is_single() == single);
                let on = |placed: &&Placed<'_>| placed.seat().map_or(0, |seat| seat.entries.iter().filter(|&&on| on == entry).count());
                prop_assert_eq!(places, hall.places.entries[entry].count);
                prop_assert_eq!(families as usize, all(false).map(|placed| on(&placed)).sum::<usize>());
                prop_assert_eq!(singles as usize, all(true).map(|placed| on(&placed)).sum::<usize>());
                prop_assert_eq!(last_rank, all(true).filter(|placed| on(placed) > 0).map(|placed| placed.rank).max());
            }
        }
    }

    #[test]
    fn a_placed_single_is_shown_all_it_would_have_preferred_each_full_or_needed(content in lists(), dice in dice()) {
        let drawn = draw(content, &dice);
        let hall = hall(&drawn);
        let placed = hall.placed();
        for single in placed.iter().filter(|placed| placed.is_single() && placed.given.is_some()) {
            let Some(Explanation::PlacedSingle { passed, seat, .. }) = explain(&drawn, single.lot.number) else {
                panic!("lot {}", single.lot.number)
            };
            let usable = letter::usable(&hall.places, single.lot, BOTH);
            let better: Vec<usize> = usable.into_iter().take_while(|&entry| entry != seat.entries[0]).collect();
            prop_assert_eq!(passed.iter().map(|passed| passed.entry).collect::<Vec<_>>(), better);
            let mut left = left(&hall, &placed, |phase, rank| match phase {
                Phase::F1 | Phase::F2 => true,
                Phase::S1 | Phase::S2 => rank < single.rank,
                Phase::F3 => false,
            });
            let later = placed.iter().filter(|placed| {
                placed.is_single() && placed.given.is_some() && placed.rank > single.rank
            });
            let after: Vec<_> = later.map(|placed| letter::usable(&hall.places, placed.lot, BOTH)).collect();
            for Passed { entry, start, nights, full } in passed {
                let stay = letter::stay(&hall.places, single.lot, &hall.places.entries[entry]);
                prop_assert_eq!(stay, Some((start, nights)));
                prop_assert_eq!(full, left[entry] == 0);
                if !full {
                    left[entry] -= 1;
                    prop_assert!(!all_fit(&after, &left), "lot {} could have had {entry}", single.lot.number);
                    left[entry] += 1;
                }
            }
        }
    }

    #[test]
    fn a_family_is_shown_at_each_turn_what_was_free_and_that_it_was_too_little(content in lists(), dice in dice()) {
        let drawn = draw(content, &dice);
        let hall = hall(&drawn);
        let placed = hall.placed();
        for family in placed.iter().filter(|placed| !placed.is_single()) {
            let turns = match explain(&drawn, family.lot.number) {
                Some(Explanation::PlacedFamily { turns, .. } | Explanation::ReserveFamily { turns, .. }) => turns,
                other => panic!("{other:?}"),
            };
            let passed_over = [Phase::F1, Phase::F2, Phase::F3].into_iter();
            let passed_over = passed_over.take_while(|&phase| family.phase() != Some(phase));
            prop_assert_eq!(&turns, &passed_over.map(|phase| turn(&hall, &placed, family, phase)).collect::<Vec<_>>());
            for offer in turns.iter().flat_map(|turn| &turn.offers) {
                prop_assert!(offer.members < family.lot.members.len(), "{offer:?}");
            }
        }
    }
}

/// The entries that a single could use, and those that the singles who hold one of them could, and so on.
fn reachable(hall: &Hall, placed: &[Placed<'_>], single: &Placed<'_>) -> BTreeSet<usize> {
    let mut reached: BTreeSet<usize> = letter::usable(&hall.places, single.lot, BOTH).into_iter().collect();
    loop {
        let before = reached.len();
        for holder in placed.iter().filter(|placed| placed.is_single()) {
            if holder.seat().is_some_and(|seat| reached.contains(&seat.entries[0])) {
                reached.extend(letter::usable(&hall.places, holder.lot, BOTH));
            }
        }
        if reached.len() == before {
            return reached;
        }
    }
}

/// A family's turn in a phase, by the letter and by counting.
fn turn(hall: &Hall, placed: &[Placed<'_>], family: &Placed<'_>, phase: Phase) -> Turn {
    let left = left(hall, placed, |other, rank| match other {
        Phase::S1 | Phase::S2 => phase == Phase::F3,
        other => other < phase || (other == phase && rank < family.rank),
    });
    let s1 = placed.iter().filter(|placed| phase == Phase::F2 && placed.phase() == Some(Phase::S1));
    let s1: Vec<_> = s1.map(|placed| letter::usable(&hall.places, placed.lot, &[Kind::Single])).collect();
    let kinds = if phase == Phase::F1 { &[Kind::Family] } else { BOTH };
    let mut offers = Vec::new();
    for &start in hall.places.start_nights.iter().filter(|&&start| start >= family.lot.from) {
        for &shelter in &family.lot.accepts {
            let on = letter::fitting(&hall.places, shelter, start, hall.places.min_nights, kinds);
            let fits = |&sex: &Sex| {
                on.iter()
                    .copied()
                    .filter(move |&entry| hall.places.entries[entry].pool.who.fits(sex))
                    .collect()
            };
            let wanted: Vec<Vec<usize>> = family.lot.members.iter().map(fits).collect();
            let fitting: BTreeSet<usize> = wanted.iter().flatten().copied().collect();
            let together: Vec<_> = s1.iter().cloned().chain(wanted).collect();
            let members = most(&together, &left) - s1.len();
            offers.push(Offer {
                shelter,
                start,
                free: fitting.into_iter().map(|entry| left[entry]).sum(),
                members,
            });
        }
    }
    Turn { phase, offers }
}
