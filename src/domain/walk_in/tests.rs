use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::arrival::tests::{fa, night, nights, pool, shelter, sm, ticket};
use crate::domain::ticket::EndCause;

// Friday 2026-11-27 hands out Friday, Saturday and Sunday; the next desk day is Monday the 30th.
const FRIDAY: &str = "2026-11-27";
const SATURDAY: &str = "2026-11-28";
const SUNDAY: &str = "2026-11-29";

fn taker(n: u8, sex: Sex) -> Taker<'static> {
    Taker {
        guest: GuestId(Uuid::from_u128(n.into())),
        sex,
        birth: NaiveDate::from_ymd_opt(1980, 5, 17).unwrap(),
        known: Known::ByUnoCode,
        bans_here: &[],
        tickets: &[],
        beds: &[],
    }
}

fn free(date: &str, who: Who, count: u32) -> Free {
    Free { night: night(date), pool: pool(fa(), who), count }
}

fn weekend(who: Who, count: u32) -> Vec<Free> {
    [FRIDAY, SATURDAY, SUNDAY].map(|date| free(date, who, count)).to_vec()
}

fn house() -> Shelter {
    shelter(fa(), Admission::Scanned)
}

fn offer<'a>(shelter: &'a Shelter, free: &'a [Free]) -> Offer<'a> {
    Offer {
        giver: Giver::Coordinator,
        shelter,
        nights: nights(FRIDAY, SUNDAY),
        before_next_desk_day: nights(FRIDAY, SUNDAY),
        desk_day_finished: true,
        free,
        closed: &[],
    }
}

fn given(walk_in: &WalkIn) -> Vec<String> {
    walk_in.beds.iter().map(|bed| bed.night.to_string()).collect()
}

/// What stops one taker on Friday, where a place is free.
fn stops(taker: Taker<'_>) -> Vec<Stop> {
    let (house, free) = (house(), weekend(Who::Any, 1));
    let tonight = Offer { nights: Nights::one(night(FRIDAY)), ..offer(&house, &free) };
    tonight.give(&[taker]).map_or_else(|stops| stops, |walk_in| walk_in.left_out)
}

#[test]
fn a_free_place_is_given_for_the_nights_before_the_next_desk_day() {
    let (house, free) = (house(), weekend(Who::Any, 1));
    let walk_in = offer(&house, &free).give(&[taker(1, Sex::Man)]).unwrap();
    assert_eq!(given(&walk_in), [FRIDAY, SATURDAY, SUNDAY]);
    assert_eq!(walk_in.left_out, []);
    let bed = Bed {
        guest: taker(1, Sex::Man).guest,
        night: night(FRIDAY),
        pool: pool(fa(), Who::Any),
        correction: false,
    };
    assert_eq!(walk_in.beds[0], bed);
}

#[test]
fn no_night_of_the_next_desk_day_and_none_that_is_past_is_given() {
    let monday = "2026-11-30";
    let mut free = weekend(Who::Any, 1);
    free.push(self::free(monday, Who::Any, 1));
    let house = house();
    let saturday_evening = Offer {
        nights: nights(FRIDAY, monday),
        before_next_desk_day: nights(SATURDAY, SUNDAY),
        ..offer(&house, &free)
    };
    let walk_in = saturday_evening.give(&[taker(1, Sex::Man)]).unwrap();
    assert_eq!(given(&walk_in), [SATURDAY, SUNDAY]);
    let window = nights(SATURDAY, SUNDAY);
    let outside = [FRIDAY, monday].map(|date| Stop::NotBeforeNextDeskDay { night: night(date), window });
    assert_eq!(walk_in.left_out, outside);
}

#[test]
fn a_minor_is_judged_on_each_night() {
    let birthday = NaiveDate::from_ymd_opt(2008, 11, 28).unwrap();
    let of_age_on_saturday = Taker { birth: birthday, ..taker(1, Sex::Man) };
    let (house, free) = (house(), weekend(Who::Any, 1));
    let walk_in = offer(&house, &free).give(&[of_age_on_saturday]).unwrap();
    assert_eq!(given(&walk_in), [SATURDAY, SUNDAY]);
    let comes_of_age = NaiveDate::from_ymd_opt(2026, 11, 28).unwrap();
    assert_eq!(walk_in.left_out, [Stop::Minor { person: 1, night: night(FRIDAY), comes_of_age }]);
}

#[test]
fn a_ban_stops_the_nights_it_touches_and_no_others() {
    let bans = [nights("2026-11-20", FRIDAY), nights(SUNDAY, "2026-12-24")];
    let banned = Taker { bans_here: &bans, ..taker(1, Sex::Man) };
    let (house, free) = (house(), weekend(Who::Any, 1));
    let walk_in = offer(&house, &free).give(&[banned]).unwrap();
    assert_eq!(given(&walk_in), [SATURDAY]);
    let stops = [(FRIDAY, FRIDAY), (SUNDAY, "2026-12-24")].map(|(on, through)| Stop::Banned {
        person: 1,
        night: night(on),
        through: night(through),
    });
    assert_eq!(walk_in.left_out, stops);
}

#[test]
fn of_two_bans_the_one_that_ends_last_is_named() {
    let bans = [nights("2026-11-20", SUNDAY), nights("2026-11-20", "2026-12-24"), nights(FRIDAY, SATURDAY)];
    let banned = Taker { bans_here: &bans, ..taker(1, Sex::Man) };
    let through = night("2026-12-24");
    assert_eq!(stops(banned), [Stop::Banned { person: 1, night: night(FRIDAY), through }]);
}

#[test]
fn a_ticket_to_any_shelter_stops_the_nights_it_holds() {
    let saturday = ticket(1, SATURDAY, "2026-12-02").move_to(pool(sm(), Who::Any), night(SATURDAY)).unwrap();
    let ended = saturday.end(EndCause::GivenBack, night(SUNDAY)).unwrap();
    let holder = Taker { tickets: &[ended], ..taker(1, Sex::Man) };
    let (house, free) = (house(), weekend(Who::Any, 1));
    let walk_in = offer(&house, &free).give(&[holder]).unwrap();
    assert_eq!(given(&walk_in), [FRIDAY, SUNDAY]);
    assert_eq!(walk_in.left_out, [Stop::HoldsTicket { person: 1, night: night(SATURDAY) }]);
}

#[test]
fn another_bed_for_the_night_stops_it() {
    let beds = [night(FRIDAY)];
    assert_eq!(
        stops(Taker { beds: &beds, ..taker(1, Sex::Man) }),
        [Stop::HasBed { person: 1, night: night(FRIDAY) }]
    );
    let beds = [night(SATURDAY)];
    assert_eq!(stops(Taker { beds: &beds, ..taker(1, Sex::Man) }), []);
}

#[test]
fn karens_and_the_week_rule_do_not_stop_a_walk_in() {
    let yesterday = ticket(1, "2026-11-22", "2026-11-26");
    assert_eq!(stops(Taker { tickets: &[yesterday], ..taker(1, Sex::Man) }), []);
    let given_back = ticket(1, "2026-11-24", "2026-11-28").end(EndCause::GivenBack, night("2026-11-25"));
    assert_eq!(stops(Taker { tickets: &[given_back.unwrap()], ..taker(1, Sex::Man) }), []);
}

#[test]
fn who_stands_at_the_door_is_known_or_registered_with_a_document() {
    assert_eq!(stops(Taker { known: Known::Showing(DocumentShown::Valid), ..taker(1, Sex::Man) }), []);
    for shown in [DocumentShown::NotValid, DocumentShown::Nothing] {
        let unknown = Taker { known: Known::Showing(shown), ..taker(1, Sex::Man) };
        assert_eq!(stops(unknown), [Stop::NotKnown { person: 1 }]);
    }
}

#[test]
fn every_reason_is_given_at_once() {
    let comes_of_age = NaiveDate::from_ymd_opt(2030, 2, 1).unwrap();
    let tickets = [ticket(1, FRIDAY, "2026-12-01")];
    let (bans, beds) = ([nights(FRIDAY, SUNDAY)], [night(FRIDAY)]);
    let everything = Taker {
        birth: NaiveDate::from_ymd_opt(2012, 2, 1).unwrap(),
        known: Known::Showing(DocumentShown::Nothing),
        bans_here: &bans,
        tickets: &tickets,
        beds: &beds,
        ..taker(1, Sex::Man)
    };
    let house = shelter(fa(), Admission::Own);
    let tonight = night(FRIDAY);
    let window = nights(SATURDAY, SUNDAY);
    let offer = Offer {
        giver: Giver::Shelter(sm()),
        nights: Nights::one(tonight),
        before_next_desk_day: window,
        desk_day_finished: false,
        ..offer(&house, &[])
    };
    let reasons = [
        Stop::AdmitsOnItsOwn(fa()),
        Stop::NotItsPlace { giver: sm(), owner: fa() },
        Stop::DeskDayOpen,
        Stop::NotKnown { person: 1 },
        Stop::NotBeforeNextDeskDay { night: tonight, window },
        Stop::Minor { person: 1, night: tonight, comes_of_age },
        Stop::Banned { person: 1, night: tonight, through: night(SUNDAY) },
        Stop::HoldsTicket { person: 1, night: tonight },
        Stop::HasBed { person: 1, night: tonight },
        Stop::NoPlace { person: 1, night: tonight },
    ];
    assert_eq!(offer.give(&[everything]).unwrap_err(), reasons);
}

#[test]
fn a_shelter_gives_its_own_places_only_and_a_coordinator_every_shelters() {
    let (house, free) = (house(), weekend(Who::Any, 1));
    let by = |giver| Offer { giver, ..offer(&house, &free) }.give(&[taker(1, Sex::Man)]);
    assert!(by(Giver::Coordinator).is_ok());
    assert!(by(Giver::Shelter(fa())).is_ok());
    let refused = by(Giver::Shelter(sm())).unwrap_err();
    assert_eq!(refused, [Stop::NotItsPlace { giver: sm(), owner: fa() }]);
}

#[test]
fn a_shelter_that_counts_heads_has_places_to_give_and_one_that_admits_on_its_own_has_none() {
    let free = weekend(Who::Any, 1);
    let counted = shelter(fa(), Admission::Counted);
    assert!(offer(&counted, &free).give(&[taker(1, Sex::Man)]).is_ok());
    let own = shelter(fa(), Admission::Own);
    let refused = offer(&own, &free).give(&[taker(1, Sex::Man)]).unwrap_err();
    assert_eq!(refused, [Stop::AdmitsOnItsOwn(fa())]);
}

#[test]
fn nothing_is_given_while_the_desk_day_is_open() {
    let (house, free) = (house(), weekend(Who::Any, 1));
    let open = Offer { desk_day_finished: false, ..offer(&house, &free) };
    assert_eq!(open.give(&[taker(1, Sex::Man)]).unwrap_err(), [Stop::DeskDayOpen]);
}

#[test]
fn a_place_given_after_the_close_is_a_correction() {
    let (house, free) = (house(), weekend(Who::Any, 1));
    let closed = [night(FRIDAY)];
    let offer = Offer { closed: &closed, ..offer(&house, &free) };
    let walk_in = offer.give(&[taker(1, Sex::Man)]).unwrap();
    let corrections: Vec<bool> = walk_in.beds.iter().map(|bed| bed.correction).collect();
    assert_eq!(corrections, [true, false, false]);
}

#[test]
fn only_places_that_fit_on_that_night_at_that_shelter_are_given() {
    let elsewhere = Free { night: night(SATURDAY), pool: pool(sm(), Who::Any), count: 1 };
    let free = [free(FRIDAY, Who::Women, 1), elsewhere, free(SUNDAY, Who::Any, 0)];
    let house = house();
    let no_place = [FRIDAY, SATURDAY, SUNDAY].map(|on| Stop::NoPlace { person: 1, night: night(on) });
    for sex in [Sex::Man, Sex::Other] {
        assert_eq!(offer(&house, &free).give(&[taker(1, sex)]).unwrap_err(), no_place);
    }
    let walk_in = offer(&house, &free).give(&[taker(1, Sex::Woman)]).unwrap();
    assert_eq!(given(&walk_in), [FRIDAY]);
    assert_eq!(walk_in.left_out, no_place[1..]);
}

#[test]
fn a_woman_takes_a_womens_place_and_leaves_the_one_for_any() {
    let free = [free(FRIDAY, Who::Any, 1), free(FRIDAY, Who::Women, 1)];
    let house = house();
    let tonight = Offer { nights: Nights::one(night(FRIDAY)), ..offer(&house, &free) };
    let couple = [taker(1, Sex::Woman), taker(2, Sex::Man)];
    let pools: Vec<Who> = tonight.give(&couple).unwrap().beds.iter().map(|bed| bed.pool.who).collect();
    assert_eq!(pools, [Who::Women, Who::Any]);
}

#[test]
fn a_singles_place_goes_before_a_family_place() {
    let family = Pool { kind: Kind::Family, ..pool(fa(), Who::Any) };
    let free = [Free { night: night(FRIDAY), pool: family, count: 1 }, self::free(FRIDAY, Who::Any, 1)];
    let house = house();
    let tonight = Offer { nights: Nights::one(night(FRIDAY)), ..offer(&house, &free) };
    let beds = tonight.give(&[taker(1, Sex::Man), taker(2, Sex::Man)]).unwrap().beds;
    assert_eq!([beds[0].pool.kind, beds[1].pool.kind], [Kind::Single, Kind::Family]);
}

#[test]
fn a_man_takes_a_family_place_for_men_and_leaves_the_singles_place_for_any() {
    let mens = Pool { kind: Kind::Family, ..pool(fa(), Who::Men) };
    let free = [free(FRIDAY, Who::Any, 1), Free { night: night(FRIDAY), pool: mens, count: 1 }];
    let house = house();
    let tonight = Offer { nights: Nights::one(night(FRIDAY)), ..offer(&house, &free) };
    let beds = tonight.give(&[taker(1, Sex::Man), taker(2, Sex::Other)]).unwrap().beds;
    assert_eq!([beds[0].pool, beds[1].pool], [mens, pool(fa(), Who::Any)]);
}

#[test]
fn a_family_is_given_a_night_whole_or_not_at_all() {
    let free = [free(FRIDAY, Who::Any, 1), free(SATURDAY, Who::Any, 2), free(SUNDAY, Who::Any, 2)];
    let beds = [night(SUNDAY)];
    let family = [taker(1, Sex::Man), Taker { beds: &beds, ..taker(2, Sex::Woman) }];
    let house = house();
    let walk_in = offer(&house, &free).give(&family).unwrap();
    assert_eq!(given(&walk_in), [SATURDAY, SATURDAY]);
    let stops =
        [Stop::NoPlace { person: 2, night: night(FRIDAY) }, Stop::HasBed { person: 2, night: night(SUNDAY) }];
    assert_eq!(walk_in.left_out, stops);
}

#[test]
fn nobody_takes_nothing() {
    let (house, free) = (house(), weekend(Who::Any, 1));
    assert_eq!(offer(&house, &free).give(&[]).unwrap_err(), [Stop::Nobody]);
}

#[test]
fn the_turned_away_are_asked_in_drawn_order_past_those_it_does_not_fit() {
    let (house, free) = (house(), weekend(Who::Any, 1));
    let bans = [nights(FRIDAY, "2026-12-24")];
    let party = |rank, lot, party: Vec<Taker<'static>>| TurnedAway { rank, lot: LotNumber(lot), party };
    let late_comer = party(Rank::LateComer(LotNumber(2)), 2, vec![taker(5, Sex::Man)]);
    let first = TurnedAway {
        rank: Rank::Head(0),
        lot: LotNumber(31),
        party: vec![Taker { bans_here: &bans, ..taker(1, Sex::Man) }],
    };
    let family = party(Rank::Reserve(1), 4, vec![taker(2, Sex::Man), taker(3, Sex::Woman)]);
    let single = party(Rank::Reserve(2), 17, vec![taker(4, Sex::Man)]);
    let could_come =
        offer(&house, &free).in_drawn_order(vec![late_comer, single, family.clone(), first.clone()]);
    let who: Vec<_> = could_come.iter().map(|(one, given)| (one.lot.0, given.beds[0].guest)).collect();
    assert_eq!(who, [(17, taker(4, Sex::Man).guest), (2, taker(5, Sex::Man).guest)]);
    assert!(offer(&house, &free).in_drawn_order(vec![family, first]).is_empty());
}

fn sexes() -> impl Strategy<Value = Vec<Sex>> {
    prop::collection::vec(prop::sample::select(vec![Sex::Man, Sex::Woman, Sex::Other]), 1..6)
}

proptest! {
    #[test]
    fn no_place_is_given_twice_and_a_party_is_seated_whenever_it_fits(
        sexes in sexes(),
        counts in prop::collection::vec(0..3u32, 6),
    ) {
        let whos = [Who::Any, Who::Men, Who::Women];
        let kinds = [Kind::Family, Kind::Single];
        let pools = whos.iter().flat_map(|&who| kinds.map(|kind| Pool { kind, ..pool(fa(), who) }));
        let free: Vec<Free> =
            pools.zip(&counts).map(|(pool, &count)| Free { night: night(FRIDAY), pool, count }).collect();
        let left = |who| free.iter().filter(|free| free.pool.who == who).map(|free| free.count).sum::<u32>();
        let many = |sex| u32::try_from(sexes.iter().filter(|&&one| one == sex).count()).unwrap();
        let over = many(Sex::Man).saturating_sub(left(Who::Men))
            + many(Sex::Woman).saturating_sub(left(Who::Women))
            + many(Sex::Other);
        let house = house();
        let tonight = Offer { nights: Nights::one(night(FRIDAY)), ..offer(&house, &free) };
        let party: Vec<Taker> = (1..).zip(&sexes).map(|(n, &sex)| taker(n, sex)).collect();
        let verdict = tonight.give(&party);
        prop_assert_eq!(verdict.is_ok(), over <= left(Who::Any));
        if let Ok(walk_in) = verdict {
            prop_assert_eq!(walk_in.beds.len(), party.len());
            for (bed, sex) in walk_in.beds.iter().zip(&sexes) {
                prop_assert!(bed.pool.who.fits(*sex));
            }
            for free in &free {
                let given = walk_in.beds.iter().filter(|bed| bed.pool == free.pool).count();
                prop_assert!(given <= free.count as usize);
            }
        }
    }
}
