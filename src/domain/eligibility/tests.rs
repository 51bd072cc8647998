use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::countersigned::{CoordinatorId, StatedReason};
use crate::domain::karens::fixtures::{any_ticket, code, date, guest, night, nights, pool, ticket};
use crate::domain::karens::may_start_again;
use crate::domain::place::plan::{Closed, Fact, Plan};
use crate::domain::place::{Kind, Pool, Who};
use crate::domain::shelter::{Admission, Shelter, Terms};
use crate::domain::ticket::{Calls, EndCause, State};
use crate::domain::waiver::Whom;

const FRIDAY: &str = "2026-11-27";
const SATURDAY: &str = "2026-11-28";
const SUNDAY: &str = "2026-11-29";
const NOTHING_ON_ANY_NIGHT: [&[Reason]; 3] = [&[]; 3];

fn weekend() -> Nights {
    nights(FRIDAY, SUNDAY)
}

/// An adult of whom nothing stands in the way.
fn adult(number: u128, sex: Sex) -> PersonFacts<'static> {
    PersonFacts {
        guest: guest(number),
        sex,
        birth: date("1980-05-17"),
        shown: DocumentShown::Valid,
        tickets: &[],
        bans: &[],
        lots_today: &[],
    }
}

fn man(number: u128) -> PersonFacts<'static> {
    adult(number, Sex::Man)
}

fn woman(number: u128) -> PersonFacts<'static> {
    adult(number, Sex::Woman)
}

fn party<'a>(persons: &[PersonFacts<'a>], wishes: &[&str]) -> PartyFacts<'a> {
    PartyFacts::new(persons.to_vec(), wishes.iter().map(|wish| code(wish)).collect(), false).unwrap()
}

fn women_only<'a>(persons: &[PersonFacts<'a>], wishes: &[&str]) -> PartyFacts<'a> {
    PartyFacts { women_only: true, ..party(persons, wishes) }
}

fn shelter(name: &str, men: u32, women: u32, any: u32) -> ShelterFacts {
    let capacity = Capacity { men, women, any };
    let if_empty = weekend().iter().map(|night| (night, capacity)).collect();
    ShelterFacts { code: code(name), terms: Terms::default(), if_empty }
}

/// Two mixed shelters, one of men's and women's places apart, one for women only.
fn shelters() -> Vec<ShelterFacts> {
    vec![shelter("br", 2, 2, 0), shelter("co", 0, 3, 0), shelter("fa", 0, 2, 2), shelter("sm", 0, 0, 4)]
}

fn friday(shelters: &[ShelterFacts]) -> DayFacts<'_> {
    DayFacts { start_nights: weekend(), week_rule: WeekRule::On, waivers: &[], shelters }
}

fn judged(party: &PartyFacts) -> Verdict {
    judge(party, &friday(&shelters()))
}

fn reasons(member: &MemberVerdict) -> Vec<&[Reason]> {
    member.nights.iter().map(|night| night.reasons.as_slice()).collect()
}

fn codes(names: &[&str]) -> Vec<ShelterCode> {
    names.iter().map(|name| code(name)).collect()
}

fn holds(through: &str) -> Reason {
    Reason::HoldsTicket { through: night(through) }
}

fn in_karens(through: &str) -> Reason {
    Reason::Karens { through: night(through) }
}

fn week_rule_until(from: &str) -> Reason {
    Reason::WeekRule { from: night(from) }
}

fn under_18(until: &str) -> Reason {
    Reason::Under18 { comes_of_age: date(until) }
}

fn ban(number: u128, shelter: &str, first: &str, last: &str) -> Ban {
    Ban { guest: guest(number), shelter: code(shelter), nights: nights(first, last) }
}

fn waiver(whom: Whom, from: &str) -> Waiver {
    let at = "2026-11-27T09:00:00Z".parse().unwrap();
    Waiver::new(
        whom,
        weekend(),
        night(from),
        StatedReason::new("cold").unwrap(),
        CoordinatorId(Uuid::nil()),
        at,
    )
    .unwrap()
}

fn main_kind(verdict: &Verdict, number: u128) -> Option<ReasonKind> {
    verdict.main_reason(guest(number)).map(Reason::kind)
}

// --- Who may start when ---

#[test]
fn a_guest_of_whom_nothing_stands_in_the_way_is_in_from_the_first_start_night() {
    let verdict = judged(&party(&[man(1)], &["sm", "br"]));
    assert_eq!(verdict.status(), LotStatus::In);
    assert_eq!(verdict.from, Some(night(FRIDAY)));
    assert_eq!(verdict.accepts, codes(&["sm", "br"]));
    assert_eq!((verdict.left_out, verdict.of_party), (vec![], None));
    assert_eq!(reasons(&verdict.members[0]), NOTHING_ON_ANY_NIGHT);
}

#[test]
fn a_guest_whose_karens_ends_on_friday_asks_on_friday_to_start_on_saturday() {
    let tickets = [ticket("2026-11-21", "2026-11-25")];
    let verdict = judged(&party(&[PersonFacts { tickets: &tickets, ..man(1) }], &["sm"]));
    assert_eq!(reasons(&verdict.members[0]), [&[in_karens(FRIDAY)][..], &[], &[]]);
    assert_eq!(verdict.from, Some(night(SATURDAY)));
    assert_eq!(verdict.status(), LotStatus::In);
    assert_eq!(verdict.main_reason(guest(1)), None);
}

#[test]
fn karens_that_ends_between_start_nights_lets_start_on_the_later_ones() {
    let tickets = [ticket("2026-11-22", "2026-11-26")];
    let verdict = judged(&party(&[PersonFacts { tickets: &tickets, ..man(1) }], &["sm"]));
    assert_eq!(reasons(&verdict.members[0]), [&[in_karens(SATURDAY)][..], &[in_karens(SATURDAY)], &[]]);
    assert_eq!(verdict.from, Some(night(SUNDAY)));
}

#[test]
fn a_ticket_through_friday_night_bars_friday_and_karens_the_weekend() {
    let tickets = [ticket("2026-11-23", FRIDAY)];
    let verdict = judged(&party(&[PersonFacts { tickets: &tickets, ..man(1) }], &["sm"]));
    let expected = [&[holds(FRIDAY)][..], &[in_karens(SUNDAY)], &[in_karens(SUNDAY)]];
    assert_eq!(reasons(&verdict.members[0]), expected);
    assert_eq!((verdict.from, verdict.status()), (None, LotStatus::Refused));
    assert_eq!(main_kind(&verdict, 1), Some(ReasonKind::HoldsTicket));
}

#[test]
fn a_ticket_for_later_nights_and_one_that_waits_bar_every_night_before_their_last() {
    let later = Ticket { state: State::Waiting(Calls::None), ..ticket(SATURDAY, "2026-12-02") };
    let tickets = [later];
    let verdict = judged(&party(&[PersonFacts { tickets: &tickets, ..man(1) }], &["sm"]));
    assert_eq!(reasons(&verdict.members[0]), [&[holds("2026-12-02")][..]; 3]);
}

#[test]
fn a_declined_or_lapsed_ticket_bars_no_night() {
    let collected = || ticket("2026-11-23", FRIDAY);
    let tickets = [
        Ticket { state: State::Lapsed, ..collected() },
        Ticket { state: State::Declined, ..collected() },
        collected().end(EndCause::GivenBack, night("2026-11-23")).unwrap(),
    ];
    let verdict = judged(&party(&[PersonFacts { tickets: &tickets, ..man(1) }], &["sm"]));
    assert_eq!(verdict.from, Some(night(FRIDAY)));
}

#[test]
fn each_of_the_five_start_nights_before_easter_is_judged_by_itself() {
    let easter = nights("2026-04-02", "2026-04-06");
    let capacity = Capacity { men: 1, ..Capacity::default() };
    let if_empty = easter.iter().map(|night| (night, capacity)).collect();
    let shelters = [ShelterFacts { code: code("sm"), terms: Terms::default(), if_empty }];
    let day = DayFacts { start_nights: easter, ..friday(&shelters) };
    // Issued on a Friday for Sunday through Thursday: karens on Good Friday and Easter Saturday.
    let tickets = [ticket("2026-03-29", "2026-04-02")];
    let verdict = judge(&party(&[PersonFacts { tickets: &tickets, ..man(1) }], &["sm"]), &day);
    let karens = || in_karens("2026-04-04");
    let expected = [vec![holds("2026-04-02")], vec![karens()], vec![karens()], vec![], vec![]];
    assert_eq!(reasons(&verdict.members[0]), expected);
    assert_eq!(verdict.from, Some(night("2026-04-05")));
}

#[test]
fn the_main_reason_is_chosen_in_the_order_of_the_rules() {
    let in_order = [
        ReasonKind::NoDocument,
        ReasonKind::Under18,
        ReasonKind::HoldsTicket,
        ReasonKind::Karens,
        ReasonKind::WeekRule,
        ReasonKind::InALot,
        ReasonKind::Banned,
        ReasonKind::NeverFits,
    ];
    assert!(in_order.is_sorted());
    let remaining = Remaining::default;
    let reasons = [
        Reason::NoDocument { shown: DocumentShown::Nothing },
        under_18(SUNDAY),
        holds(SUNDAY),
        in_karens(SUNDAY),
        week_rule_until(SUNDAY),
        Reason::InALot { lot: LotNumber(1) },
        Reason::Banned { bans: vec![], remaining: remaining() },
        Reason::NeverFits { remaining: remaining() },
    ];
    assert_eq!(reasons.map(|reason| reason.kind()), in_order);
}

#[test]
fn all_reasons_are_given_at_once_in_the_order_of_the_rules() {
    let given_back = ticket("2026-11-24", FRIDAY).end(EndCause::GivenBack, night("2026-11-27")).unwrap();
    let full = Ticket { terms: Terms { full_nights: 4, ..Terms::default() }, ..given_back };
    let held = [full, ticket("2026-11-22", FRIDAY)];
    let lots = [(LotNumber(3), LotStatus::Refused), (LotNumber(5), LotStatus::In)];
    let person = PersonFacts {
        birth: date("2008-11-29"),
        shown: DocumentShown::NotValid,
        tickets: &held,
        lots_today: &lots,
        ..man(1)
    };
    let bans = [ban(1, "sm", FRIDAY, FRIDAY)];
    let verdict = judged(&party(&[PersonFacts { bans: &bans, ..person }], &["sm"]));
    let member = &verdict.members[0];
    let kinds: Vec<_> = member.whole_day.iter().map(Reason::kind).collect();
    assert_eq!(kinds, [ReasonKind::NoDocument, ReasonKind::InALot, ReasonKind::Banned]);
    let week = || week_rule_until("2026-12-01");
    let expected = [
        vec![under_18(SUNDAY), holds(FRIDAY), in_karens(SATURDAY), week()],
        vec![under_18(SUNDAY), in_karens(SUNDAY), week()],
        vec![in_karens(SUNDAY), week()],
    ];
    assert_eq!(reasons(member), expected);
    assert_eq!(main_kind(&verdict, 1), Some(ReasonKind::NoDocument));
}

#[test]
fn a_ticket_given_back_early_bars_by_the_week_rule_unless_it_is_off() {
    let tickets = [ticket("2026-11-22", "2026-11-26").end(EndCause::Released, night("2026-11-24")).unwrap()];
    let facts = party(&[PersonFacts { tickets: &tickets, ..man(1) }], &["sm"]);
    let verdict = judged(&facts);
    assert_eq!(reasons(&verdict.members[0])[1], [week_rule_until(SUNDAY)]);
    assert_eq!(verdict.from, Some(night(SUNDAY)));
    let shelters = shelters();
    let off = judge(&facts, &DayFacts { week_rule: WeekRule::Off, ..friday(&shelters) });
    assert_eq!(off.from, Some(night(FRIDAY)));
}

#[test]
fn of_several_tickets_the_longest_lasting_gives_each_date() {
    let tickets = [ticket("2026-11-28", "2026-12-02"), ticket("2026-11-23", FRIDAY)];
    let verdict = judged(&party(&[PersonFacts { tickets: &tickets, ..man(1) }], &["sm"]));
    assert_eq!(reasons(&verdict.members[0])[0], [holds("2026-12-02")]);
    let given_back = |first: &str, last: &str| {
        let first_night = night(first);
        ticket(first, last).end(EndCause::GivenBack, first_night.next()).unwrap()
    };
    let tickets = [given_back("2026-11-22", "2026-11-26"), given_back("2026-11-23", FRIDAY)];
    let verdict = judged(&party(&[PersonFacts { tickets: &tickets, ..man(1) }], &["sm"]));
    assert_eq!(reasons(&verdict.members[0])[0], [week_rule_until("2026-11-30")]);
}

#[test]
fn an_expired_document_and_none_both_refuse_for_the_whole_day() {
    for shown in [DocumentShown::NotValid, DocumentShown::Nothing] {
        let verdict = judged(&party(&[PersonFacts { shown, ..man(1) }], &["sm"]));
        assert_eq!(verdict.members[0].whole_day, [Reason::NoDocument { shown }]);
        assert_eq!(reasons(&verdict.members[0]), NOTHING_ON_ANY_NIGHT);
        assert_eq!((verdict.from, verdict.status()), (None, LotStatus::Refused));
        assert_eq!(main_kind(&verdict, 1), Some(ReasonKind::NoDocument));
    }
}

#[test]
fn a_person_in_a_lot_of_today_is_refused_but_not_for_one_refused_or_withdrawn() {
    let gone = [(LotNumber(3), LotStatus::Refused), (LotNumber(4), LotStatus::Withdrawn)];
    let verdict = judged(&party(&[PersonFacts { lots_today: &gone, ..man(1) }], &["sm"]));
    assert_eq!(verdict.status(), LotStatus::In);
    let among = [gone[0], gone[1], (LotNumber(5), LotStatus::In)];
    let verdict = judged(&party(&[PersonFacts { lots_today: &among, ..man(1) }], &["sm"]));
    assert_eq!(verdict.members[0].whole_day, [Reason::InALot { lot: LotNumber(5) }]);
    assert_eq!(verdict.status(), LotStatus::Refused);
}

// --- Waivers ---

#[test]
fn a_waiver_for_one_guest_lifts_karens_and_the_week_rule_for_that_guest_alone() {
    let full = ticket("2026-11-24", "2026-11-28").end(EndCause::GivenBack, night("2026-11-27")).unwrap();
    let tickets = [full];
    let persons = [PersonFacts { tickets: &tickets, ..man(1) }, PersonFacts { tickets: &tickets, ..man(2) }];
    let waivers = [waiver(Whom::Guest(guest(1)), FRIDAY)];
    let shelters = shelters();
    let day = DayFacts { waivers: &waivers, ..friday(&shelters) };
    let verdict = judge(&party(&persons, &["sm"]), &day);
    assert_eq!(verdict.members[0].from, Some(night(FRIDAY)));
    assert_eq!(verdict.members[1].from, None);
}

#[test]
fn a_waiver_that_names_a_later_start_night_lifts_from_it_on() {
    let tickets = [ticket("2026-11-23", "2026-11-26").cut(night("2026-11-26")).unwrap()];
    let tickets = [Ticket { terms: Terms { karens_nights: 4, ..Terms::default() }, ..tickets[0].clone() }];
    let waivers = [waiver(Whom::Everyone, SATURDAY)];
    let shelters = shelters();
    let day = DayFacts { waivers: &waivers, ..friday(&shelters) };
    let verdict = judge(&party(&[PersonFacts { tickets: &tickets, ..man(1) }], &["sm"]), &day);
    assert_eq!(reasons(&verdict.members[0]), [&[in_karens(SUNDAY)][..], &[], &[]]);
    assert_eq!(verdict.from, Some(night(SATURDAY)));
}

#[test]
fn a_waiver_lifts_nothing_but_karens_and_the_week_rule() {
    let tickets = [ticket("2026-11-25", SUNDAY)];
    let lots = [(LotNumber(5), LotStatus::In)];
    let bans = [ban(1, "sm", FRIDAY, SUNDAY)];
    let person = PersonFacts {
        birth: date("2010-01-01"),
        shown: DocumentShown::Nothing,
        tickets: &tickets,
        bans: &bans,
        lots_today: &lots,
        ..man(1)
    };
    let facts = party(&[person], &["sm"]);
    let waivers = [waiver(Whom::Everyone, FRIDAY)];
    let shelters = shelters();
    let waived = judge(&facts, &DayFacts { waivers: &waivers, ..friday(&shelters) });
    assert_eq!(waived, judged(&facts));
    assert_eq!(waived.members[0].whole_day.len(), 3);
    assert_eq!(reasons(&waived.members[0]), [&[under_18("2028-01-01"), holds(SUNDAY)][..]; 3]);
}

// --- Families ---

#[test]
fn a_family_with_one_member_in_karens_starts_when_the_last_may_and_each_sees_its_own_night() {
    let tickets = [ticket("2026-11-21", "2026-11-25")];
    let persons = [woman(1), PersonFacts { tickets: &tickets, ..man(2) }];
    let verdict = judged(&party(&persons, &["sm"]));
    assert_eq!(verdict.members[0].from, Some(night(FRIDAY)));
    assert_eq!(verdict.members[1].from, Some(night(SATURDAY)));
    assert_eq!(verdict.from, Some(night(SATURDAY)));
    assert_eq!(verdict.status(), LotStatus::In);
    assert_eq!(verdict.main_reason(guest(2)), None);
}

#[test]
fn a_family_with_one_member_in_karens_all_weekend_is_refused_and_may_ask_without() {
    let tickets = [ticket("2026-11-23", "2026-11-27")];
    let waiting = PersonFacts { tickets: &tickets, ..man(2) };
    let verdict = judged(&party(&[woman(1), waiting], &["sm"]));
    assert_eq!((verdict.from, verdict.status()), (None, LotStatus::Refused));
    assert_eq!(verdict.members[0].from, Some(night(FRIDAY)));
    assert_eq!(main_kind(&verdict, 2), Some(ReasonKind::HoldsTicket));
    assert_eq!(verdict.main_reason(guest(1)), verdict.main_reason(guest(2)));
    assert_eq!(judged(&party(&[woman(1)], &["sm"])).status(), LotStatus::In);
}

#[test]
fn each_refused_member_counts_under_its_own_reason_and_the_others_under_the_first_of_the_party() {
    let tickets = [ticket("2026-11-24", SATURDAY)];
    let late = [ticket("2026-11-21", "2026-11-25")];
    let persons = [
        PersonFacts { tickets: &tickets, ..man(1) },
        PersonFacts { birth: date("2010-01-01"), ..woman(2) },
        woman(3),
        // In karens on Friday alone: that refuses nobody.
        PersonFacts { tickets: &late, ..man(4) },
    ];
    let verdict = judged(&party(&persons, &["sm"]));
    let kinds = [1, 2, 3, 4].map(|number| main_kind(&verdict, number));
    let under_18 = Some(ReasonKind::Under18);
    assert_eq!(kinds, [Some(ReasonKind::HoldsTicket), under_18, under_18, under_18]);
    assert_eq!(main_kind(&verdict, 5), None);
}

// --- Minors ---

#[test]
fn a_minor_refuses_the_whole_party_and_is_named() {
    let child = PersonFacts { birth: date("2011-02-03"), ..woman(2) };
    let verdict = judged(&party(&[woman(1), child], &["sm"]));
    assert_eq!(verdict.status(), LotStatus::Refused);
    assert_eq!(reasons(&verdict.members[1]), [&[under_18("2029-02-03")][..]; 3]);
    assert_eq!(verdict.members[1].from, None);
    assert_eq!(verdict.members[0].from, Some(night(FRIDAY)));
}

#[test]
fn who_comes_of_age_between_start_nights_may_start_then() {
    let young = PersonFacts { birth: date("2008-11-28"), ..woman(1) };
    let verdict = judged(&party(&[young], &["sm"]));
    assert_eq!(reasons(&verdict.members[0]), [&[under_18(SATURDAY)][..], &[], &[]]);
    assert_eq!(verdict.from, Some(night(SATURDAY)));
}

#[test]
fn each_minor_gets_a_refused_lot_of_its_own_and_the_adults_may_ask_without() {
    let minor = |number| PersonFacts { birth: date("2008-11-30"), ..man(number) };
    let of_age_on_sunday = PersonFacts { birth: date("2008-11-29"), ..man(4) };
    let asked = women_only(&[minor(1), woman(2), minor(3), of_age_on_sunday], &["sm", "fa"]);
    let parted = without_minors(&asked, weekend());
    let guests = |facts: &PartyFacts| -> Vec<_> {
        assert!(
            facts.persons.iter().map(|person| person.guest).eq(facts
                .party()
                .members()
                .iter()
                .map(|m| m.guest))
        );
        assert_eq!(facts.party().wishes(), codes(&["sm", "fa"]));
        assert!(facts.women_only);
        facts.party().members().iter().map(|member| member.guest).collect()
    };
    let minors: Vec<_> = parted.minors.iter().map(guests).collect();
    assert_eq!(minors, [[guest(1)], [guest(3)]]);
    assert_eq!(guests(&parted.adults.unwrap()), [guest(2), guest(4)]);
    for minor in &parted.minors {
        let verdict = judged(minor);
        assert_eq!(verdict.status(), LotStatus::Refused);
        assert_eq!(main_kind(&verdict, minor.persons[0].guest.0.as_u128()), Some(ReasonKind::Under18));
    }
}

#[test]
fn a_party_of_minors_leaves_nobody_to_ask_and_one_without_minors_stays_whole() {
    let minor = PersonFacts { birth: date("2012-01-01"), ..man(1) };
    let parted = without_minors(&party(&[minor], &["sm"]), weekend());
    assert!(parted.adults.is_none());
    assert_eq!(parted.minors.len(), 1);
    let parted = without_minors(&party(&[man(1), woman(2)], &["sm"]), weekend());
    assert_eq!(parted.adults.unwrap().party().members().len(), 2);
    assert!(parted.minors.is_empty());
}

// --- Bans ---

#[test]
fn a_shelter_that_bans_a_member_is_left_out_and_the_desk_sees_it_before_the_draw() {
    let bans = [ban(2, "sm", "2026-11-01", "2026-12-31")];
    let verdict = judged(&party(&[woman(1), PersonFacts { bans: &bans, ..man(2) }], &["sm", "fa", "br"]));
    assert_eq!(verdict.status(), LotStatus::In);
    assert_eq!(verdict.accepts, codes(&["fa", "br"]));
    let why = vec![Why::Banned { guest: guest(2), through: night("2026-12-31") }];
    assert_eq!(verdict.left_out, [LeftOut { shelter: code("sm"), why }]);
    assert_eq!(verdict.main_reason(guest(2)), None);
}

#[test]
fn a_ban_counts_from_the_first_possible_night_through_a_full_stay_from_the_last_start() {
    let accepts = |first: &str, last: &str| {
        let bans = [ban(1, "sm", first, last)];
        judged(&party(&[PersonFacts { bans: &bans, ..man(1) }], &["sm", "br"])).accepts.len() == 2
    };
    assert!(accepts("2026-11-01", "2026-11-26"));
    assert!(!accepts("2026-11-01", FRIDAY));
    assert!(!accepts("2026-12-03", "2026-12-31"));
    assert!(accepts("2026-12-04", "2026-12-31"));
}

#[test]
fn a_ban_that_ends_before_the_first_possible_night_of_the_party_leaves_nothing_out() {
    let bans = [ban(1, "sm", "2026-11-01", FRIDAY)];
    let tickets = [ticket("2026-11-21", "2026-11-25")];
    let banned = PersonFacts { bans: &bans, ..man(1) };
    let in_karens = PersonFacts { tickets: &tickets, ..woman(2) };
    let verdict = judged(&party(&[banned, in_karens], &["sm"]));
    assert_eq!(verdict.from, Some(night(SATURDAY)));
    assert_eq!(verdict.accepts, codes(&["sm"]));
    let alone = judged(&party(&[banned], &["sm"]));
    assert_eq!(alone.accepts, []);
}

#[test]
fn a_party_that_cannot_start_sees_the_bans_of_every_start_night() {
    let bans = [ban(1, "sm", "2026-11-01", FRIDAY)];
    let person = PersonFacts { shown: DocumentShown::Nothing, bans: &bans, ..man(1) };
    let verdict = judged(&party(&[person], &["sm"]));
    let kinds: Vec<_> = verdict.members[0].whole_day.iter().map(Reason::kind).collect();
    assert_eq!(kinds, [ReasonKind::NoDocument, ReasonKind::Banned]);
}

#[test]
fn the_span_of_a_ban_depends_on_the_full_length_at_its_shelter() {
    let mut shelters = shelters();
    shelters[3].terms.full_nights = 7;
    let bans = [ban(1, "sm", "2026-12-05", "2026-12-31"), ban(1, "br", "2026-12-05", "2026-12-31")];
    let facts = party(&[PersonFacts { bans: &bans, ..man(1) }], &["sm", "br"]);
    assert_eq!(judge(&facts, &friday(&shelters)).accepts, codes(&["br"]));
}

#[test]
fn a_guest_banned_everywhere_is_refused_with_the_dates_and_the_shelters_that_remain() {
    let bans = [
        ban(1, "sm", FRIDAY, "2026-12-31"),
        ban(1, "fa", FRIDAY, "2027-01-31"),
        ban(1, "fa", FRIDAY, FRIDAY),
    ];
    let facts = party(&[PersonFacts { bans: &bans, ..man(1) }], &["sm", "fa"]);
    let verdict = judged(&facts);
    let barred = |shelter, through| Barred { shelter: code(shelter), through: night(through) };
    let reason = Reason::Banned {
        bans: vec![barred("sm", "2026-12-31"), barred("fa", "2027-01-31")],
        remaining: Remaining { shelters: codes(&["br"]), if_not_women_only: vec![] },
    };
    assert_eq!(verdict.members[0].whole_day, std::slice::from_ref(&reason));
    assert_eq!((verdict.from, verdict.status()), (None, LotStatus::Refused));
    assert_eq!(verdict.main_reason(guest(1)), Some(&reason));
    assert_eq!(verdict.of_party, None);
}

#[test]
fn a_shelter_that_could_never_take_the_party_does_not_save_it_from_being_banned_everywhere() {
    let bans = [ban(1, "sm", FRIDAY, SUNDAY)];
    let verdict = judged(&party(&[PersonFacts { bans: &bans, ..man(1) }], &["co", "sm"]));
    assert_eq!(main_kind(&verdict, 1), Some(ReasonKind::Banned));
    assert_eq!(verdict.left_out[0], LeftOut { shelter: code("co"), why: vec![Why::NeverFits] });
}

#[test]
fn a_ban_of_one_member_everywhere_is_that_members_and_the_others_may_ask_without() {
    let bans = [ban(2, "sm", FRIDAY, SUNDAY)];
    let persons = [woman(1), PersonFacts { bans: &bans, ..man(2) }];
    let verdict = judged(&party(&persons, &["sm"]));
    assert_eq!(verdict.members[0].from, Some(night(FRIDAY)));
    assert_eq!(verdict.members[0].whole_day, []);
    assert_eq!(verdict.members[1].from, None);
    assert_eq!(main_kind(&verdict, 2), Some(ReasonKind::Banned));
    assert_eq!(main_kind(&verdict, 1), Some(ReasonKind::Banned));
}

#[test]
fn bans_of_two_members_that_only_together_leave_no_shelter_are_the_partys() {
    let one = [ban(1, "sm", FRIDAY, SUNDAY), ban(1, "co", FRIDAY, SUNDAY)];
    let two = [ban(2, "br", FRIDAY, SATURDAY), ban(2, "co", FRIDAY, SATURDAY)];
    let persons = [PersonFacts { bans: &one, ..woman(1) }, PersonFacts { bans: &two, ..woman(2) }];
    let verdict = judged(&party(&persons, &["sm", "br", "co"]));
    assert_eq!(verdict.status(), LotStatus::Refused);
    assert!(verdict.members.iter().all(|member| member.whole_day.is_empty()));
    let barred = |shelter, through| Barred { shelter: code(shelter), through: night(through) };
    let remaining = Remaining { shelters: codes(&["fa"]), if_not_women_only: vec![] };
    let bans = vec![barred("sm", SUNDAY), barred("br", SATURDAY), barred("co", SUNDAY)];
    let reason = Reason::Banned { bans, remaining };
    assert_eq!(verdict.of_party.as_ref(), Some(&reason));
    assert_eq!(verdict.main_reason(guest(1)), Some(&reason));
}

// --- Wishes ---

#[test]
fn a_man_who_asks_for_a_womens_shelter_alone_is_refused_and_told_what_would_remain() {
    let verdict = judged(&party(&[man(1)], &["co"]));
    let remaining = Remaining { shelters: codes(&["br", "fa", "sm"]), if_not_women_only: vec![] };
    assert_eq!(verdict.of_party, Some(Reason::NeverFits { remaining }));
    assert_eq!(verdict.status(), LotStatus::Refused);
    assert_eq!(verdict.members[0].from, Some(night(FRIDAY)));
    assert_eq!(main_kind(&verdict, 1), Some(ReasonKind::NeverFits));
}

#[test]
fn a_family_larger_than_any_shelter_is_refused_and_no_shelter_remains() {
    let persons: Vec<_> = (1..=5).map(man).collect();
    let verdict = judged(&party(&persons, &["sm", "fa"]));
    assert_eq!(verdict.of_party, Some(Reason::NeverFits { remaining: Remaining::default() }));
    assert_eq!(main_kind(&verdict, 5), Some(ReasonKind::NeverFits));
}

#[test]
fn a_party_fits_where_those_beyond_the_places_of_their_sex_find_places_for_any() {
    let takes = |persons: &[PersonFacts], men, women, any| {
        let shelters = [shelter("sm", men, women, any)];
        judge(&party(persons, &["sm"]), &friday(&shelters)).status() == LotStatus::In
    };
    let mixed = [man(1), man(2), woman(3), woman(4), adult(5, Sex::Other)];
    assert!(takes(&mixed, 0, 0, 5));
    assert!(takes(&mixed, 1, 2, 2));
    assert!(takes(&mixed, 9, 9, 1));
    assert!(!takes(&mixed, 9, 9, 0));
    assert!(!takes(&mixed, 1, 2, 1));
    assert!(!takes(&mixed, 0, 9, 2));
    assert!(!takes(&mixed, 9, 0, 2));
    assert!(!takes(&[woman(1)], 1, 0, 0));
    assert!(!takes(&[man(1)], 0, 1, 0));
    assert!(!takes(&[man(1)], 0, 0, 0));
}

#[test]
fn families_use_both_kinds_of_place() {
    let of = |kind, who| Pool { kind, who, ..pool("sm") };
    let capacity = Capacity::of([
        (of(Kind::Single, Who::Men), 1),
        (of(Kind::Family, Who::Men), 2),
        (of(Kind::Family, Who::Women), 4),
        (of(Kind::Single, Who::Women), 8),
        (of(Kind::Single, Who::Any), 16),
        (of(Kind::Family, Who::Any), 32),
    ]);
    assert_eq!(capacity, Capacity { men: 3, women: 12, any: 48 });
}

#[test]
fn a_shelter_fits_if_it_could_take_the_party_on_one_start_night_left_to_it() {
    let mut only_friday = shelter("sm", 0, 0, 1);
    only_friday.if_empty.truncate(1);
    let mut only_sunday = shelter("br", 0, 0, 1);
    only_sunday.if_empty.drain(..2);
    let mut only_monday = shelter("fa", 0, 0, 1);
    only_monday.if_empty = vec![(night("2026-11-30"), Capacity { men: 0, women: 0, any: 1 })];
    let shelters = [only_friday, only_sunday, only_monday];
    let wishes = ["sm", "br", "fa"];
    let verdict = judge(&party(&[man(1)], &wishes), &friday(&shelters));
    assert_eq!(verdict.accepts, codes(&["sm", "br"]));
    let tickets = [ticket("2026-11-21", "2026-11-25")];
    let from_saturday = PersonFacts { tickets: &tickets, ..man(1) };
    let verdict = judge(&party(&[from_saturday], &wishes), &friday(&shelters));
    assert_eq!(verdict.accepts, codes(&["br"]));
}

#[test]
fn a_shelter_that_is_not_in_the_draw_takes_nobody() {
    let verdict = judged(&party(&[man(1)], &["own", "sm"]));
    assert_eq!(verdict.left_out, [LeftOut { shelter: code("own"), why: vec![Why::NotInTheDraw] }]);
    assert_eq!(verdict.accepts, codes(&["sm"]));
    let verdict = judged(&party(&[man(1)], &["own"]));
    assert_eq!(main_kind(&verdict, 1), Some(ReasonKind::NeverFits));
}

#[test]
fn a_woman_who_accepts_womens_places_only_goes_where_no_place_for_any_could_be_hers() {
    let verdict = judged(&women_only(&[woman(1)], &["fa", "co", "sm", "br"]));
    assert_eq!(verdict.accepts, codes(&["co", "br"]));
    let left_out = |shelter| LeftOut { shelter: code(shelter), why: vec![Why::NotWomenOnly] };
    assert_eq!(verdict.left_out, [left_out("fa"), left_out("sm")]);
}

#[test]
fn a_woman_refused_for_her_womens_wish_is_told_both_ways_to_widen_it() {
    let verdict = judged(&women_only(&[woman(1)], &["fa"]));
    let remaining = Remaining { shelters: codes(&["br", "co"]), if_not_women_only: codes(&["fa", "sm"]) };
    assert_eq!(verdict.of_party, Some(Reason::NeverFits { remaining }));
}

#[test]
fn places_for_any_on_nights_before_the_party_can_start_do_not_spoil_a_womens_wish() {
    let mut mixed_on_friday = shelter("sm", 0, 2, 0);
    mixed_on_friday.if_empty[0].1.any = 1;
    let shelters = [mixed_on_friday];
    let tickets = [ticket("2026-11-21", "2026-11-25")];
    let from_saturday = PersonFacts { tickets: &tickets, ..woman(1) };
    assert_eq!(judge(&women_only(&[from_saturday], &["sm"]), &friday(&shelters)).accepts, codes(&["sm"]));
    assert_eq!(judge(&women_only(&[woman(1)], &["sm"]), &friday(&shelters)).accepts, []);
}

#[test]
fn a_woman_who_comes_with_her_man_may_still_accept_womens_places_only() {
    let verdict = judged(&women_only(&[woman(1), man(2)], &["sm", "br", "co"]));
    assert_eq!(verdict.accepts, codes(&["br"]));
}

#[test]
fn a_womens_wish_says_nothing_in_a_party_without_a_woman() {
    let verdict = judged(&women_only(&[man(1)], &["sm", "br"]));
    assert_eq!(verdict.accepts, codes(&["sm", "br"]));
}

#[test]
fn facts_that_make_no_party_are_refused() {
    let twice = PartyFacts::new(vec![man(1), man(1)], codes(&["sm"]), false);
    assert_eq!(twice.unwrap_err(), PartyError::MemberTwice { place: 2 });
}

// --- Words ---

#[test]
fn every_reason_reads_as_english_with_its_date() {
    let remaining = |shelters: &[&str], more: &[&str]| Remaining {
        shelters: codes(shelters),
        if_not_women_only: codes(more),
    };
    let bans = vec![
        Barred { shelter: code("fa"), through: night("2026-12-31") },
        Barred { shelter: code("sm"), through: night("2027-01-31") },
    ];
    let never = |remaining| Reason::NeverFits { remaining };
    for (reason, text) in [
        (Reason::NoDocument { shown: DocumentShown::Nothing }, "showed no identity document"),
        (Reason::NoDocument { shown: DocumentShown::NotValid }, "showed no valid identity document"),
        (under_18("2027-02-03"), "under 18 until 2027-02-03"),
        (holds("2026-11-27"), "holds a ticket through the night of 2026-11-27"),
        (in_karens("2026-11-30"), "in karens through the night of 2026-11-30, over on 2026-12-01"),
        (week_rule_until("2026-11-30"), "one ticket a week: may start again on 2026-11-30"),
        (Reason::InALot { lot: LotNumber(12) }, "already in lot 12 today"),
        (
            Reason::Banned { bans, remaining: remaining(&["br"], &[]) },
            "banned at every shelter named that could take the party (fa through the night of 2026-12-31, sm through the \
             night of 2027-01-31); these could: br",
        ),
        (never(remaining(&[], &[])), "no shelter named ever takes such a party; no other shelter could"),
        (
            never(remaining(&["br", "co"], &["fa", "sm"])),
            "no shelter named ever takes such a party; these could: br, co; outside women's places also fa, sm",
        ),
        (
            never(remaining(&[], &["fa"])),
            "no shelter named ever takes such a party; these could, outside women's places: fa",
        ),
    ] {
        assert_eq!(reason.to_string(), text);
    }
    let banned = Why::Banned { guest: guest(1), through: night("2026-12-31") };
    let whys = [banned, Why::NeverFits, Why::NotWomenOnly, Why::NotInTheDraw].map(|why| why.to_string());
    let texts = [
        "banned there through the night of 2026-12-31",
        "has no places for such a party, even if empty",
        "has places that are not for women only",
        "is not in the draw today",
    ];
    assert_eq!(whys, texts);
}

// --- Laws ---

fn any_person(number: u128) -> impl Strategy<Value = (u128, Vec<Ticket>, bool, bool)> {
    (Just(number), prop::collection::vec(any_ticket(), 0..3), any::<bool>(), prop::bool::weighted(0.1))
}

proptest! {
    #[test]
    fn tickets_bar_every_start_night_before_the_one_on_which_the_guest_may_start_again(
        tickets in prop::collection::vec(any_ticket(), 0..4),
        on in any::<bool>(),
    ) {
        let week_rule = if on { WeekRule::On } else { WeekRule::Off };
        let shelters = shelters();
        let day = DayFacts { start_nights: nights("2026-11-16", "2026-12-16"), week_rule, ..friday(&shelters) };
        let verdict = judge(&party(&[PersonFacts { tickets: &tickets, ..man(1) }], &["sm"]), &day);
        let again = may_start_again(&tickets, week_rule);
        for night in &verdict.members[0].nights {
            let barred = again.is_some_and(|again| night.night < again);
            prop_assert_eq!(!night.reasons.is_empty(), barred, "{}", night.night);
        }
        prop_assert_eq!(verdict.from, Some(again.unwrap_or(day.start_nights.first()).max(day.start_nights.first())));
    }

    #[test]
    fn on_the_first_possible_night_and_every_later_one_nothing_stands_in_any_members_way(
        people in (any_person(1), any_person(2), any_person(3)),
        size in 1..=3_usize,
    ) {
        let people = [people.0, people.1, people.2];
        let persons: Vec<_> = people[..size].iter().map(|(number, tickets, minor, nothing)| PersonFacts {
            tickets,
            birth: if *minor { date("2008-11-28") } else { date("1980-05-17") },
            shown: if *nothing { DocumentShown::Nothing } else { DocumentShown::Valid },
            ..man(*number)
        }).collect();
        let verdict = judged(&party(&persons, &["sm"]));
        let free = |night: Night| verdict.members.iter().all(|member| {
            let later = member.nights.iter().filter(|one| one.night >= night);
            member.whole_day.is_empty() && later.map(|one| one.reasons.len()).sum::<usize>() == 0
        });
        prop_assert_eq!(verdict.from, weekend().iter().find(|&night| free(night)));
        prop_assert_eq!(verdict.status() == LotStatus::In, verdict.from.is_some());
    }

    #[test]
    fn a_refused_member_always_has_a_main_reason_and_a_member_that_is_in_never(
        people in (any_person(1), any_person(2)),
        banned in any::<bool>(),
        wish in prop::sample::select(vec!["sm", "co", "br", "own"]),
    ) {
        let bans = [ban(1, "sm", FRIDAY, SUNDAY)];
        let (one, two) = (&people.0, &people.1);
        let persons = [
            PersonFacts { tickets: &one.1, bans: if banned { &bans } else { &[] }, ..man(1) },
            PersonFacts { tickets: &two.1, ..woman(2) },
        ];
        let verdict = judged(&party(&persons, &[wish]));
        let refused = verdict.status() == LotStatus::Refused;
        for number in [1, 2] {
            prop_assert_eq!(verdict.main_reason(guest(number)).is_some(), refused);
        }
        prop_assert!(refused || (verdict.accepts == codes(&[wish]) && verdict.left_out.is_empty()));
    }

    #[test]
    fn the_order_in_which_members_are_listed_changes_no_verdict(people in (any_person(1), any_person(2))) {
        let (one, two) = (&people.0, &people.1);
        let persons = [PersonFacts { tickets: &one.1, ..man(1) }, PersonFacts { tickets: &two.1, ..woman(2) }];
        let verdict = judged(&party(&persons, &["co", "sm"]));
        let mut turned = judged(&party(&[persons[1], persons[0]], &["co", "sm"]));
        turned.members.reverse();
        prop_assert_eq!(verdict, turned);
    }
}

#[test]
fn what_a_shelter_could_take_is_judged_night_by_night_with_closures_and_lending() {
    let men = Pool { who: Who::Men, ..pool("fa") };
    let women = Pool { who: Who::Women, ..pool("fa") };
    let from = night("2026-11-01");
    let closed = |pool, first, last| Fact::Closure { what: Closed::Pool(pool), nights: nights(first, last) };
    let plan = Plan::new(&[
        Fact::Number { pool: men, from, count: 4 },
        Fact::Number { pool: women, from, count: 3 },
        closed(women, "2026-11-27", "2026-11-27"),
        closed(men, "2026-11-28", "2026-11-29"),
    ])
    .unwrap();
    let shelter = Shelter {
        code: code("fa"),
        name: "Filadelfia".to_owned(),
        terms: Terms::default(),
        admission: Admission::Scanned,
        protected: false,
    };
    let facts = ShelterFacts::of(&shelter, &plan, weekend());
    let [men, women] =
        [Capacity { men: 4, ..Capacity::default() }, Capacity { women: 3, ..Capacity::default() }];
    let nights = ["2026-11-27", "2026-11-28", "2026-11-29"].map(night);
    assert_eq!(facts.if_empty, nights.into_iter().zip([men, women, women]).collect::<Vec<_>>());
    let own = ShelterFacts::of(&Shelter { admission: Admission::Own, ..shelter }, &plan, weekend());
    assert!(own.if_empty.iter().all(|(_, capacity)| *capacity == Capacity::default()));
}
