//! Section 6 of draw.md by the letter, to hold the real placement against: one lot at a time, every matching made afresh,
//! nothing counted by kind and nothing remembered. Slow on purpose.

use std::cmp::Reverse;

use inskrivning::domain::guest::Sex;
use inskrivning::domain::lottery::placement::{Lot, Outcome, Phase, Places, Seat};
use inskrivning::domain::night::Night;
use inskrivning::domain::party::LotNumber;
use inskrivning::domain::place::{Kind, PlaceEntry, Who};
use inskrivning::domain::shelter::ShelterCode;

const BOTH: &[Kind] = &[Kind::Family, Kind::Single];

pub fn place(places: &Places, lots: &[Lot], order: &[LotNumber]) -> Vec<Outcome> {
    let ranked: Vec<&Lot> =
        order.iter().map(|number| lots.iter().find(|lot| lot.number == *number).unwrap()).collect();
    let (singles, families): (Vec<usize>, Vec<usize>) =
        (0..ranked.len()).partition(|&n| ranked[n].members.len() == 1);
    let wants = |n: &usize, kinds| usable(places, ranked[*n], kinds);
    let mut free: Vec<u32> = places.entries.iter().map(|entry| entry.count).collect();
    let mut given: Vec<Option<(Phase, Seat)>> = vec![None; ranked.len()];

    for &n in &families {
        let seat = seat_family(places, &mut free, &[Kind::Family], ranked[n], &[]);
        given[n] = seat.map(|seat| (Phase::F1, seat));
    }

    let mut admitted: Vec<(usize, Phase)> = Vec::new();
    let mut wanted: Vec<Vec<usize>> = Vec::new();
    for n in &singles {
        wanted.push(wants(n, &[Kind::Single]));
        if can_be_given(&wanted, &free) {
            admitted.push((*n, Phase::S1));
        } else {
            wanted.pop();
        }
    }

    for &n in &families {
        if given[n].is_none() {
            let seat = seat_family(places, &mut free, BOTH, ranked[n], &wanted);
            given[n] = seat.map(|seat| (Phase::F2, seat));
        }
    }

    let mut wanted: Vec<Vec<usize>> = admitted.iter().map(|(n, _)| wants(n, BOTH)).collect();
    for n in &singles {
        if admitted.iter().any(|(other, _)| other == n) {
            continue;
        }
        wanted.push(wants(n, BOTH));
        if can_be_given(&wanted, &free) {
            admitted.push((*n, Phase::S2));
        } else {
            wanted.pop();
        }
    }

    admitted.sort_unstable();
    for (turn, &(n, phase)) in admitted.iter().enumerate() {
        let after: Vec<Vec<usize>> = admitted[turn + 1..].iter().map(|(n, _)| wants(n, BOTH)).collect();
        let entry = first(wants(&n, BOTH), &mut free, |free| can_be_given(&after, free)).unwrap();
        given[n] = Some((phase, single_seat(places, ranked[n], entry)));
    }

    for n in families {
        if given[n].is_none() {
            let seat = seat_family(places, &mut free, BOTH, ranked[n], &[]);
            given[n] = seat.map(|seat| (Phase::F3, seat));
        }
    }
    outcomes(&ranked, given)
}

fn outcomes(ranked: &[&Lot], given: Vec<Option<(Phase, Seat)>>) -> Vec<Outcome> {
    let mut waiting = 0;
    let outcomes = (1..).zip(ranked).zip(given).map(|((rank, lot), given)| match given {
        Some((phase, seat)) => Outcome::Placed { lot: lot.number, rank, phase, seat },
        None => {
            waiting += 1;
            Outcome::Reserve { lot: lot.number, rank, reserve: waiting }
        }
    });
    outcomes.collect()
}

/// Section 8: one lot on what is free.
pub fn seat(places: &Places, lot: &Lot) -> Option<Seat> {
    let mut free: Vec<u32> = places.entries.iter().map(|entry| entry.count).collect();
    if lot.members.len() > 1 {
        return seat_family(places, &mut free, BOTH, lot, &[]);
    }
    let entry = first(usable(places, lot, BOTH), &mut free, |_| true)?;
    Some(single_seat(places, lot, entry))
}

/// length(p, s).
pub fn length(places: &Places, entry: &PlaceEntry, start: Night) -> u32 {
    let full = full_nights(places, entry.pool.shelter);
    match entry.until {
        Some(until) if until < start => 0,
        Some(until) => full.min(u32::try_from((until.date() - start.date()).num_days()).unwrap() + 1),
        None => full,
    }
}

fn full_nights(places: &Places, shelter: ShelterCode) -> u32 {
    places.shelters.iter().find(|listed| listed.code == shelter).unwrap().nights
}

/// The stay of a single on an entry, if that is usable for it.
pub fn stay(places: &Places, lot: &Lot, entry: &PlaceEntry) -> Option<(Night, u32)> {
    let start = places.start_nights.iter().copied().find(|&s| s >= entry.from && s >= lot.from)?;
    let nights = length(places, entry, start);
    let usable = lot.accepts.contains(&entry.pool.shelter)
        && entry.pool.who.fits(lot.members[0])
        && nights >= places.min_nights;
    usable.then_some((start, nights))
}

/// The entries of these kinds that are usable for a single, by the order of *Assignment*.
pub fn usable(places: &Places, lot: &Lot, kinds: &[Kind]) -> Vec<usize> {
    let of_these =
        (0..places.entries.len()).filter(|&number| kinds.contains(&places.entries[number].pool.kind));
    let preferred = of_these.filter_map(|number| {
        let entry = &places.entries[number];
        let (start, nights) = stay(places, lot, entry)?;
        let wish = lot.accepts.iter().position(|&shelter| shelter == entry.pool.shelter)?;
        let kind = u8::from(entry.pool.kind == Kind::Family);
        let who = u8::from(entry.pool.who == Who::Any);
        Some((start, Reverse(nights), wish, kind, who, number))
    });
    let mut preferred: Vec<_> = preferred.collect();
    preferred.sort_unstable();
    preferred.into_iter().map(|(.., number)| number).collect()
}

fn single_seat(places: &Places, lot: &Lot, entry: usize) -> Seat {
    let (start, nights) = stay(places, lot, &places.entries[entry]).unwrap();
    Seat { shelter: places.entries[entry].pool.shelter, start, nights, entries: vec![entry] }
}

/// The entries of a shelter on which one can stay so many nights, in the order in which the members of a family take them.
pub fn fitting(
    places: &Places,
    shelter: ShelterCode,
    start: Night,
    nights: u32,
    kinds: &[Kind],
) -> Vec<usize> {
    if nights > full_nights(places, shelter) {
        return Vec::new();
    }
    let mut fitting: Vec<usize> = (0..places.entries.len())
        .filter(|&number| {
            let entry = &places.entries[number];
            entry.pool.shelter == shelter
                && kinds.contains(&entry.pool.kind)
                && entry.from <= start
                && entry.until.is_none_or(|until| until >= start.plus(nights - 1))
        })
        .collect();
    fitting.sort_by_key(|&number| {
        let entry = &places.entries[number];
        let until = (entry.until.is_none(), entry.until);
        (entry.pool.who == Who::Any, entry.pool.kind == Kind::Family, Reverse(entry.from), until, number)
    });
    fitting
}

/// Seats a family beside the singles that have `admitted` to choose among, and takes its places from `free`.
fn seat_family(
    places: &Places,
    free: &mut [u32],
    kinds: &[Kind],
    lot: &Lot,
    admitted: &[Vec<usize>],
) -> Option<Seat> {
    let fits = |on: &[usize], sex: Sex| -> Vec<usize> {
        on.iter().copied().filter(|&entry| places.entries[entry].pool.who.fits(sex)).collect()
    };
    let seatable = |on: &[usize], members: &[Sex], free: &[u32]| {
        let members = members.iter().map(|&sex| fits(on, sex));
        can_be_given(&members.chain(admitted.iter().cloned()).collect::<Vec<_>>(), free)
    };
    let mut stays = Vec::new();
    for (wish, &shelter) in lot.accepts.iter().enumerate() {
        for &start in places.start_nights.iter().filter(|&&start| start >= lot.from) {
            let longest = (places.min_nights..=full_nights(places, shelter)).rev().find(|&nights| {
                seatable(&fitting(places, shelter, start, nights, kinds), &lot.members, free)
            });
            stays.extend(longest.map(|nights| (start, Reverse(nights), wish)));
        }
    }
    let (start, Reverse(nights), wish) = stays.into_iter().min()?;
    let shelter = lot.accepts[wish];
    let on = fitting(places, shelter, start, nights, kinds);
    let mut seated: Vec<usize> = (0..lot.members.len()).collect();
    seated.sort_by_key(|&member| lot.members[member]);
    let mut entries = vec![0; lot.members.len()];
    for (turn, &member) in seated.iter().enumerate() {
        let after: Vec<Sex> = seated[turn + 1..].iter().map(|&member| lot.members[member]).collect();
        entries[member] =
            first(fits(&on, lot.members[member]), free, |free| seatable(&on, &after, free)).unwrap();
    }
    Some(Seat { shelter, start, nights, entries })
}

/// Takes a place on the first entry that has one free and then leaves what it has to.
fn first(entries: Vec<usize>, free: &mut [u32], leaves: impl Fn(&[u32]) -> bool) -> Option<usize> {
    entries.into_iter().filter(|&entry| free[entry] > 0).collect::<Vec<_>>().into_iter().find(|&entry| {
        free[entry] -= 1;
        let found = leaves(free);
        free[entry] += u32::from(!found);
        found
    })
}

/// Whether everyone can be given a place of their own on an entry they want: one person after the other, those before moving
/// over where that helps.
pub fn can_be_given(wanted: &[Vec<usize>], free: &[u32]) -> bool {
    let mut holders: Vec<Vec<usize>> = vec![Vec::new(); free.len()];
    (0..wanted.len())
        .all(|person| find_place(person, wanted, free, &mut holders, &mut vec![false; free.len()]))
}

fn find_place(
    person: usize,
    wanted: &[Vec<usize>],
    free: &[u32],
    holders: &mut [Vec<usize>],
    tried: &mut [bool],
) -> bool {
    for &entry in &wanted[person] {
        if tried[entry] {
            continue;
        }
        tried[entry] = true;
        if holders[entry].len() < free[entry] as usize {
            holders[entry].push(person);
            return true;
        }
        for holder in 0..holders[entry].len() {
            if find_place(holders[entry][holder], wanted, free, holders, tried) {
                holders[entry][holder] = person;
                return true;
            }
        }
    }
    false
}
