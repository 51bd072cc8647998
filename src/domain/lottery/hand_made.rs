//! Halls written down by hand for the tests of this room: a line for every entry and lot, a line for every outcome.

use super::draw::{Draw, DrawError};
use super::entropy::Source;
use super::hash::Hash32;
use super::manifest::{Content, Manifest};
use super::placement::{Lot, Outcome, Places, ShelterNights, place};
use crate::domain::guest::Sex;
use crate::domain::night::Night;
use crate::domain::party::LotNumber;
use crate::domain::place::{Kind, PlaceEntry, Pool, Who};

/// A Friday: start nights 11-27 to 11-29, stays of three nights at least, five nights in the shelters fa and sm, seven in cv.
/// An entry is a line like `2 single men at fa from 11-27 through 11-30`.
pub(super) fn friday(entries: &[&str]) -> Places {
    let nights = |code: &str, nights| ShelterNights { code: code.parse().unwrap(), nights };
    Places {
        shelters: vec![nights("cv", 7), nights("fa", 5), nights("sm", 5)],
        start_nights: ["11-27", "11-28", "11-29"].map(night).to_vec(),
        min_nights: 3,
        entries: entries.iter().map(|line| entry(line)).collect(),
    }
}

/// The night `11-27` of 2026, or `2027-01-01`.
pub(super) fn night(text: &str) -> Night {
    if text.len() > 5 { text.parse().unwrap() } else { format!("2026-{text}").parse().unwrap() }
}

fn entry(line: &str) -> PlaceEntry {
    let words: Vec<&str> = line.split(' ').collect();
    let [count, kind, who, "at", shelter, "from", from, ref until @ ..] = words[..] else { panic!("{line}") };
    let until = match until {
        [] => None,
        ["through", until] => Some(night(until)),
        _ => panic!("{line}"),
    };
    let kind = if kind == "family" { Kind::Family } else { Kind::Single };
    let who = match who {
        "men" => Who::Men,
        "women" => Who::Women,
        "any" => Who::Any,
        _ => panic!("{line}"),
    };
    let pool = Pool { shelter: shelter.parse().unwrap(), kind, who };
    PlaceEntry { pool, from: night(from), until, count: count.parse().unwrap() }
}

/// A lot is a line like `3: man woman from 11-27 to fa sm`, the shelters it accepts last.
pub(super) fn lot(line: &str) -> Lot {
    let (number, rest) = line.split_once(": ").unwrap();
    let (members, rest) = rest.split_once(" from ").unwrap();
    let (from, accepts) = rest.split_once(" to ").unwrap();
    let sex = |word| match word {
        "man" => Sex::Man,
        "woman" => Sex::Woman,
        "other" => Sex::Other,
        _ => panic!("{line}"),
    };
    Lot {
        number: LotNumber(number.parse().unwrap()),
        members: members.split(' ').map(sex).collect(),
        from: night(from),
        accepts: accepts.split(' ').map(|code| code.parse().unwrap()).collect(),
    }
}

/// Places the lots in the order in which they are listed. An outcome is a line like `3: F2 fa 11-27, 5 nights on 0 4` or
/// `4: reserve 1`.
pub(super) fn placed(places: &Places, lots: &[&str]) -> Vec<String> {
    let lots: Vec<Lot> = lots.iter().map(|line| lot(line)).collect();
    let order: Vec<LotNumber> = lots.iter().map(|lot| lot.number).collect();
    place(places, &lots, &order).iter().map(line).collect()
}

/// The frozen list of these lots, which takes 25 dice.
pub(super) fn frozen(places: &Places, lots: &[&str]) -> Manifest {
    let content = Content {
        day: night("11-27"),
        draw: 1,
        previous: None,
        log: Hash32([1; 32]),
        salt: Hash32([2; 32]),
        source: Source::Dice(25),
        places: places.clone(),
        lots: lots.iter().map(|line| lot(line)).collect(),
        out: Vec::new(),
    };
    Manifest::freeze(content).unwrap()
}

/// Draws the lots so that they come in the order in which they are listed: by throwing until they do. If everyone fits,
/// nothing is thrown.
pub(super) fn drawn(places: &Places, lots: &[&str]) -> Draw {
    let manifest = frozen(places, lots);
    let wanted: Vec<LotNumber> = lots.iter().map(|line| lot(line).number).collect();
    match Draw::new(manifest.clone(), None) {
        Err(DrawError::EntropyMissing(_)) => {
            let throws = (0..10_000).map(|number| {
                format!("dice:{:0>25}", number).replace('0', "6").replace(['7', '8', '9'], "5")
            });
            let mut draws = throws.map(|dice| Draw::new(manifest.clone(), Some(&dice)).unwrap());
            draws.find(|draw| draw.order() == wanted).unwrap()
        }
        draw => draw.unwrap(),
    }
}

/// An outcome as a line.
pub(super) fn line(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Placed { lot, phase, seat, .. } => {
            let entries: Vec<String> = seat.entries.iter().map(ToString::to_string).collect();
            let start = seat.start.to_string();
            let (nights, entries) = (seat.nights, entries.join(" "));
            format!("{lot}: {phase:?} {} {}, {nights} nights on {entries}", seat.shelter, &start[5..])
        }
        Outcome::Reserve { lot, reserve, .. } => format!("{lot}: reserve {reserve}"),
    }
}
