//! What each kind of lot is told, in a small hall of its own. The lots are drawn in the order in which they are listed.

use super::super::hand_made::{drawn, friday, lot, night};
use super::*;
use crate::domain::lottery::manifest::Manifest;

fn explained(places: &Places, lots: &[&str], number: u32) -> Explanation {
    explain(&drawn(places, lots), LotNumber(number)).unwrap()
}

/// The entries a placed single would have preferred, and whether each was full.
fn passed(explanation: Explanation) -> Vec<(usize, bool)> {
    let Explanation::PlacedSingle { passed, .. } = explanation else { panic!("{explanation:?}") };
    passed.iter().map(|passed| (passed.entry, passed.full)).collect()
}

fn taken(explanation: Explanation) -> Vec<Taken> {
    let Explanation::ReserveSingle { taken, .. } = explanation else { panic!("{explanation:?}") };
    taken
}

/// A family's turns, each offer as shelter, start, free places, members who could have had one.
fn turns(turns: &[Turn]) -> Vec<(Phase, Vec<String>)> {
    let offer = |offer: &Offer| {
        let start = offer.start.to_string();
        format!("{} {}: {} free for {}", offer.shelter, &start[5..], offer.free, offer.members)
    };
    turns.iter().map(|turn| (turn.phase, turn.offers.iter().map(offer).collect())).collect()
}

#[test]
fn a_single_with_the_best_place_passed_nothing_by() {
    let places = friday(&["1 single any at fa from 11-27", "1 single any at fa from 11-28"]);
    let explanation = explained(&places, &["1: man from 11-27 to fa"], 1);
    let Explanation::PlacedSingle { rank, phase, seat, passed } = explanation else {
        panic!("{explanation:?}")
    };
    assert_eq!((rank, phase, seat.entries, passed), (1, Phase::S1, vec![0], vec![]));
}

#[test]
fn a_placed_single_is_told_of_better_places_that_were_full_and_of_those_others_needed() {
    let places = friday(&[
        "1 single any at cv from 11-27",
        "1 single any at fa from 11-27",
        "1 single any at sm from 11-27",
    ]);
    let lots = [
        "1: man from 11-27 to cv",
        "2: man from 11-27 to cv fa sm",
        "3: man from 11-27 to fa",
        "4: man from 11-27 to fa",
    ];
    let draw = drawn(&places, &lots);
    assert_eq!(passed(explain(&draw, LotNumber(2)).unwrap()), [(0, true), (1, false)]);
    let Some(Explanation::PlacedSingle { passed, .. }) = explain(&draw, LotNumber(2)) else { panic!() };
    let stay = |passed: &Passed| (passed.start, passed.nights);
    assert_eq!(passed.iter().map(stay).collect::<Vec<_>>(), [(night("11-27"), 7), (night("11-27"), 5)]);
}

#[test]
fn a_better_place_is_full_for_a_single_once_families_of_f1_and_f2_have_it() {
    let places = friday(&["2 family any at fa from 11-27", "1 single any at fa from 11-28"]);
    let lots = ["2: man from 11-27 to fa", "1: man woman from 11-27 to fa"];
    assert_eq!(passed(explained(&places, &lots, 2)), [(0, true)]);
    let places = friday(&["2 single any at fa from 11-27", "1 single any at sm from 11-28"]);
    let lots = ["2: man from 11-27 to fa sm", "1: man woman from 11-27 to fa"];
    assert_eq!(passed(explained(&places, &lots, 2)), [(0, true)]);
}

#[test]
fn a_single_on_the_reserve_list_sees_who_holds_what_it_could_use() {
    let places = friday(&["2 family any at fa from 11-27", "2 single any at fa from 11-27"]);
    let lots = [
        "3: man from 11-27 to fa",
        "1: man from 11-27 to fa",
        "5: man woman from 11-27 to fa",
        "4: man from 11-27 to fa",
        "2: woman woman from 11-27 to fa",
    ];
    let seen = [
        Taken { entry: 0, places: 2, families: 2, singles: 0, last_rank: None },
        Taken { entry: 1, places: 2, families: 0, singles: 2, last_rank: Some(2) },
    ];
    let draw = drawn(&places, &lots);
    assert_eq!(taken(explain(&draw, LotNumber(4)).unwrap()), seen);
    let Some(Explanation::ReserveSingle { rank, reserve, .. }) = explain(&draw, LotNumber(4)) else {
        panic!()
    };
    assert_eq!((rank, reserve), (4, 1));
}

#[test]
fn a_single_on_the_reserve_list_sees_where_those_before_it_could_have_moved_and_nothing_else() {
    let places = friday(&[
        "1 single any at cv from 11-27",
        "1 single any at fa from 11-27",
        "1 single any at sm from 11-27",
    ]);
    let lots = [
        "1: man from 11-27 to fa cv",
        "2: man from 11-27 to cv",
        "3: man from 11-27 to fa",
        "4: man from 11-27 to sm",
    ];
    let seen: Vec<(usize, Option<u32>)> =
        taken(explained(&places, &lots, 3)).iter().map(|taken| (taken.entry, taken.last_rank)).collect();
    assert_eq!(seen, [(0, Some(2)), (1, Some(1))]);
}

#[test]
fn a_single_who_could_use_nothing_sees_nothing() {
    let places = friday(&["1 single women at fa from 11-27"]);
    assert_eq!(taken(explained(&places, &["1: man from 11-27 to fa"], 1)), []);
}

#[test]
fn a_family_seated_at_once_has_no_turn_to_tell_of() {
    let places = friday(&["2 family any at fa from 11-27"]);
    let explanation = explained(&places, &["1: man woman from 11-27 to fa"], 1);
    let Explanation::PlacedFamily { rank, phase, seat, turns } = explanation else {
        panic!("{explanation:?}")
    };
    assert_eq!((rank, phase, seat.entries, turns), (1, Phase::F1, vec![0, 0], vec![]));
}

#[test]
fn a_family_on_the_reserve_list_sees_what_was_free_at_each_of_its_turns() {
    let places = friday(&[
        "3 family any at fa from 11-27",
        "1 family women at sm from 11-28",
        "2 single men at fa from 11-27",
    ]);
    let lots = [
        "2: man woman from 11-27 to fa",
        "1: man from 11-27 to fa",
        "3: man woman man from 11-27 to fa sm",
        "4: man from 11-27 to fa",
        "5: woman from 11-27 to fa",
    ];
    let explanation = explained(&places, &lots, 3);
    let Explanation::ReserveFamily { rank, reserve, turns: told } = explanation else {
        panic!("{explanation:?}")
    };
    assert_eq!((rank, reserve), (3, 1));
    let starts = |first: &str, second: [&str; 2]| -> Vec<String> {
        let offers = ["11-27", "11-28", "11-29"].map(|start| {
            let sm = if start == "11-27" { second[0] } else { second[1] };
            [format!("fa {start}: {first}"), format!("sm {start}: {sm}")]
        });
        offers.concat()
    };
    let sm = ["0 free for 0", "1 free for 1"];
    assert_eq!(
        turns(&told),
        [
            (Phase::F1, starts("1 free for 1", sm)),
            (Phase::F2, starts("3 free for 1", sm)),
            (Phase::F3, starts("0 free for 0", sm)),
        ]
    );
}

#[test]
fn a_familys_turn_comes_after_the_families_drawn_ahead_of_it_and_before_those_behind() {
    let places = friday(&["4 family any at fa from 11-27"]);
    let lots = [
        "1: man woman from 11-29 to fa",
        "2: man woman man from 11-29 to fa",
        "3: man woman from 11-29 to fa",
    ];
    let Explanation::ReserveFamily { turns: told, .. } = explained(&places, &lots, 2) else { panic!() };
    let after = |phase, offer: &str| (phase, vec![format!("fa 11-29: {offer}")]);
    let expected = [
        after(Phase::F1, "2 free for 2"),
        after(Phase::F2, "0 free for 0"),
        after(Phase::F3, "0 free for 0"),
    ];
    assert_eq!(turns(&told), expected);
}

#[test]
fn a_family_seated_late_sees_the_turns_it_was_passed_over_at() {
    let places = friday(&["1 family men at fa from 11-27", "2 single any at fa from 11-28"]);
    let lots = ["1: woman woman from 11-28 to fa", "2: man from 11-27 to fa"];
    let Explanation::PlacedFamily { phase, turns: told, .. } = explained(&places, &lots, 1) else { panic!() };
    assert_eq!(phase, Phase::F3);
    let expected = [
        (Phase::F1, vec!["fa 11-28: 0 free for 0".to_owned(), "fa 11-29: 0 free for 0".to_owned()]),
        (Phase::F2, vec!["fa 11-28: 2 free for 1".to_owned(), "fa 11-29: 2 free for 1".to_owned()]),
    ];
    assert_eq!(turns(&told), expected);
}

#[test]
fn a_lot_that_is_not_in_is_told_so_and_a_number_nobody_has_gives_nothing() {
    let places = friday(&["1 single any at fa from 11-27"]);
    let mut content = drawn(&places, &["1: man from 11-27 to fa"]).manifest().content().clone();
    let out =
        OutLot { number: LotNumber(2), members: lot("2: man woman from 11-27 to fa").members, refused: true };
    content.out.push(out.clone());
    let draw = Draw::new(Manifest::freeze(content).unwrap(), None).unwrap();
    assert_eq!(explain(&draw, LotNumber(2)), Some(Explanation::Out(out)));
    assert_eq!(explain(&draw, LotNumber(3)), None);
}
