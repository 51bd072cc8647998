use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::countersigned::{CountersignedStep, FaultIn};
use crate::domain::lottery::hash::Hash32;
use crate::domain::night::{Night, Nights};

fn night(text: &str) -> Night {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn start_nights(nights: Nights) -> StartNights {
    StartNights::new(nights).unwrap()
}

fn coordinator(n: u128) -> CoordinatorId {
    CoordinatorId(Uuid::from_u128(n))
}

fn signed() -> Countersigned {
    Countersigned::new(coordinator(1), coordinator(2)).unwrap()
}

fn reason() -> StatedReason {
    StatedReason::new("a die rolled away").unwrap()
}

fn die(shown: u8) -> Die {
    Die::new(shown).unwrap()
}

fn hash(n: u8) -> Hash32 {
    Hash32([n; 32])
}

fn a_lot_out() -> Reinstatement {
    Reinstatement { lot: LotNumber(1), status: LotStatus::Refused, member_in: None, signed: signed() }
}

#[test]
fn the_end_of_a_draw_is_read_back_as_it_was_written() {
    let redrawn =
        |fault: fn(StatedReason) -> Fault| DrawEnd::Redrawn { fault: fault(reason()), signed: signed() };
    let abandoned = DrawEnd::Abandoned { reason: reason(), signed: signed() };
    for end in [abandoned, redrawn(Fault::InManifest), redrawn(Fault::InDigits), DrawEnd::LeftUnfinished] {
        let (word, said, by) = end.written();
        assert_eq!(DrawEnd::read(word, said.cloned(), by.copied()), Some(end.clone()), "{word}");
    }
    assert_eq!(DrawEnd::read("abandoned", Some(reason()), None), None);
    assert_eq!(DrawEnd::read("left_unfinished", Some(reason()), Some(signed())), None);
}

/// Friday 2026-11-27, with its three start nights.
fn planned() -> DeskDay {
    DeskDay::planned(start_nights(Nights::starting(night("2026-11-27"), 3)))
}

/// Friday at 09.55 in Stockholm, nothing in the way.
fn opening() -> Opening {
    Opening { at: at("2026-11-27T08:55:00Z"), unfinished: None, many_nights_confirmed: false }
}

fn open() -> DeskDay {
    planned().open(opening()).unwrap()
}

fn direct() -> DeskDay {
    open().choose_mode(Mode::Direct).unwrap()
}

fn with_lots(day: DeskDay, lots: u32) -> DeskDay {
    (0..lots).fold(day, |day, _| day.register().unwrap().0)
}

fn closed() -> DeskDay {
    with_lots(open(), 4).close().unwrap()
}

fn freeze(day: DeskDay, source: EntropySource) -> DeskDay {
    let commitment = hash(u8::try_from(day.past.len()).unwrap() + 1);
    day.freeze(commitment, source, 3).unwrap()
}

fn frozen() -> DeskDay {
    freeze(closed(), EntropySource::Dice(25))
}

fn awaiting_dice() -> DeskDay {
    frozen().place_by_number(2).unwrap()
}

fn awaiting_service() -> DeskDay {
    freeze(closed(), EntropySource::Service(reason())).place_by_number(1).unwrap()
}

fn typed(day: DeskDay, digits: std::ops::RangeInclusive<u32>) -> DeskDay {
    digits.fold(day, |day, place| day.type_digit(place, die(3)).unwrap())
}

fn everyone_fits() -> DeskDay {
    frozen().place_by_number(0).unwrap()
}

fn drawn() -> DeskDay {
    typed(awaiting_dice(), 1..=25)
}

fn handing_out() -> DeskDay {
    drawn().hand_out().unwrap()
}

fn finished() -> DeskDay {
    handing_out().finish(Ok(())).unwrap()
}

fn not_held() -> DeskDay {
    planned().mark_not_held(coordinator(1), reason()).unwrap()
}

/// 06.00 in Stockholm on Saturday.
const SIX_ON_SATURDAY: &str = "2026-11-28T05:00:00Z";

fn stage(day: &DeskDay) -> &'static str {
    match (&day.stage, day.mode) {
        (Stage::Planned, _) => "Planned",
        (Stage::Open, Mode::Lottery) => "Open",
        (Stage::Open, Mode::Direct) => "Open, direct",
        (Stage::Closed { .. }, _) => "Closed",
        (Stage::Frozen(_), _) => "Frozen",
        (Stage::AwaitingEntropy(_), _) => "AwaitingEntropy",
        (Stage::Drawn(_), _) => "Drawn",
        (Stage::HandingOut(_), _) => "HandingOut",
        (Stage::Finished { .. }, _) => "Finished",
        (Stage::NotHeld { .. }, _) => "NotHeld",
    }
}

fn outcome(result: Result<DeskDay, DeskDayError>) -> &'static str {
    match result {
        Ok(day) => stage(&day),
        Err(DeskDayError::NotNow { .. }) => "-",
        Err(DeskDayError::FirstLotGiven) => "first lot given",
        Err(DeskDayError::EntropyComplete) => "complete",
        Err(DeskDayError::ServiceDraws) => "service draws",
        Err(DeskDayError::DiceDraw(_)) => "dice draw",
        Err(DeskDayError::NoDigitsTyped) => "no digits",
        Err(error) => panic!("{error}"),
    }
}

/// Takes each step of the day, with facts that let it pass wherever it can.
fn take(step: &str, day: DeskDay) -> Result<DeskDay, DeskDayError> {
    let next_digit = match day.list().map(|list| list.stored.clone()) {
        Some(Stored::Dice(dice)) => u32::try_from(dice.len()).unwrap() + 1,
        _ => 1,
    };
    match step {
        "open" => day.open(opening()),
        "choose lottery" => day.choose_mode(Mode::Lottery),
        "choose direct" => day.choose_mode(Mode::Direct),
        "register" => day.register().map(|(day, ..)| day),
        "close" => day.close(),
        "freeze" => day.freeze(hash(9), EntropySource::Dice(25), 3),
        "everyone fits" => day.place_by_number(0),
        "not everyone fits" => day.place_by_number(2),
        "type digit" => day.type_digit(next_digit, die(6)),
        "store service bytes" => day.store_service_bytes(hash(7)),
        "abandon" => day.abandon(reason(), signed()),
        "redraw, fault in the list" => day.redraw(Fault::InManifest(reason()), signed()),
        "redraw, fault in the digits" => day.redraw(Fault::InDigits(reason()), signed()),
        "hand out" => day.hand_out(),
        "reinstate" => day.reinstate(&a_lot_out()).map(|_| day),
        "finish" => day.finish(Ok(())),
        "finish left unfinished" => day.finish_left_unfinished(at(SIX_ON_SATURDAY)),
        "mark not held" => day.mark_not_held(coordinator(1), reason()),
        _ => panic!("no step {step}"),
    }
}

const STEPS: [&str; 18] = [
    "open",
    "choose lottery",
    "choose direct",
    "register",
    "close",
    "freeze",
    "everyone fits",
    "not everyone fits",
    "type digit",
    "store service bytes",
    "abandon",
    "redraw, fault in the list",
    "redraw, fault in the digits",
    "hand out",
    "reinstate",
    "finish",
    "finish left unfinished",
    "mark not held",
];

/// A day in every place where it can stand, and where each of `STEPS` takes it from there.
#[rustfmt::skip]
fn table() -> Vec<(DeskDay, [&'static str; 18])> {
    const O: &str = "Open";
    const D: &str = "Open, direct";
    const C: &str = "Closed";
    const A: &str = "AwaitingEntropy";
    const R: &str = "Drawn";
    const H: &str = "HandingOut";
    const F: &str = "Finished";
    const N: &str = "NotHeld";
    const FIRST: &str = "first lot given";
    const COMPLETE: &str = "complete";
    const SERVICE: &str = "service draws";
    const DICE: &str = "dice draw";
    const NONE: &str = "no digits";
    vec![
        (planned(),                ["Open", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", N]),
        (open(),                   ["-", O, D, O, C, "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", F, N]),
        (with_lots(open(), 1),     ["-", FIRST, FIRST, O, C, "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", F, "-"]),
        (direct(),                 ["-", O, D, D, "-", "-", "-", "-", "-", "-", "-", "-", "-", D, "-", F, F, N]),
        (with_lots(direct(), 1),   ["-", FIRST, FIRST, D, "-", "-", "-", "-", "-", "-", "-", "-", "-", D, "-", F, F, "-"]),
        (closed(),                 ["-", "-", "-", C, "-", "Frozen", "-", "-", "-", "-", "-", "-", "-", "-", C, "-", F, "-"]),
        (frozen(),                 ["-", "-", "-", "Frozen", "-", "-", R, A, "-", "-", "-", "-", "-", "-", "Frozen", "-", F, "-"]),
        (awaiting_dice(),          ["-", "-", "-", A, "-", "-", "-", "-", A, DICE, C, "-", "-", "-", A, "-", F, "-"]),
        (typed(awaiting_dice(), 1..=24), ["-", "-", "-", A, "-", "-", "-", "-", R, DICE, C, "-", "-", "-", A, "-", F, "-"]),
        (awaiting_service(),       ["-", "-", "-", A, "-", "-", "-", "-", SERVICE, R, C, "-", "-", "-", A, "-", F, "-"]),
        (everyone_fits(),          ["-", "-", "-", R, "-", "-", "-", "-", "-", "-", "-", C, NONE, H, R, F, F, "-"]),
        (drawn(),                  ["-", "-", "-", R, "-", "-", "-", "-", COMPLETE, COMPLETE, "-", C, C, H, R, F, F, "-"]),
        (handing_out(),            ["-", "-", "-", H, "-", "-", "-", "-", COMPLETE, COMPLETE, "-", "-", "-", H, H, F, F, "-"]),
        (finished(),               ["-", "-", "-", "-", "-", "-", "-", "-", COMPLETE, COMPLETE, "-", "-", "-", "-", "-", "-", "-", "-"]),
        (not_held(),               ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"]),
    ]
}

#[test]
fn every_step_from_every_stage() {
    for (day, expected) in table() {
        for (step, expected) in STEPS.into_iter().zip(expected) {
            assert_eq!(
                outcome(take(step, day.clone())),
                expected,
                "{step} from {} with {} lots",
                stage(&day),
                day.lots
            );
        }
    }
}

#[test]
fn the_document_names_every_step_that_can_be_taken_and_no_other() {
    let mut taken: Vec<String> = Vec::new();
    for (day, outcomes) in table() {
        for (step, to) in STEPS.into_iter().zip(outcomes).filter(|(_, to)| to.starts_with(char::is_uppercase))
        {
            let step = step.split(", fault").next().unwrap();
            taken.push(format!("| {} | {step} | {to} |", stage(&day)));
        }
    }
    taken.sort();
    taken.dedup();
    let document = include_str!("../../../docs/STATES.md");
    let section = document.split("## ").find(|section| section.starts_with("The desk day")).unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| from"));
    let mut written: Vec<String> = rows
        .map(|row| format!("|{}|", row.split('|').skip(1).take(3).collect::<Vec<_>>().join("|")))
        .collect();
    written.sort();
    assert_eq!(written, taken);
}

#[test]
fn a_refused_step_says_where_the_day_stands_and_when_the_step_can_be_taken() {
    let error = open().hand_out().unwrap_err();
    let said = "the desk day 2026-11-27 is open in lottery mode: tickets are handed out after the draw, or at any time in \
                direct mode";
    assert_eq!(error.to_string(), said);
}

#[test]
fn a_day_is_lottery_by_default() {
    assert_eq!((open().mode, open().start_nights.nights().count()), (Mode::Lottery, 3));
}

#[test]
fn a_night_waits_for_the_desk_day_that_may_still_give_tickets_for_it() {
    let [thursday, friday, saturday] =
        ["2026-11-26", "2026-11-27", "2026-11-28"].map(|date| date.parse::<NaiveDate>().unwrap());
    let of = |night: NaiveDate, running, own| still_gives(Night::new(night).unwrap(), running, own);
    assert_eq!(of(friday, Some(friday), false), Some(friday));
    assert_eq!(of(saturday, Some(friday), false), Some(friday), "Friday gives Saturday night too");
    assert_eq!(of(thursday, Some(friday), false), None, "the night before is nobody's any more");
    assert_eq!(of(friday, None, true), Some(friday), "nobody opened the day, and somebody still may");
    assert_eq!(of(friday, None, false), None);
}

#[test]
fn a_day_is_opened_on_its_own_date_in_stockholm_only() {
    let open_at = |instant| planned().open(Opening { at: at(instant), ..opening() }).map(|day| day.stage);
    let refused = |today: &str| {
        Err(DeskDayError::NotItsDate { day: night("2026-11-27").date(), today: night(today).date() })
    };
    assert_eq!(open_at("2026-11-26T22:59:59Z"), refused("2026-11-26"));
    assert_eq!(open_at("2026-11-26T23:00:00Z"), Ok(Stage::Open));
    assert_eq!(open_at("2026-11-27T22:59:59Z"), Ok(Stage::Open));
    assert_eq!(open_at("2026-11-27T23:00:00Z"), refused("2026-11-28"));
}

#[test]
fn a_day_is_opened_only_after_the_earlier_one_is_finished_or_not_held() {
    let thursday = night("2026-11-26").date();
    let opened = planned().open(Opening { unfinished: Some(thursday), ..opening() });
    assert_eq!(opened, Err(DeskDayError::EarlierUnfinished(thursday)));
}

#[test]
fn more_than_seven_start_nights_ask_for_a_confirmation() {
    let open = |nights, many_nights_confirmed| {
        let day = DeskDay::planned(start_nights(Nights::starting(night("2026-12-22"), nights)));
        day.open(Opening { at: at("2026-12-22T09:00:00Z"), unfinished: None, many_nights_confirmed })
            .map(|day| day.stage)
    };
    assert_eq!(open(7, false), Ok(Stage::Open));
    assert_eq!(open(8, false), Err(DeskDayError::ManyStartNights(8)));
    assert_eq!(open(8, true), Ok(Stage::Open));
    assert_eq!(open(31, true), Ok(Stage::Open));
}

#[test]
fn lots_are_numbered_from_one_without_gaps_and_late_comers_go_on() {
    let (day, first, asks) = open().register().unwrap();
    assert_eq!((first, asks), (LotNumber(1), Asks::InTheDraw));
    let (day, second, _) = day.register().unwrap();
    assert_eq!(second, LotNumber(2));
    let (day, third, asks) = day.close().unwrap().register().unwrap();
    assert_eq!((third, asks), (LotNumber(3), Asks::AsLateComer));
    // The late-comer is not in the list that is frozen next.
    assert_eq!(freeze(day, EntropySource::Dice(25)).list().unwrap().last_lot, 2);
}

#[test]
fn in_direct_mode_a_party_asks_for_a_place_at_once() {
    let (_, lot, asks) = direct().register().unwrap();
    assert_eq!((lot, asks), (LotNumber(1), Asks::AtOnce));
}

#[test]
fn after_the_millionth_lot_nobody_is_registered() {
    let day = DeskDay { lots: 999_999, ..open() };
    let (day, lot, _) = day.register().unwrap();
    assert_eq!(lot, LotNumber(1_000_000));
    assert_eq!(day.register().unwrap_err(), DeskDayError::NoLotLeft);
}

#[test]
fn a_day_on_which_nobody_asked_is_closed_frozen_and_finished_like_any_other() {
    let day = freeze(open().close().unwrap(), EntropySource::Dice(25));
    assert_eq!(day.list().unwrap().last_lot, 0);
    assert!(day.place_by_number(0).unwrap().finish(Ok(())).is_ok());
}

#[test]
fn a_list_is_frozen_with_25_to_100_dice() {
    for (dice, allowed) in [(0, false), (24, false), (25, true), (100, true), (101, false)] {
        let frozen = closed().freeze(hash(1), EntropySource::Dice(dice), 3).map(|day| stage(&day));
        let expected = if allowed { Ok("Frozen") } else { Err(DeskDayError::WrongNumberOfDice(dice)) };
        assert_eq!(frozen, expected);
    }
}

#[test]
fn the_frozen_list_holds_what_the_hall_is_shown() {
    let expected = FrozenList {
        draw: 1,
        previous: None,
        commitment: hash(1),
        source: EntropySource::Dice(25),
        last_lot: 4,
        lots_in: 3,
        stored: Stored::Nothing,
    };
    assert_eq!(frozen().stage, Stage::Frozen(expected));
}

#[test]
fn the_manifest_names_the_source_without_the_reason() {
    assert_eq!(EntropySource::Dice(30).in_manifest().to_string(), "dice:30");
    assert_eq!(EntropySource::Service(reason()).in_manifest().to_string(), "service");
}

#[test]
fn where_everyone_fits_no_entropy_is_taken() {
    let day = everyone_fits();
    assert_eq!(day.list().unwrap().entropy(), None);
    assert_eq!(outcome(day.clone().type_digit(1, die(1))), "-");
    assert_eq!(outcome(day.store_service_bytes(hash(7))), "-");
}

#[test]
fn a_die_shows_one_to_six() {
    for shown in [0, 7, 8, 255] {
        assert_eq!(Die::new(shown), Err(DeskDayError::NotADie(shown)));
    }
    for shown in 1..=6 {
        assert_eq!(Die::new(shown).map(Die::shown), Ok(shown));
    }
}

#[test]
fn digits_are_stored_one_by_one_in_their_order() {
    let day = typed(awaiting_dice(), 1..=2);
    for place in [0, 1, 2, 4] {
        let error = DeskDayError::NotTheNextDigit { place, next: 3 };
        assert_eq!(day.clone().type_digit(place, die(6)), Err(error));
    }
    let day = day.type_digit(3, die(6)).unwrap();
    assert_eq!(day.list().unwrap().stored, Stored::Dice(vec![die(3), die(3), die(6)]));
}

#[test]
fn the_last_digit_completes_the_draw_and_one_too_many_is_refused() {
    let day = typed(awaiting_dice(), 1..=24);
    assert_eq!((stage(&day), day.list().unwrap().entropy()), ("AwaitingEntropy", None));
    let day = day.type_digit(25, die(5)).unwrap();
    assert_eq!(stage(&day), "Drawn");
    assert_eq!(day.list().unwrap().entropy().unwrap(), format!("dice:{}5", "3".repeat(24)));
    assert_eq!(day.clone().type_digit(26, die(1)), Err(DeskDayError::EntropyComplete));
    assert_eq!(day.type_digit(25, die(1)), Err(DeskDayError::EntropyComplete));
}

#[test]
fn the_entropy_is_a_string_that_the_manifests_source_reads() {
    let by_dice = drawn().list().unwrap().entropy().unwrap();
    assert_eq!(EntropySource::Dice(25).in_manifest().read(&by_dice).unwrap().as_str(), by_dice);
    let by_service =
        awaiting_service().store_service_bytes(hash(7)).unwrap().list().unwrap().entropy().unwrap();
    let source = EntropySource::Service(reason()).in_manifest();
    assert_eq!(source.read(&by_service).unwrap().as_str(), format!("service:{}", "07".repeat(32)));
}

#[test]
fn an_abandoned_draw_uses_up_its_number_and_the_next_carries_its_commitment() {
    let day = typed(awaiting_dice(), 1..=7).abandon(reason(), signed()).unwrap();
    assert_eq!(day.next_draw(), Ok((2, Some(hash(1)))));
    let past = day.past.first().unwrap().clone();
    assert_eq!(past.end, DrawEnd::Abandoned { reason: reason(), signed: signed() });
    // The digits typed stay.
    assert_eq!(past.list.stored, Stored::Dice(vec![die(3); 7]));
    let day = freeze(day, EntropySource::Service(reason()));
    let list = day.list().unwrap();
    assert_eq!((list.draw, list.previous, list.commitment, list.last_lot), (2, Some(hash(1)), hash(2), 4));
    assert_eq!(list.stored, Stored::Nothing);
    // The third names the second, not the first.
    let day = day.place_by_number(1).unwrap().abandon(reason(), signed()).unwrap();
    assert_eq!(day.next_draw(), Ok((3, Some(hash(2)))));
}

#[test]
fn the_99th_draw_is_frozen_and_the_100th_refused() {
    let mut day = closed();
    for _ in 1..=98 {
        day = freeze(day, EntropySource::Dice(25))
            .place_by_number(1)
            .unwrap()
            .abandon(reason(), signed())
            .unwrap();
    }
    let day = freeze(day, EntropySource::Dice(25));
    assert_eq!(day.list().unwrap().draw, 99);
    let day = day.place_by_number(1).unwrap().abandon(reason(), signed()).unwrap();
    assert_eq!(day.next_draw(), Err(DeskDayError::NoDrawLeft));
    assert_eq!(day.clone().freeze(hash(1), EntropySource::Dice(25), 3), Err(DeskDayError::NoDrawLeft));
    assert!(day.finish_left_unfinished(at(SIX_ON_SATURDAY)).is_ok());
}

#[test]
fn a_drawn_day_is_drawn_again_once_for_a_fault() {
    let fault = || Fault::InDigits(StatedReason::new("digit 7 is 2 on the paper").unwrap());
    let day = drawn().redraw(fault(), signed()).unwrap();
    assert_eq!(day.past.first().unwrap().end, DrawEnd::Redrawn { fault: fault(), signed: signed() });
    assert_eq!(day.next_draw(), Ok((2, Some(hash(1)))));
    let day = typed(freeze(day, EntropySource::Dice(25)).place_by_number(1).unwrap(), 1..=25);
    assert_eq!(day.redraw(fault(), signed()), Err(DeskDayError::RedrawUsed));
}

#[test]
fn an_abandoned_draw_uses_up_no_redraw_and_a_redraw_may_be_abandoned() {
    let day = awaiting_dice().abandon(reason(), signed()).unwrap();
    let day = typed(freeze(day, EntropySource::Dice(25)).place_by_number(1).unwrap(), 1..=25);
    let day = day.redraw(Fault::InManifest(reason()), signed()).unwrap();
    let day =
        freeze(day, EntropySource::Dice(25)).place_by_number(1).unwrap().abandon(reason(), signed()).unwrap();
    assert_eq!(day.next_draw(), Ok((4, Some(hash(3)))));
}

#[test]
fn a_redraw_after_the_first_ticket_is_handed_out_is_refused() {
    assert!(matches!(
        handing_out().redraw(Fault::InDigits(reason()), signed()),
        Err(DeskDayError::NotNow { step: Step::Redraw, .. })
    ));
}

#[test]
fn a_result_without_digits_has_no_fault_in_the_digits() {
    let by_service = awaiting_service().store_service_bytes(hash(7)).unwrap();
    for day in [everyone_fits(), by_service] {
        let redrawn = day.clone().redraw(Fault::InDigits(reason()), signed());
        assert_eq!(redrawn, Err(DeskDayError::NoDigitsTyped));
        assert!(day.redraw(Fault::InManifest(reason()), signed()).is_ok());
    }
}

#[test]
fn a_manifest_is_shown_only_once_nobody_can_try_out_what_dice_would_do() {
    let shown = [
        (closed(), false),
        (frozen(), false),
        (awaiting_dice(), false),
        (typed(awaiting_dice(), 1..=24), false),
        (awaiting_service(), false),
        (everyone_fits(), true),
        (drawn(), true),
        (handing_out(), true),
        (finished(), true),
        (awaiting_dice().abandon(reason(), signed()).unwrap(), true),
        (drawn().redraw(Fault::InManifest(reason()), signed()).unwrap(), true),
        (awaiting_dice().finish_left_unfinished(at(SIX_ON_SATURDAY)).unwrap(), true),
    ];
    for (day, expected) in shown {
        assert_eq!(day.may_show_manifest(1), expected, "{}", stage(&day));
        assert!(!day.may_show_manifest(0) && !day.may_show_manifest(2));
    }
}

#[test]
fn while_a_second_draw_is_awaited_only_the_first_manifest_is_shown() {
    let day = awaiting_dice().abandon(reason(), signed()).unwrap();
    let day = freeze(day, EntropySource::Dice(25)).place_by_number(1).unwrap();
    assert!(day.may_show_manifest(1) && !day.may_show_manifest(2));
    assert!(typed(day, 1..=25).may_show_manifest(2));
}

#[test]
fn a_lot_refused_or_withdrawn_by_mistake_is_reinstated_after_the_reserve_list() {
    for status in [LotStatus::Refused, LotStatus::Withdrawn] {
        let rank = drawn().reinstate(&Reinstatement { lot: LotNumber(4), status, ..a_lot_out() }).unwrap();
        assert_eq!(rank, Rank::Reinstated(LotNumber(4)));
        assert!(Rank::Reserve(u32::MAX) < rank && rank < Rank::LateComer(LotNumber(1)));
    }
}

#[test]
fn no_lot_is_reinstated_that_is_in_or_late_or_whose_member_asks_elsewhere() {
    let reinstate = |wanted| handing_out().reinstate(&wanted);
    let is_in = Reinstatement { status: LotStatus::In, ..a_lot_out() };
    assert_eq!(reinstate(is_in), Err(DeskDayError::NotOut(LotNumber(1))));
    let late = Reinstatement { lot: LotNumber(5), ..a_lot_out() };
    assert_eq!(reinstate(late), Err(DeskDayError::GivenAfterTheClose(LotNumber(5))));
    let elsewhere = Reinstatement { member_in: Some(LotNumber(3)), ..a_lot_out() };
    let error = DeskDayError::MemberInAnotherLot { lot: LotNumber(1), other: LotNumber(3) };
    assert_eq!(reinstate(elsewhere), Err(error));
}

#[test]
fn a_day_is_not_finished_while_a_ticket_waits() {
    let waits = HandOutError::TicketWaits(LotNumber(2));
    assert_eq!(handing_out().finish(Err(waits.clone())), Err(DeskDayError::HandOut(waits)));
}

#[test]
fn the_desk_finishes_with_the_list_that_stood() {
    let list = drawn().list().cloned();
    assert_eq!(finished().stage, Stage::Finished { list, by: FinishedBy::Desk });
    assert_eq!(direct().finish(Ok(())).unwrap().stage, Stage::Finished { list: None, by: FinishedBy::Desk });
}

#[test]
fn a_day_left_unfinished_is_finished_at_six_the_next_morning_and_not_before() {
    let early = handing_out().finish_left_unfinished(at("2026-11-28T04:59:59Z"));
    assert_eq!(early, Err(DeskDayError::NotLeftYet(night("2026-11-27").date())));
    let list = drawn().list().cloned();
    let day = handing_out().finish_left_unfinished(at(SIX_ON_SATURDAY)).unwrap();
    assert_eq!(day.stage, Stage::Finished { list, by: FinishedBy::Service });
    // A service that slept does it late.
    assert!(handing_out().finish_left_unfinished(at("2026-12-24T12:00:00Z")).is_ok());
}

#[test]
fn six_is_six_on_the_wall_on_both_mornings_when_the_clock_changes() {
    let left = |date: &str, instant: &str| {
        let day = DeskDay { stage: Stage::Open, ..DeskDay::planned(start_nights(Nights::one(night(date)))) };
        day.finish_left_unfinished(at(instant)).is_ok()
    };
    assert!(!left("2026-03-28", "2026-03-29T03:59:59Z") && left("2026-03-28", "2026-03-29T04:00:00Z"));
    assert!(!left("2026-10-24", "2026-10-25T04:59:59Z") && left("2026-10-24", "2026-10-25T05:00:00Z"));
    // The last day of a year, and of a leap February.
    assert!(!left("2026-12-31", "2027-01-01T04:59:59Z") && left("2026-12-31", "2027-01-01T05:00:00Z"));
    assert!(!left("2028-02-28", "2028-02-29T04:59:59Z") && left("2028-02-28", "2028-02-29T05:00:00Z"));
}

#[test]
fn a_draw_left_without_a_result_stays_on_record_as_left_unfinished() {
    for day in [frozen(), typed(awaiting_dice(), 1..=3)] {
        let list = day.list().unwrap().clone();
        let day = day.finish_left_unfinished(at(SIX_ON_SATURDAY)).unwrap();
        assert_eq!(day.stage, Stage::Finished { list: None, by: FinishedBy::Service });
        assert_eq!(day.past, [PastDraw { list, end: DrawEnd::LeftUnfinished }]);
    }
}

#[test]
fn a_day_that_was_never_opened_is_for_the_coordinator_not_for_the_service() {
    assert!(matches!(
        planned().finish_left_unfinished(at(SIX_ON_SATURDAY)),
        Err(DeskDayError::NotNow { step: Step::FinishLeftUnfinished, .. })
    ));
    assert_eq!(not_held().stage, Stage::NotHeld { by: coordinator(1), reason: reason() });
}

/// What is on record of the draws, for a law: it only ever grows.
fn on_record(day: &DeskDay) -> Vec<FrozenList> {
    let past = day.past.iter().map(|past| past.list.clone());
    past.chain(day.list().cloned()).collect()
}

fn grew_out_of(before: &FrozenList, after: &FrozenList) -> bool {
    let kept = match (&before.stored, &after.stored) {
        (Stored::Nothing, _) => true,
        (Stored::Dice(before), Stored::Dice(after)) => after.starts_with(before),
        (before, after) => before == after,
    };
    kept && FrozenList { stored: before.stored.clone(), ..after.clone() } == *before
}

fn walk(steps: &[usize]) -> Vec<DeskDay> {
    let mut days = vec![planned()];
    for &step in steps {
        let day = days.last().unwrap().clone();
        // Digits come in handfuls, or no walk would reach the end of a draw.
        let times = if STEPS[step] == "type digit" { 13 } else { 1 };
        let next = (0..times).fold(day, |day, _| take(STEPS[step], day.clone()).unwrap_or(day));
        days.push(next);
    }
    days
}

/// Any step, but the last ones seldom: otherwise every walk would end early.
fn any_steps() -> impl Strategy<Value = Vec<usize>> {
    let step = prop_oneof![20 => 0..15_usize, 1 => 15..STEPS.len()];
    let start = prop_oneof![Just(vec![0, 3, 4, 5]), Just(vec![0]), Just(vec![0, 3, 4, 5, 7]), Just(vec![])];
    (start, proptest::collection::vec(step, 0..40)).prop_map(|(start, steps)| [start, steps].concat())
}

/// Takes the desk the shortest way to the end.
fn finish_by_hand(mut day: DeskDay) -> DeskDay {
    for _ in 0..200 {
        let step = match (&day.stage, day.mode) {
            (Stage::Planned, _) => "open",
            (Stage::Open, Mode::Lottery) => "close",
            (Stage::Closed { .. }, _) => "freeze",
            (Stage::Frozen(_), _) => "not everyone fits",
            (Stage::AwaitingEntropy(_), _) => "type digit",
            (Stage::Finished { .. } | Stage::NotHeld { .. }, _) => break,
            _ => "finish",
        };
        day = take(step, day).unwrap();
    }
    day
}

proptest! {
    #[test]
    fn a_day_can_be_finished_from_wherever_it_came_to(steps in any_steps()) {
        for day in walk(&steps) {
            let over = matches!(day.stage, Stage::Planned | Stage::Finished { .. } | Stage::NotHeld { .. });
            let by_service = day.clone().finish_left_unfinished(at(SIX_ON_SATURDAY));
            prop_assert_eq!(by_service.is_err(), over);
            let by_hand = finish_by_hand(day);
            let ended = matches!(by_hand.stage, Stage::Finished { .. } | Stage::NotHeld { .. });
            prop_assert!(ended);
        }
    }

    #[test]
    fn what_was_frozen_and_typed_is_never_changed_and_never_lost(steps in any_steps()) {
        let days = walk(&steps);
        for (before, after) in days.iter().zip(days.iter().skip(1)) {
            let (before, after) = (on_record(before), on_record(after));
            prop_assert!(before.len() <= after.len());
            for (before, after) in before.iter().zip(&after) {
                prop_assert!(grew_out_of(before, after), "{before:?} became {after:?}");
            }
        }
    }

    #[test]
    fn every_draw_names_the_one_before_it_and_at_most_one_is_a_redraw(steps in any_steps()) {
        let day = walk(&steps).pop().unwrap();
        let lists = on_record(&day);
        for (number, list) in (1..).zip(&lists) {
            prop_assert_eq!(list.draw, number);
        }
        prop_assert!(lists.first().is_none_or(|list| list.previous.is_none()));
        for (before, after) in lists.iter().zip(lists.iter().skip(1)) {
            prop_assert_eq!(after.previous, Some(before.commitment));
        }
        let redraws = day.past.iter().filter(|past| matches!(past.end, DrawEnd::Redrawn { .. }));
        prop_assert!(redraws.count() <= 1);
    }

    #[test]
    fn once_a_ticket_is_handed_out_the_result_stands(steps in any_steps()) {
        let days = walk(&steps);
        let handing_out = days.iter().skip_while(|day| stage(day) != "HandingOut");
        let lists: Vec<_> = handing_out.map(DeskDay::list).collect();
        let first = lists.first().copied();
        prop_assert!(lists.into_iter().all(|list| Some(list) == first));
    }
}

#[test]
fn nobody_signs_for_a_draw_or_a_lot_that_is_not_there() {
    let redraw = |draw| CountersignedStep::Redraw(draw, FaultIn::Manifest);
    let awaiting = frozen().place_by_number(1).unwrap();
    let drawn = frozen().place_by_number(0).unwrap();
    let draw = drawn.list().unwrap().draw;
    assert!(awaiting.may_be_signed(CountersignedStep::Abandon(draw), false));
    assert!(drawn.may_be_signed(redraw(draw), false));
    for (day, step) in [
        (&awaiting, CountersignedStep::Abandon(draw + 1)),
        (&awaiting, redraw(draw)),
        (&drawn, redraw(draw + 1)),
        (&drawn, CountersignedStep::Abandon(draw)),
        (&closed(), redraw(draw)),
    ] {
        assert!(!day.may_be_signed(step, true), "{step:?}");
    }
    let reinstate = CountersignedStep::Reinstate(LotNumber(1));
    assert!(drawn.may_be_signed(reinstate, true) && !drawn.may_be_signed(reinstate, false));
}

#[test]
fn what_comes_free_is_offered_after_the_draw_and_at_any_time_in_direct_mode() {
    let direct = open().choose_mode(Mode::Direct).unwrap();
    for offers in [&direct, &drawn(), &drawn().hand_out().unwrap()] {
        assert!(offers.offers());
    }
    for none in [&open(), &closed(), &frozen(), &drawn().finish(Ok(())).unwrap()] {
        assert!(!none.offers());
    }
}
