//! What a lot is told of its draw, in every language.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Language, night, shelter};
use crate::domain::guest::Sex;
use crate::domain::lottery::Draw;
use crate::domain::lottery::explain::{Explanation, Offer, Passed, Taken, Turn, explain};
use crate::domain::lottery::manifest::OutLot;
use crate::domain::lottery::placement::{Phase, Seat};
use crate::domain::lottery::verify::{Print, verify};
use crate::domain::party::LotNumber;
use crate::i18n::why;

/// A draw of the vectors (tests/vectors).
fn drawn(name: &str) -> Draw {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let record = std::fs::read(vectors.join(format!("{name}.record.json"))).unwrap();
    verify(&record, &Print::default()).unwrap()
}

fn small() -> Draw {
    drawn("shared/small")
}

fn of_small(lot: u32, language: Language) -> String {
    let (draw, lot) = (small(), LotNumber(lot));
    why(&draw, lot, &explain(&draw, lot).unwrap(), language)
}

fn out(refused: bool) -> Explanation {
    Explanation::Out(OutLot { number: LotNumber(1), members: vec![Sex::Man], refused })
}

fn seat() -> Seat {
    Seat { shelter: shelter("sm"), start: night("2026-11-27"), nights: 1, entries: vec![3, 9] }
}

fn passed(full: bool) -> Passed {
    Passed { entry: 5, start: night("2026-11-28"), nights: 7, full }
}

fn taken(families: u32, singles: u32, last_rank: Option<u32>) -> Taken {
    Taken { entry: 7, places: families + singles, families, singles, last_rank }
}

fn turn(phase: Phase, free: &[u32]) -> Turn {
    let offer = |&free| Offer { shelter: shelter("fi"), start: night("2026-11-29"), free, members: 1 };
    Turn { phase, offers: free.iter().map(offer).collect() }
}

/// Every kind of explanation, with every sentence it can hold.
fn explanations() -> Vec<Explanation> {
    let single = |phase, passed| Explanation::PlacedSingle { rank: 2, phase, seat: seat(), passed };
    let family = |phase, turns| Explanation::PlacedFamily { rank: 2, phase, seat: seat(), turns };
    let waits = |taken| Explanation::ReserveSingle { rank: 4, reserve: 1, taken };
    let turns = vec![turn(Phase::F1, &[]), turn(Phase::F2, &[0, 0]), turn(Phase::F3, &[2, 1, 0])];
    vec![
        out(true),
        out(false),
        single(Phase::S1, vec![]),
        single(Phase::S2, vec![passed(true), passed(false)]),
        family(Phase::F1, vec![]),
        family(Phase::F2, vec![turn(Phase::F1, &[1])]),
        family(Phase::F3, vec![]),
        waits(vec![]),
        waits(vec![taken(1, 0, None)]),
        waits(vec![taken(0, 2, Some(3)), taken(2, 1, None)]),
        waits(vec![taken(0, 1, Some(5))]),
        Explanation::ReserveFamily { rank: 4, reserve: 2, turns },
    ]
}

/// Everything that can be said of a lot, in the same order in every language.
pub(super) fn all_that_is_said_of_lots(language: Language) -> Vec<String> {
    let (drawn, nothing_drawn) = (small(), drawn("own/family-members-who-before-kind"));
    let of = |draw: &Draw| -> Vec<String> {
        let told = |explanation: &Explanation| why(draw, LotNumber(1), explanation, language);
        explanations().iter().map(told).collect()
    };
    [of(&drawn), of(&nothing_drawn)].concat()
}

#[test]
fn a_lot_is_told_everything_in_every_language() {
    for language in Language::ALL {
        for said in all_that_is_said_of_lots(language) {
            for wrong in ["{", "}", "$", "..", " .", " ,", "\u{2068}", "why-", "\n\n"] {
                assert!(!said.contains(wrong), "{wrong:?} in {said:?}");
            }
            assert!(said.ends_with('\n') && said.starts_with(char::is_uppercase), "{said:?}");
        }
    }
}

#[test]
fn no_line_about_a_lot_is_said_in_another_language() {
    let lines = |language| -> BTreeSet<String> {
        let said = all_that_is_said_of_lots(language).into_iter();
        said.flat_map(|said| said.lines().map(str::to_owned).collect::<Vec<_>>()).collect()
    };
    let (swedish, english) = (lines(Language::Sv), lines(Language::En));
    assert_eq!(swedish.len(), english.len());
    assert_eq!(swedish.intersection(&english).next(), None);
}

#[test]
fn no_two_things_a_lot_is_told_sound_alike() {
    for language in Language::ALL {
        let said = all_that_is_said_of_lots(language);
        let heard: BTreeSet<_> = said.iter().collect();
        // Of a lot that was not in the draw, nothing of the draw is said.
        assert_eq!(heard.len(), said.len() - 2, "{language}");
    }
}

#[test]
fn one_is_one_and_two_are_several() {
    let said = all_that_is_said_of_lots(Language::Sv).concat();
    for counted in [
        "i 1 natt från",
        "7 nätter",
        "1 plats, till 1 familjemedlem och 0 ensamma gäster",
        "2 platser, till 0 familjemedlemmar och 2 ensamma gäster",
        "3 platser, till 2 familjemedlemmar och 1 ensam gäst",
    ] {
        assert!(said.contains(counted), "{counted}");
    }
}

#[test]
fn a_single_hears_in_swedish_what_it_got_and_what_it_would_have_preferred() {
    assert_eq!(
        of_small(2, Language::Sv),
        "\
Lott 2 fick plats på härbärget sm i 5 nätter från och med 27 november 2026.
  post 9 (härbärget sm, singelplats för alla, ledig från och med 27 november 2026 till och med 1 december 2026)
Den drogs som nummer 6 av 10 (nyckel a0b32f962af5c8281841efd7ebb533b42e307a629f2e821e1f77b4ba32de85f3).
Den kom med i S1: ensamma gäster på singelplatser, så många som kan få en, i tur och ordning.
Det här hade varit bättre för den, det bästa först:
  7 nätter från och med 27 november 2026 på post 5 (härbärget ng, familjeplats för alla, ledig från och med 27 november 2026 till och med 3 december 2026): fullt när dess tur kom
  7 nätter från och med 27 november 2026 på post 6 (härbärget ng, familjeplats för alla, ledig från och med 27 november 2026): fullt när dess tur kom
  7 nätter från och med 27 november 2026 på post 8 (härbärget sm, familjeplats för kvinnor, ledig från och med 27 november 2026): fullt när dess tur kom
  5 nätter från och med 27 november 2026 på post 3 (härbärget fi, singelplats för kvinnor, ledig från och med 27 november 2026): behövdes för att alla som kom med skulle få plats
"
    );
}

#[test]
fn a_family_hears_in_swedish_what_it_found_at_each_turn() {
    assert_eq!(
        of_small(3, Language::Sv),
        "\
Lott 3 är nummer 4 på reservlistan.
Den drogs som nummer 10 av 10 (nyckel e4b0e264123e736fc308bc795727a961a8d92577a660c83ef5691e74f0d517b0).
När dess tur kom i F1, på familjeplatser, i minst 2 nätter:
  sm från och med 27 november 2026: 1 plats som passar någon av dem, vilket räcker till 1 av 2
  inget ledigt på de andra härbärgena och nätterna
När dess tur kom i F2, på platser av båda slagen, när varje ensam gäst som kommit med behåller en, i minst 2 nätter:
  sm från och med 27 november 2026: 2 platser som passar någon av dem, vilket räcker till 1 av 2
  fi från och med 27 november 2026: 1 plats som passar någon av dem, vilket räcker till 0 av 2
När dess tur kom i F3, på de platser som blev över, i minst 2 nätter:
  inget ledigt på de härbärgen som den säger ja till
"
    );
}
