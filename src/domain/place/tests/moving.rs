use super::*;
use crate::domain::place::entries::Overbooked;
use crate::domain::place::moving::room_for_party;

const FAMILY: [Sex; 3] = [Sex::Woman, Sex::Other, Sex::Man];

fn of_fa(kind: Kind, who: Who) -> Pool {
    pool("fa", kind, who)
}

fn room(facts: &[Fact], held: &[Held], members: &[Sex]) -> Option<Vec<Pool>> {
    let nights = span("2026-11-27", "2026-12-01");
    room_for_party(&plan(facts), held, &shelter("fa", Admission::Scanned), members, nights).unwrap()
}

#[test]
fn a_family_is_moved_whole_with_the_pools_in_listed_order() {
    let facts = [
        number(of_fa(Kind::Single, Who::Men), "2026-01-01", 1),
        number(of_fa(Kind::Family, Who::Women), "2026-01-01", 1),
        number(of_fa(Kind::Family, Who::Any), "2026-01-01", 1),
    ];
    assert_eq!(
        room(&facts, &[], &FAMILY),
        Some(vec![
            of_fa(Kind::Family, Who::Women),
            of_fa(Kind::Family, Who::Any),
            of_fa(Kind::Single, Who::Men),
        ])
    );
}

#[test]
fn a_family_one_of_whom_does_not_fit_is_not_moved() {
    let facts = [number(of_fa(Kind::Single, Who::Men), "2026-01-01", 9), number(women(), "2026-01-01", 9)];
    assert_eq!(room(&facts, &[], &FAMILY), None);
    assert!(room(&facts, &[], &[Sex::Man, Sex::Woman]).is_some());
}

#[test]
fn mens_and_womens_places_go_before_those_for_anyone_and_single_before_family() {
    let everything = [Kind::Single, Kind::Family].into_iter().flat_map(|kind| {
        [Who::Men, Who::Women, Who::Any].map(|who| number(of_fa(kind, who), "2026-01-01", 1))
    });
    let facts: Vec<Fact> = everything.collect();
    assert_eq!(
        room(&facts, &[], &[Sex::Man, Sex::Man, Sex::Man, Sex::Man]),
        Some(vec![
            of_fa(Kind::Single, Who::Men),
            of_fa(Kind::Family, Who::Men),
            of_fa(Kind::Single, Who::Any),
            of_fa(Kind::Family, Who::Any),
        ])
    );
    assert_eq!(
        room(&facts, &[], &[Sex::Other, Sex::Woman, Sex::Woman, Sex::Woman]),
        Some(vec![
            of_fa(Kind::Family, Who::Any),
            of_fa(Kind::Single, Who::Women),
            of_fa(Kind::Family, Who::Women),
            of_fa(Kind::Single, Who::Any),
        ])
    );
    assert_eq!(room(&facts, &[], &[Sex::Man; 5]), None);
}

#[test]
fn a_place_must_be_free_on_every_one_of_the_nights() {
    let facts = [number(men(), "2026-01-01", 2)];
    let outside = [held(1, men(), "2026-11-22", "2026-11-26"), held(2, men(), "2026-12-02", "2026-12-06")];
    assert!(room(&facts, &outside, &[Sex::Man, Sex::Man]).is_some());
    for on in ["2026-11-27", "2026-11-29", "2026-12-01"] {
        assert_eq!(room(&facts, &[held(3, men(), on, on)], &[Sex::Man, Sex::Man]), None, "{on}");
    }
}

#[test]
fn a_bed_may_change_on_the_way_as_long_as_one_is_free_every_night() {
    let facts = [number(men(), "2026-01-01", 2)];
    let held = [held(1, men(), "2026-11-23", "2026-11-28"), held(2, men(), "2026-11-29", "2026-12-03")];
    assert_eq!(room(&facts, &held, &[Sex::Man]), Some(vec![men()]));
}

#[test]
fn nobody_is_moved_to_a_shelter_that_admits_on_its_own_or_has_no_places() {
    let facts = [number(men(), "2026-01-01", 2)];
    let nights = span("2026-11-27", "2026-12-01");
    let to = |shelter| room_for_party(&plan(&facts), &[], &shelter, &[Sex::Man], nights).unwrap();
    assert_eq!(to(shelter("fa", Admission::Own)), None);
    assert_eq!(to(shelter("sm", Admission::Scanned)), None);
    assert_eq!(to(shelter("fa", Admission::Counted)), Some(vec![men()]));
}

#[test]
fn an_overbooked_shelter_takes_nobody() {
    let facts = [number(men(), "2026-01-01", 2), closure(Closed::Pool(men()), "2026-12-01", "2026-12-01")];
    let held = [held(1, men(), "2026-12-01", "2026-12-01")];
    let to = shelter("fa", Admission::Scanned);
    assert_eq!(
        room_for_party(&plan(&facts), &held, &to, &[Sex::Man], span("2026-11-27", "2026-12-01")),
        Err(Overbooked { pool: men(), night: night("2026-12-01"), held: 1, open: 0 })
    );
}
