use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::*;
use crate::domain::guest::{GuestId, Sex};
use crate::domain::lottery::placement::ShelterNights;
use crate::domain::place::{Kind, Who};
use crate::domain::ticket::fixtures::{night, waiting};
use crate::domain::ticket::{BETWEEN_CALLS, EndCause, MIN_NIGHTS, State};

const FRIDAY: &str = "2026-11-27";
const SATURDAY: &str = "2026-11-28";
const SUNDAY: &str = "2026-11-29";
const MONDAY: &str = "2026-11-30";

fn shelter(code: &str) -> ShelterCode {
    code.parse().unwrap()
}

fn pool(code: &str, kind: Kind, who: Who) -> Pool {
    Pool { shelter: shelter(code), kind, who }
}

/// `count` single places for anybody, free from Friday on.
fn singles(code: &str, until: Option<&str>, count: u32) -> PlaceEntry {
    PlaceEntry {
        pool: pool(code, Kind::Single, Who::Any),
        from: night(FRIDAY),
        until: until.map(night),
        count,
    }
}

/// What is free on Friday 2026-11-27, which has three start nights; five nights everywhere, two at `ko`.
fn free(entries: Vec<PlaceEntry>) -> Places {
    let nights = |code, nights| ShelterNights { code: shelter(code), nights };
    Places {
        shelters: vec![nights("bo", 5), nights("fa", 5), nights("ko", 2), nights("sm", 5)],
        start_nights: vec![night(FRIDAY), night(SATURDAY), night(SUNDAY)],
        min_nights: 3,
        entries,
    }
}

fn lot(number: u32, members: &[Sex], accepts: &[&str]) -> Lot {
    let accepts = accepts.iter().map(|code| shelter(code)).collect();
    Lot { number: LotNumber(number), members: members.to_vec(), from: night(FRIDAY), accepts }
}

fn man(number: u32) -> Lot {
    lot(number, &[Sex::Man], &["fa", "sm"])
}

fn couple(number: u32) -> Lot {
    lot(number, &[Sex::Man, Sex::Woman], &["fa", "sm"])
}

/// The queue as the service keeps it from step to step.
impl Queue {
    fn waiting(&self) -> &[Waiting] {
        &self.0
    }

    fn join(mut self, rank: Rank, lot: Lot) -> Result<Self, HandOutError> {
        self.0.push(Waiting { rank, lot, declined: Vec::new() });
        Self::new(self.0)
    }

    fn join_at_head(self, lot: Lot) -> Self {
        let rank = Rank::next_at_head(self.0.iter().map(|party| party.rank));
        self.join(rank, lot).unwrap()
    }

    fn leave(mut self, rank: Rank) -> Self {
        self.0.retain(|party| party.rank != rank);
        self
    }

    fn decline(mut self, offer: &Offer) -> Self {
        let party = self.0.iter_mut().find(|party| party.rank == offer.rank).unwrap();
        match offer.if_declined(&party.declined) {
            Some(declined) => party.declined = declined,
            None => return self.leave(offer.rank),
        }
        self
    }
}

/// The reserve list of these lots, in drawn order.
fn reserve(lots: impl IntoIterator<Item = Lot>) -> Queue {
    let join = |queue: Queue, (rank, lot)| queue.join(Rank::Reserve(rank), lot).unwrap();
    (1..).zip(lots).fold(Queue::default(), join)
}

fn numbers(queue: &Queue) -> Vec<u32> {
    queue.waiting().iter().map(|party| party.lot.number.0).collect()
}

fn offered(queue: &Queue, entries: Vec<PlaceEntry>) -> Option<(u32, Length)> {
    queue.next_offer(&free(entries)).map(|offer| (offer.lot.0, offer.length))
}

#[test]
fn the_queue_is_head_then_reserve_list_then_reinstated_then_late_comers() {
    let queue = Queue::default()
        .join(Rank::LateComer(LotNumber(11)), man(11))
        .and_then(|queue| queue.join(Rank::LateComer(LotNumber(10)), man(10)))
        .and_then(|queue| queue.join(Rank::Reinstated(LotNumber(9)), man(9)))
        .and_then(|queue| queue.join(Rank::Reinstated(LotNumber(2)), man(2)))
        .and_then(|queue| queue.join(Rank::Reserve(2), man(1)))
        .and_then(|queue| queue.join(Rank::Reserve(1), man(7)))
        .map(|queue| queue.join_at_head(man(8)))
        .unwrap();
    assert_eq!(numbers(&queue), [8, 7, 1, 2, 9, 10, 11]);
}

#[test]
fn who_is_put_first_by_a_ban_stands_behind_who_was_put_first_before() {
    let queue = reserve([man(1)]).join_at_head(man(5)).join_at_head(man(3));
    assert_eq!(numbers(&queue), [5, 3, 1]);
    // Also behind who waits no more: its place stays its own.
    let taken = [Rank::Head(0), Rank::Reserve(7), Rank::Head(4), Rank::Reinstated(LotNumber(9))];
    assert_eq!(Rank::next_at_head(taken), Rank::Head(5));
    assert_eq!(Rank::next_at_head([Rank::Reserve(7), Rank::LateComer(LotNumber(8))]), Rank::Head(0));
}

#[test]
fn nobody_waits_twice_in_one_place() {
    let queue = reserve([man(1), man(2)]);
    assert_eq!(queue.clone().join(Rank::Reserve(2), man(2)), Err(HandOutError::WaitsAlready(LotNumber(2))));
    let party = queue.waiting().first().unwrap().clone();
    assert_eq!(Queue::new(vec![party.clone(), party]), Err(HandOutError::WaitsAlready(LotNumber(1))));
}

#[test]
fn an_offer_says_whom_where_and_for_how_long() {
    let places = free(vec![
        PlaceEntry { pool: pool("fa", Kind::Single, Who::Women), ..singles("fa", None, 1) },
        singles("fa", Some(MONDAY), 1),
    ]);
    let offer = reserve([man(4)]).next_offer(&places).unwrap();
    let seat = Seat { shelter: shelter("fa"), start: night(FRIDAY), nights: 4, entries: vec![1] };
    let place = OfferedPlace {
        pool: pool("fa", Kind::Single, Who::Any),
        from: night(FRIDAY),
        until: Some(night(MONDAY)),
        count: 1,
    };
    let expected =
        Offer { rank: Rank::Reserve(1), lot: LotNumber(4), seat, places: vec![place], length: Length::Full };
    assert_eq!(offer, expected);
}

#[test]
fn nothing_free_or_nobody_waiting_makes_no_offer() {
    assert_eq!(offered(&reserve([man(1), couple(2)]), vec![]), None);
    assert_eq!(offered(&Queue::default(), vec![singles("fa", None, 3)]), None);
    assert_eq!(offered(&reserve([man(1), couple(2)]), vec![singles("fa", None, 0)]), None);
}

#[test]
fn a_family_ahead_is_passed_by_while_only_single_places_come_free() {
    let queue = reserve([couple(1), man(2)]);
    assert_eq!(offered(&queue, vec![singles("fa", None, 1)]), Some((2, Length::Full)));
    // One here and one there is no place for a family either.
    assert_eq!(
        offered(&queue, vec![singles("fa", None, 1), singles("sm", None, 1)]),
        Some((2, Length::Full))
    );
    assert_eq!(offered(&queue, vec![singles("fa", None, 2)]), Some((1, Length::Full)));
}

#[test]
fn late_comers_come_after_everybody_else_who_fits() {
    let queue = reserve([couple(1)]);
    let queue = queue.join(Rank::Reinstated(LotNumber(3)), man(3)).unwrap();
    let queue = queue.join(Rank::LateComer(LotNumber(9)), man(9)).unwrap();
    assert_eq!(offered(&queue, vec![singles("fa", None, 1)]), Some((3, Length::Full)));
    let queue = queue.leave(Rank::Reinstated(LotNumber(3)));
    assert_eq!(offered(&queue, vec![singles("fa", None, 1)]), Some((9, Length::Full)));
}

#[test]
fn a_lapsed_ticket_is_taken_by_the_reserve_list() {
    let called: DateTime<Utc> = "2026-11-27T10:00:00Z".parse().unwrap();
    let ticket = waiting(1, Nights::starting(night(FRIDAY), 5));
    let ticket = ticket.call(called).unwrap().call(called + BETWEEN_CALLS).unwrap().lapse().unwrap();
    assert_eq!(ticket.nights(), None);
    let queue = reserve([man(6)]);
    let freed = free(vec![singles("fa", None, 1)]);
    let tickets = [ticket];
    assert!(matches!(may_finish(&tickets, &queue, &freed), Err(HandOutError::PlaceNotOffered { .. })));
    let offer = queue.next_offer(&freed).unwrap();
    assert_eq!((offer.lot, offer.seat.nights), (LotNumber(6), 5));
    let queue = queue.leave(offer.rank);
    assert_eq!(may_finish(&tickets, &queue, &free(vec![])), Ok(()));
}

#[test]
fn a_short_stay_is_offered_only_if_nobody_can_have_a_long_one() {
    let from_saturday = Lot { from: night(SATURDAY), ..man(1) };
    let until_sunday = || vec![singles("fa", Some(SUNDAY), 1)];
    assert_eq!(offered(&reserve([from_saturday.clone(), man(2)]), until_sunday()), Some((2, Length::Full)));
    assert_eq!(offered(&reserve([from_saturday]), until_sunday()), Some((1, Length::Short)));
}

#[test]
fn where_every_ticket_is_shorter_than_the_shortest_it_is_a_short_one() {
    let queue = reserve([lot(1, &[Sex::Woman], &["ko"])]);
    assert_eq!(offered(&queue, vec![singles("ko", None, 1)]), Some((1, Length::Short)));
}

#[test]
fn who_declines_a_short_stay_keeps_the_rank_and_is_not_offered_that_place_again() {
    let queue = reserve([man(1), man(2)]);
    let two_nights = vec![singles("fa", Some(SATURDAY), 1)];
    let offer = queue.next_offer(&free(two_nights.clone())).unwrap();
    assert_eq!((offer.lot, offer.length, offer.seat.nights), (LotNumber(1), Length::Short, 2));
    let queue = queue.decline(&offer);
    assert_eq!(numbers(&queue), [1, 2]);
    // The next in line is offered it, then nobody.
    let offer = queue.next_offer(&free(two_nights.clone())).unwrap();
    assert_eq!(offer.lot, LotNumber(2));
    let queue = queue.decline(&offer);
    assert_eq!(queue.next_offer(&free(two_nights.clone())), None);
    assert_eq!(may_finish(&[], &queue, &free(two_nights)), Ok(()));
    // A longer stay still goes to the first.
    assert_eq!(offered(&queue, vec![singles("fa", None, 1)]), Some((1, Length::Full)));
}

#[test]
fn a_declined_place_is_a_pool_and_its_last_night_unless_it_is_free_earlier() {
    let from = |text, until| PlaceEntry { from: night(text), ..singles("fa", Some(until), 1) };
    let queue = reserve([man(1)]);
    let offer = queue.next_offer(&free(vec![from(SATURDAY, SUNDAY)])).unwrap();
    let queue = queue.decline(&offer);
    assert_eq!(offered(&queue, vec![from(SATURDAY, SUNDAY)]), None);
    // Even fewer nights of it are that place too.
    assert_eq!(offered(&queue, vec![from(SUNDAY, SUNDAY)]), None);
    // Another last night, another pool, another shelter, or a night more in front is another place.
    assert_eq!(offered(&queue, vec![from(SATURDAY, SATURDAY)]), Some((1, Length::Short)));
    let elsewhere = |pool| vec![PlaceEntry { pool, ..from(SATURDAY, SUNDAY) }];
    assert_eq!(offered(&queue, elsewhere(pool("fa", Kind::Family, Who::Any))), Some((1, Length::Short)));
    assert_eq!(offered(&queue, elsewhere(pool("sm", Kind::Single, Who::Any))), Some((1, Length::Short)));
    let queue = reserve([man(1)]);
    let offer = queue.next_offer(&free(vec![from(SATURDAY, SATURDAY)])).unwrap();
    let queue = queue.decline(&offer);
    assert_eq!(offered(&queue, vec![from(FRIDAY, SATURDAY)]), Some((1, Length::Short)));
}

#[test]
fn a_family_that_declined_a_short_stay_can_still_have_its_long_place_for_a_long_one() {
    let short_and_long = || vec![singles("fa", Some(SATURDAY), 1), singles("fa", None, 1)];
    let queue = reserve([couple(1)]);
    let offer = queue.next_offer(&free(short_and_long())).unwrap();
    assert_eq!((offer.length, offer.seat.nights, offer.places.len()), (Length::Short, 2, 2));
    let queue = queue.decline(&offer);
    assert_eq!(offered(&queue, short_and_long()), None);
    assert_eq!(offered(&queue, vec![singles("fa", None, 2)]), Some((1, Length::Full)));
}

#[test]
fn who_declines_a_long_stay_leaves_the_queue() {
    let queue = reserve([man(1), man(2)]);
    let offer = queue.next_offer(&free(vec![singles("fa", None, 1)])).unwrap();
    assert_eq!(numbers(&queue.decline(&offer)), [2]);
}

#[test]
fn declining_a_short_stay_costs_no_rank_and_only_when_all_of_the_party_declined() {
    let ticket = |nights| waiting(1, Nights::starting(night(FRIDAY), nights));
    let (short, long) = (|| ticket(MIN_NIGHTS - 1), || ticket(MIN_NIGHTS));
    let declined = |ticket: Ticket| ticket.decline().unwrap();
    assert!(keeps_rank(&[&declined(short())]));
    assert!(!keeps_rank(&[&declined(long())]));
    assert!(keeps_rank(&[&declined(short()), &declined(short())]));
    assert!(!keeps_rank(&[&declined(short()), &short()]));
    assert!(!keeps_rank(&[&short().collect(true).unwrap(), &declined(short())]));
}

#[test]
fn of_two_members_of_one_lot_put_first_by_bans_each_declines_for_itself() {
    let queue = Queue::default().join_at_head(lot(7, &[Sex::Man], &["bo"])).join_at_head(man(7));
    let offer = queue.next_offer(&free(vec![singles("fa", Some(SATURDAY), 1)])).unwrap();
    assert_eq!(offer.rank, Rank::Head(1));
    let declined: Vec<usize> =
        queue.decline(&offer).waiting().iter().map(|party| party.declined.len()).collect();
    assert_eq!(declined, [0, 1]);
}

#[test]
fn placed_parties_are_called_by_lot_number_each_once() {
    let nights = Nights::starting(night(FRIDAY), 5);
    let of_lot = |guest, lot| Ticket { lot: LotNumber(lot), ..waiting(guest, nights) };
    let tickets = [
        of_lot(1, 12),
        of_lot(2, 3),
        of_lot(3, 12),
        of_lot(4, 5).collect(true).unwrap(),
        of_lot(5, 1).decline().unwrap(),
    ];
    assert_eq!(calling_order(&tickets), [LotNumber(3), LotNumber(12)]);
}

#[test]
fn a_day_is_not_finished_while_a_ticket_waits_or_a_place_fits_who_waits() {
    let ticket = waiting(3, Nights::starting(night(FRIDAY), 5));
    let queue = reserve([man(1)]);
    let place = || free(vec![singles("sm", Some(MONDAY), 1)]);
    assert_eq!(
        may_finish(std::slice::from_ref(&ticket), &queue, &place()),
        Err(HandOutError::TicketWaits(LotNumber(3)))
    );
    let tickets = [ticket.collect(true).unwrap()];
    let not_offered = HandOutError::PlaceNotOffered {
        lot: LotNumber(1),
        shelter: shelter("sm"),
        nights: Nights::starting(night(FRIDAY), 4),
    };
    assert_eq!(may_finish(&tickets, &queue, &place()), Err(not_offered));
    assert_eq!(may_finish(&tickets, &Queue::default(), &place()), Ok(()));
    assert_eq!(may_finish(&tickets, &reserve([couple(1)]), &place()), Ok(()));
    assert_eq!(may_finish(&[], &Queue::default(), &free(vec![])), Ok(()));
}

#[test]
fn in_direct_mode_who_fits_is_placed_at_once_and_the_rest_wait_in_order_of_lot() {
    let until_saturday = || free(vec![singles("fa", Some(SATURDAY), 5)]);
    let ask = |queue: Queue, n| match queue.place_directly(&until_saturday(), &man(n)) {
        Directly::Waits(rank) => queue.join(rank, man(n)).unwrap(),
        Directly::Placed(_) => panic!("two nights are fewer than three"),
    };
    let queue = ask(ask(Queue::default(), 4), 2);
    assert_eq!(numbers(&queue), [2, 4]);
    let until_sunday = free(vec![singles("fa", Some(SUNDAY), 1)]);
    let placed = Queue::default().place_directly(&until_sunday, &man(1));
    let seat = Seat { shelter: shelter("fa"), start: night(FRIDAY), nights: 3, entries: vec![0] };
    assert_eq!(placed, Directly::Placed(seat));
}

#[test]
fn in_direct_mode_nobody_overtakes_who_waits_and_fits() {
    let place = || free(vec![singles("fa", None, 1)]);
    let queue = reserve([man(1)]);
    assert_eq!(queue.place_directly(&place(), &man(2)), Directly::Waits(Rank::Reserve(2)));
    assert_eq!(offered(&queue, vec![singles("fa", None, 1)]), Some((1, Length::Full)));
    // A family that does not fit is no reason to leave a place empty.
    assert!(matches!(reserve([couple(1)]).place_directly(&place(), &man(2)), Directly::Placed(_)));
}

/// The tickets of a lot's members to `fa`, for guests 1, 2, 3 ...
fn tickets_of(lot: &Lot) -> Vec<Ticket> {
    let pool = pool("fa", Kind::Family, Who::Any);
    let nights = Nights::starting(night(FRIDAY), 5);
    let guests = (1..).take(lot.members.len());
    guests.map(|n| Ticket { lot: lot.number, pool, ..waiting(n, nights) }).collect()
}

fn guest(n: u8) -> GuestId {
    waiting(n, Nights::one(night(FRIDAY))).guest
}

fn ban(lot: &Lot, tickets: Vec<Ticket>, n: u8, choice: Choice) -> Result<AfterBan, HandOutError> {
    ban_before_hand_out(lot, tickets, guest(n), shelter("fa"), choice)
}

fn is_ended_by_the_ban(ticket: &Ticket) -> bool {
    let by_the_ban = State::Ended { cause: EndCause::Banned, kept: None, sl_ticket: None };
    ticket.state == by_the_ban && ticket.nights().is_none()
}

#[test]
fn a_single_banned_before_the_hand_out_stands_first_without_that_shelter() {
    for choice in [Choice::RestTakeTheirPlaces, Choice::AllTogether] {
        let after = ban(&man(7), tickets_of(&man(7)), 1, choice).unwrap();
        assert!(after.tickets.iter().all(is_ended_by_the_ban));
        assert_eq!(after.rest, None);
        let queue = reserve([man(2)]).join_at_head(after.to_the_head.unwrap());
        assert_eq!(numbers(&queue), [7, 2]);
        // The freed place goes past the banned person.
        assert_eq!(offered(&queue, vec![singles("fa", None, 1)]), Some((2, Length::Full)));
        assert_eq!(offered(&queue, vec![singles("sm", None, 1)]), Some((7, Length::Full)));
    }
}

#[test]
fn who_accepts_no_other_shelter_is_refused() {
    let only_fa = lot(7, &[Sex::Man], &["fa"]);
    for choice in [Choice::RestTakeTheirPlaces, Choice::AllTogether] {
        let after = ban(&only_fa, tickets_of(&only_fa), 1, choice).unwrap();
        assert!(after.tickets.iter().all(is_ended_by_the_ban));
        assert_eq!((after.rest, after.to_the_head), (None, None));
    }
}

#[test]
fn the_rest_of_a_family_take_their_places_and_the_banned_member_goes_on_alone() {
    let family = lot(7, &[Sex::Man, Sex::Woman, Sex::Other], &["fa", "sm"]);
    let tickets = tickets_of(&family);
    let after = ban(&family, tickets.clone(), 2, Choice::RestTakeTheirPlaces).unwrap();
    assert_eq!(after.tickets.first(), tickets.first());
    assert!(after.tickets.get(1).is_some_and(is_ended_by_the_ban));
    assert_eq!(after.tickets.get(2), tickets.get(2));
    assert_eq!(after.rest, Some(lot(7, &[Sex::Man, Sex::Other], &["fa", "sm"])));
    assert_eq!(after.to_the_head, Some(lot(7, &[Sex::Woman], &["sm"])));
}

#[test]
fn one_who_is_left_of_a_family_is_a_single_and_may_be_banned_like_one() {
    let after = ban(&couple(7), tickets_of(&couple(7)), 1, Choice::RestTakeTheirPlaces).unwrap();
    let rest = after.rest.unwrap();
    assert_eq!(rest, lot(7, &[Sex::Woman], &["fa", "sm"]));
    let hers = after.tickets.into_iter().skip(1).collect();
    let hers = ban(&rest, hers, 2, Choice::AllTogether).unwrap();
    assert_eq!((hers.rest, hers.to_the_head), (None, Some(lot(7, &[Sex::Woman], &["sm"]))));
}

#[test]
fn a_family_may_go_together_to_the_head_without_that_shelter() {
    let after = ban(&couple(7), tickets_of(&couple(7)), 2, Choice::AllTogether).unwrap();
    assert!(after.tickets.iter().all(is_ended_by_the_ban));
    assert_eq!(after.rest, None);
    assert_eq!(after.to_the_head, Some(lot(7, &[Sex::Man, Sex::Woman], &["sm"])));
}

#[test]
fn a_family_cannot_give_up_its_places_for_nothing() {
    let only_fa = lot(7, &[Sex::Man, Sex::Woman], &["fa"]);
    let error = HandOutError::NoOtherShelter { lot: LotNumber(7), shelter: shelter("fa") };
    assert_eq!(ban(&only_fa, tickets_of(&only_fa), 1, Choice::AllTogether), Err(error));
    let after = ban(&only_fa, tickets_of(&only_fa), 1, Choice::RestTakeTheirPlaces).unwrap();
    assert_eq!((after.rest, after.to_the_head), (Some(lot(7, &[Sex::Woman], &["fa"])), None));
}

#[test]
fn a_family_goes_together_only_while_all_its_tickets_wait() {
    let mut tickets = tickets_of(&couple(7));
    let hers = tickets.pop().unwrap().collect(true).unwrap();
    tickets.push(hers.clone());
    let together = ban(&couple(7), tickets.clone(), 1, Choice::AllTogether);
    assert_eq!(together, Err(HandOutError::NotAllWait(LotNumber(7))));
    let after = ban(&couple(7), tickets, 1, Choice::RestTakeTheirPlaces).unwrap();
    assert_eq!(after.tickets.get(1), Some(&hers));
}

#[test]
fn a_ban_elsewhere_or_on_a_ticket_in_hand_or_on_a_stranger_is_not_this_case() {
    let not_there = Err(HandOutError::NoTicketThere(shelter("fa")));
    let in_hand = tickets_of(&man(7)).into_iter().map(|ticket| ticket.collect(true).unwrap()).collect();
    assert_eq!(ban(&man(7), in_hand, 1, Choice::RestTakeTheirPlaces), not_there);
    assert_eq!(ban(&man(7), tickets_of(&man(7)), 2, Choice::RestTakeTheirPlaces), not_there);
    let at_sm = ban_before_hand_out(
        &man(7),
        tickets_of(&man(7)),
        guest(1),
        shelter("sm"),
        Choice::RestTakeTheirPlaces,
    );
    assert_eq!(at_sm, Err(HandOutError::NoTicketThere(shelter("sm"))));
}

#[test]
fn a_ticket_moved_there_for_its_last_nights_is_one_there() {
    let moved = tickets_of(&man(7)).into_iter();
    let moved =
        moved.map(|ticket| ticket.move_to(pool("bo", Kind::Single, Who::Any), night(MONDAY)).unwrap());
    let after =
        ban_before_hand_out(&man(7), moved.collect(), guest(1), shelter("bo"), Choice::RestTakeTheirPlaces);
    assert!(after.unwrap().tickets.iter().all(is_ended_by_the_ban));
}

#[test]
fn a_party_without_a_ticket_each_is_read_again() {
    let mut tickets = tickets_of(&couple(7));
    tickets.pop();
    let error = HandOutError::NotATicketEach { lot: LotNumber(7), members: 2, tickets: 1 };
    assert_eq!(ban(&couple(7), tickets, 1, Choice::RestTakeTheirPlaces), Err(error));
}

fn any_sex() -> impl Strategy<Value = Sex> {
    prop_oneof![Just(Sex::Man), Just(Sex::Woman), Just(Sex::Other)]
}

fn any_lot() -> impl Strategy<Value = Lot> {
    let members = prop_oneof![
        2 => proptest::collection::vec(any_sex(), 1),
        1 => proptest::collection::vec(any_sex(), 2..4),
    ];
    let accepts = prop::sample::subsequence(vec!["bo", "fa", "ko", "sm"], 1..=4).prop_shuffle();
    (members, accepts, 0..3_u32).prop_map(|(members, accepts, from)| Lot {
        from: night(FRIDAY).plus(from),
        ..lot(0, &members, &accepts)
    })
}

fn any_queue() -> impl Strategy<Value = Queue> {
    proptest::collection::vec(any_lot(), 0..6).prop_map(|lots| {
        let numbered = (1..).zip(lots).map(|(number, lot)| Lot { number: LotNumber(number), ..lot });
        reserve(numbered)
    })
}

fn any_entry() -> impl Strategy<Value = PlaceEntry> {
    let code = prop::sample::select(vec!["bo", "fa", "ko", "sm"]);
    let kind = prop_oneof![Just(Kind::Family), Just(Kind::Single)];
    let who = prop_oneof![Just(Who::Any), Just(Who::Men), Just(Who::Women)];
    let until = proptest::option::of(0..6_u32);
    (code, kind, who, 0..3_u32, until, 0..3_u32).prop_map(|(code, kind, who, from, until, count)| {
        let from = night(FRIDAY).plus(from);
        PlaceEntry { pool: pool(code, kind, who), from, until: until.map(|nights| from.plus(nights)), count }
    })
}

fn any_free() -> impl Strategy<Value = Places> {
    proptest::collection::vec(any_entry(), 0..6).prop_map(free)
}

/// What is left when these places are taken. Fails if one of them is not there.
fn less(mut places: Places, seat: &Seat) -> Places {
    for &number in &seat.entries {
        let entry = places.entries.get_mut(number).unwrap();
        entry.count = entry.count.checked_sub(1).expect("a place that is not free was given");
    }
    places
}

proptest! {
    #[test]
    fn offering_comes_to_an_end_and_then_the_day_may_be_finished(
        queue in any_queue(), places in any_free(), answers in proptest::collection::vec(any::<bool>(), 64)
    ) {
        let (mut queue, mut places) = (queue, places);
        let mut refused: Vec<(LotNumber, Seat)> = Vec::new();
        for accepts in answers {
            let Some(offer) = queue.next_offer(&places) else { break };
            prop_assert!(may_finish(&[], &queue, &places).is_err());
            prop_assert_eq!(offer.length == Length::Full, offer.seat.nights >= places.min_nights);
            let offered = (offer.lot, offer.seat.clone());
            prop_assert!(!refused.contains(&offered), "offered twice: {:?}", offered);
            if accepts {
                queue = queue.leave(offer.rank);
                places = less(places, &offer.seat);
            } else {
                refused.push(offered);
                queue = queue.decline(&offer);
            }
        }
        prop_assert_eq!(may_finish(&[], &queue, &places), Ok(()));
    }

    #[test]
    fn a_full_offer_goes_to_the_first_who_fits_and_a_short_one_only_if_nobody_does(
        queue in any_queue(), places in any_free()
    ) {
        let fits = |party: &&Waiting| seat(&places, &party.lot).is_some();
        let first = queue.waiting().iter().find(fits).map(|party| party.rank);
        let offer = queue.next_offer(&places);
        let full = offer.as_ref().filter(|offer| offer.length == Length::Full);
        prop_assert_eq!(full.map(|offer| offer.rank), first);
    }

    #[test]
    fn in_direct_mode_who_fits_is_placed_and_takes_nothing_from_who_came_before(
        queue in any_queue(), places in any_free(), lot in any_lot()
    ) {
        let lot = Lot { number: LotNumber(100), ..lot };
        let (seats, left) = seated_in_turn(&queue, places.clone());
        let directly = queue.place_directly(&places, &lot);
        match directly {
            Directly::Placed(own) => prop_assert_eq!(seated_in_turn(&queue, less(places, &own)).0, seats),
            Directly::Waits(_) => prop_assert!(seat(&left, &lot).is_none()),
        }
    }
}

/// The seats of all who wait and fit, one after the other, and what is left.
fn seated_in_turn(queue: &Queue, mut places: Places) -> (Vec<Seat>, Places) {
    let mut seats = Vec::new();
    for party in queue.waiting() {
        if let Some(seat) = seat(&places, &party.lot) {
            places = less(places, &seat);
            seats.push(seat);
        }
    }
    (seats, places)
}

#[test]
fn a_late_comer_never_overtakes_the_reserve_list_with_a_longer_stay() {
    let from_saturday = Lot { from: night(SATURDAY), ..man(1) };
    let queue = reserve([from_saturday]).join(Rank::LateComer(LotNumber(9)), man(9)).unwrap();
    assert_eq!(offered(&queue, vec![singles("fa", Some(SUNDAY), 1)]), Some((1, Length::Short)));
    let queue = reserve([couple(1)])
        .join(Rank::Reinstated(LotNumber(2)), Lot { from: night(SATURDAY), ..man(2) })
        .and_then(|queue| queue.join(Rank::LateComer(LotNumber(9)), man(9)))
        .unwrap();
    assert_eq!(offered(&queue, vec![singles("fa", Some(SUNDAY), 1)]), Some((2, Length::Short)));
}

#[test]
fn a_second_place_alike_is_offered_to_who_declined_the_first() {
    let queue = reserve([man(1)]);
    let one = |count| free(vec![singles("fa", Some(SATURDAY), count)]);
    let offer = queue.next_offer(&one(1)).unwrap();
    let declined = queue.decline(&offer);
    assert_eq!(declined.next_offer(&one(1)), None);
    assert!(declined.next_offer(&one(2)).is_some());
}

#[test]
fn who_declined_a_place_is_offered_another_one_once_though_it_is_free_for_less() {
    let from = |from, count| PlaceEntry { from: night(from), ..singles("fa", Some(SUNDAY), count) };
    let places = |longer, shorter| free(vec![from(SATURDAY, longer), from(SUNDAY, shorter)]);
    let queue = reserve([man(1)]);
    let starts = |queue: &Queue, free: &Places| queue.next_offer(free).map(|offer| offer.seat.start);
    let decline = |queue: Queue, free: &Places| {
        let offer = queue.next_offer(free).unwrap();
        queue.decline(&offer)
    };
    // One from Saturday on and two from Sunday on: three places, and none of them twice.
    let all = places(1, 2);
    assert_eq!(starts(&queue, &all), Some(night(SATURDAY)));
    let queue = decline(queue, &all);
    assert_eq!(starts(&queue, &all), Some(night(SUNDAY)));
    assert_eq!(starts(&queue, &places(1, 1)), Some(night(SUNDAY)), "it is another place");
    let queue = decline(queue, &all);
    assert_eq!(starts(&queue, &all), None);
    assert_eq!(starts(&queue, &places(0, 2)), None);
    // A third from Sunday on is a new one.
    assert_eq!(starts(&queue, &places(1, 3)), Some(night(SUNDAY)));
}

#[test]
fn in_direct_mode_who_waits_for_another_place_holds_nobody_up() {
    let place = |who| PlaceEntry { pool: pool("fa", Kind::Single, who), ..singles("fa", None, 1) };
    let both = free(vec![place(Who::Men), place(Who::Women)]);
    let woman = lot(2, &[Sex::Woman], &["fa"]);
    assert!(matches!(reserve([man(1)]).place_directly(&both, &woman), Directly::Placed(_)));
    assert!(matches!(reserve([man(1)]).place_directly(&both, &man(3)), Directly::Waits(_)));
}

#[test]
fn a_shelter_the_ticket_no_longer_leads_to_is_no_reason_to_take_it() {
    let nights = Nights::starting(night(FRIDAY), 5);
    let to_sm = pool("sm", Kind::Single, Who::Any);
    let moved = waiting(1, nights).move_to(to_sm, night(MONDAY)).unwrap();
    let ban = |ticket: Ticket| {
        ban_before_hand_out(&man(1), vec![ticket], guest(1), shelter("sm"), Choice::RestTakeTheirPlaces)
    };
    assert!(ban(moved.clone()).is_ok());
    let cut = moved.cut(night(SUNDAY)).unwrap();
    assert_eq!(ban(cut), Err(HandOutError::NoTicketThere(shelter("sm"))));
}

#[test]
fn a_rank_is_read_back_as_it_was_written_and_its_parts_stand_in_its_order() {
    let ranks =
        [Rank::Head(2), Rank::Reserve(1), Rank::Reinstated(LotNumber(3)), Rank::LateComer(LotNumber(3))];
    assert!(ranks.is_sorted() && ranks.map(Rank::stored).is_sorted());
    for rank in ranks {
        let (part, place) = rank.stored();
        assert_eq!(Rank::of_stored(part, place), Some(rank));
    }
    assert_eq!(Rank::of_stored(4, 1), None);
}
