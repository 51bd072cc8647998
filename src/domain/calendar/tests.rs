use proptest::prelude::*;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn night(text: &str) -> Night {
    text.parse().unwrap()
}

fn by_hand(desk: Desk, reason: &str) -> ByHand {
    ByHand { desk, reason: StatedReason::new(reason).unwrap() }
}

/// The computed calendar, but for these days closed by hand.
fn closed_on(days: impl IntoIterator<Item = NaiveDate>) -> Calendar {
    Calendar::with(days.into_iter().map(|date| (date, by_hand(Desk::Closed, "flytt"))).collect())
}

/// The days from `first` through `last`.
fn days(first: &str, last: &str) -> impl Iterator<Item = NaiveDate> {
    let last = day(last);
    day(first).iter_days().take_while(move |&date| date <= last)
}

/// A desk day and its start nights, as a line of a wall calendar: `Fri 2026-01-02: 2 3 4`.
fn line(calendar: &Calendar, desk_day: NaiveDate) -> String {
    let nights = calendar.start_nights(desk_day).unwrap().nights();
    assert_eq!(nights.first().date(), desk_day);
    let listed: Vec<String> = nights.iter().map(|night| night.date().day().to_string()).collect();
    format!("{}: {}", desk_day.format("%a %F"), listed.join(" "))
}

/// Asserts that the desk days from the first line on, one after the other, are exactly these.
fn assert_desk_days(calendar: &Calendar, lines: &[&str]) {
    let first = day(&lines[0][4..14]);
    let desk_days = successors(Some(first), |&date| calendar.next_desk_day(date));
    let found: Vec<String> = desk_days.take(lines.len()).map(|date| line(calendar, date)).collect();
    assert_eq!(found, lines);
}

fn assert_computed(lines: &[&str]) {
    assert_desk_days(&Calendar::default(), lines);
}

mod start_nights {
    use super::*;

    #[test]
    fn an_ordinary_week_gives_a_night_a_day_and_three_on_friday() {
        assert_computed(&[
            "Mon 2026-11-23: 23",
            "Tue 2026-11-24: 24",
            "Wed 2026-11-25: 25",
            "Thu 2026-11-26: 26",
            "Fri 2026-11-27: 27 28 29",
            "Mon 2026-11-30: 30",
        ]);
    }

    #[test]
    fn a_friday_at_the_end_of_a_month_gives_nights_of_the_next() {
        assert_computed(&["Fri 2026-01-30: 30 31 1", "Mon 2026-02-02: 2"]);
    }

    #[test]
    fn the_leap_day_is_a_start_night() {
        assert_computed(&["Mon 2028-02-28: 28", "Tue 2028-02-29: 29", "Wed 2028-03-01: 1"]);
        assert_computed(&["Fri 2048-02-28: 28 29 1", "Mon 2048-03-02: 2"]);
    }

    #[test]
    fn the_day_before_a_holiday_gives_the_holidays_night_too() {
        assert_computed(&["Mon 2026-01-05: 5 6", "Wed 2026-01-07: 7"]);
        assert_computed(&["Wed 2030-05-29: 29 30", "Fri 2030-05-31: 31 1 2"]);
    }

    #[test]
    fn a_holiday_on_a_friday_makes_thursday_give_four_nights() {
        assert_computed(&["Thu 2025-06-05: 5 6 7 8", "Mon 2025-06-09: 9"]);
        assert_computed(&["Thu 2026-04-30: 30 1 2 3", "Mon 2026-05-04: 4"]);
    }

    #[test]
    fn a_holiday_on_a_monday_makes_friday_give_four_nights() {
        assert_computed(&["Fri 2005-06-03: 3 4 5 6", "Tue 2005-06-07: 7"]);
        assert_computed(&["Fri 2020-01-03: 3 4 5 6", "Tue 2020-01-07: 7"]);
    }

    #[test]
    fn a_holiday_on_a_weekend_changes_nothing() {
        assert_computed(&["Fri 2026-06-05: 5 6 7", "Mon 2026-06-08: 8"]);
        assert_computed(&["Fri 2026-10-30: 30 31 1", "Mon 2026-11-02: 2"]);
    }

    #[test]
    fn maundy_thursday_gives_five_nights() {
        assert_computed(&["Wed 2026-04-01: 1", "Thu 2026-04-02: 2 3 4 5 6", "Tue 2026-04-07: 7"]);
        assert_computed(&["Thu 2024-03-28: 28 29 30 31 1", "Tue 2024-04-02: 2"]);
    }

    #[test]
    fn the_eve_of_ascension_gives_two_nights_and_the_friday_after_three() {
        assert_computed(&["Wed 2026-05-13: 13 14", "Fri 2026-05-15: 15 16 17", "Mon 2026-05-18: 18"]);
    }

    #[test]
    fn whit_monday_was_closed_in_2004_and_open_in_2005() {
        assert_computed(&["Fri 2004-05-28: 28 29 30 31", "Tue 2004-06-01: 1"]);
        assert_computed(&["Fri 2005-05-13: 13 14 15", "Mon 2005-05-16: 16", "Tue 2005-05-17: 17"]);
    }

    #[test]
    fn midsummer_makes_thursday_give_four_nights() {
        assert_computed(&["Wed 2026-06-17: 17", "Thu 2026-06-18: 18 19 20 21", "Mon 2026-06-22: 22"]);
    }

    #[test]
    fn over_new_year_the_last_desk_day_gives_nights_of_both_years() {
        assert_computed(&["Wed 2026-12-30: 30 31 1 2 3", "Mon 2027-01-04: 4"]);
    }

    #[test]
    fn a_day_on_which_the_desk_is_closed_gives_nothing_and_says_why() {
        let refused = |date| Calendar::default().start_nights(day(date)).unwrap_err().to_string();
        assert_eq!(
            refused("2026-06-19"),
            "2026-06-19 is no desk day (Midsummer's Eve): choose a day on which the desk is open"
        );
        assert!(refused("2026-11-28").contains("(a weekend)"));
        assert!(refused("2026-06-06").contains("(Sweden's National Day)"), "a holiday goes before a weekend");
        assert!(refused("2200-01-02").contains("(outside the years 2000-2199)"));
        let error = closed_on([day("2026-11-25")]).start_nights(day("2026-11-25")).unwrap_err();
        assert!(error.to_string().contains("(closed by hand: flytt)"));
    }

    #[test]
    fn two_weeks_closed_by_hand_ask_for_a_confirmation() {
        let calendar = closed_on(days("2026-07-06", "2026-07-19"));
        let nights = calendar.start_nights(day("2026-07-03")).unwrap();
        assert_eq!(nights.nights(), Nights::new(night("2026-07-03"), night("2026-07-19")).unwrap());
        assert_eq!(nights.nights().count(), 17);
        assert!(nights.needs_confirmation());
    }

    #[test]
    fn seven_nights_need_no_confirmation_and_eight_do() {
        let seven = closed_on(days("2026-11-24", "2026-11-29"));
        assert_eq!(line(&seven, day("2026-11-23")), "Mon 2026-11-23: 23 24 25 26 27 28 29");
        assert!(!seven.start_nights(day("2026-11-23")).unwrap().needs_confirmation());
        let eight = closed_on(days("2026-11-24", "2026-11-30"));
        assert_eq!(line(&eight, day("2026-11-23")), "Mon 2026-11-23: 23 24 25 26 27 28 29 30");
        assert!(eight.start_nights(day("2026-11-23")).unwrap().needs_confirmation());
    }

    #[test]
    fn a_draw_takes_31_start_nights_and_no_more() {
        let full = closed_on(days("2026-07-02", "2026-07-31"));
        assert_eq!(full.start_nights(day("2026-07-01")).unwrap_err().to_string(), too_many(33, "2026-08-01"));
        let open_on_saturday = |date| {
            let mut calendar = full.clone();
            calendar.by_hand.insert(day(date), by_hand(Desk::Open, "kölden"));
            calendar.start_nights(day("2026-07-01"))
        };
        assert_eq!(open_on_saturday("2026-08-01").unwrap().nights().count(), 31);
        assert!(open_on_saturday("2026-08-02").is_err());
    }

    fn too_many(nights: u32, open_by: &str) -> String {
        format!(
            "the desk day 2026-07-01 would give out {nights} start nights, and a draw holds at most 31: open the desk by \
             hand on {open_by} at the latest"
        )
    }

    #[test]
    fn no_computed_desk_day_needs_a_confirmation() {
        let calendar = Calendar::default();
        let desk_days =
            successors(calendar.next_desk_day(day("1999-12-31")), |&date| calendar.next_desk_day(date));
        let most = desk_days.map(|date| calendar.start_nights(date).unwrap().nights().count()).max();
        assert_eq!(most, Some(6), "Christmas Eve on a Monday or Wednesday");
    }
}

/// Christmas Eve in each position of the week, from the last desk day before it to the first after Epiphany.
mod christmas {
    use super::*;

    fn assert_christmas(eve: &str, lines: &[&str]) {
        let weekday = &eve[..3];
        assert_eq!(day(&eve[4..]).format("%a %m-%d").to_string(), format!("{weekday} 12-24"));
        assert_computed(lines);
    }

    #[test]
    fn christmas_eve_on_a_monday() {
        assert_christmas(
            "Mon 2018-12-24",
            &[
                "Thu 2018-12-20: 20",
                "Fri 2018-12-21: 21 22 23 24 25 26",
                "Thu 2018-12-27: 27",
                "Fri 2018-12-28: 28 29 30 31 1",
                "Wed 2019-01-02: 2",
                "Thu 2019-01-03: 3",
                "Fri 2019-01-04: 4 5 6",
                "Mon 2019-01-07: 7",
            ],
        );
    }

    #[test]
    fn christmas_eve_on_a_tuesday() {
        assert_christmas(
            "Tue 2019-12-24",
            &[
                "Fri 2019-12-20: 20 21 22",
                "Mon 2019-12-23: 23 24 25 26",
                "Fri 2019-12-27: 27 28 29",
                "Mon 2019-12-30: 30 31 1",
                "Thu 2020-01-02: 2",
                "Fri 2020-01-03: 3 4 5 6",
                "Tue 2020-01-07: 7",
            ],
        );
    }

    #[test]
    fn christmas_eve_on_a_wednesday() {
        assert_christmas(
            "Wed 2025-12-24",
            &[
                "Mon 2025-12-22: 22",
                "Tue 2025-12-23: 23 24 25 26 27 28",
                "Mon 2025-12-29: 29",
                "Tue 2025-12-30: 30 31 1",
                "Fri 2026-01-02: 2 3 4",
                "Mon 2026-01-05: 5 6",
                "Wed 2026-01-07: 7",
            ],
        );
    }

    #[test]
    fn christmas_eve_on_a_thursday() {
        assert_christmas(
            "Thu 2026-12-24",
            &[
                "Tue 2026-12-22: 22",
                "Wed 2026-12-23: 23 24 25 26 27",
                "Mon 2026-12-28: 28",
                "Tue 2026-12-29: 29",
                "Wed 2026-12-30: 30 31 1 2 3",
                "Mon 2027-01-04: 4",
                "Tue 2027-01-05: 5 6",
                "Thu 2027-01-07: 7",
            ],
        );
    }

    #[test]
    fn christmas_eve_on_a_friday() {
        assert_christmas(
            "Fri 2021-12-24",
            &[
                "Wed 2021-12-22: 22",
                "Thu 2021-12-23: 23 24 25 26",
                "Mon 2021-12-27: 27",
                "Tue 2021-12-28: 28",
                "Wed 2021-12-29: 29",
                "Thu 2021-12-30: 30 31 1 2",
                "Mon 2022-01-03: 3",
                "Tue 2022-01-04: 4",
                "Wed 2022-01-05: 5 6",
                "Fri 2022-01-07: 7 8 9",
            ],
        );
    }

    #[test]
    fn christmas_eve_on_a_saturday() {
        assert_christmas(
            "Sat 2022-12-24",
            &[
                "Thu 2022-12-22: 22",
                "Fri 2022-12-23: 23 24 25 26",
                "Tue 2022-12-27: 27",
                "Wed 2022-12-28: 28",
                "Thu 2022-12-29: 29",
                "Fri 2022-12-30: 30 31 1",
                "Mon 2023-01-02: 2",
                "Tue 2023-01-03: 3",
                "Wed 2023-01-04: 4",
                "Thu 2023-01-05: 5 6 7 8",
                "Mon 2023-01-09: 9",
            ],
        );
    }

    #[test]
    fn christmas_eve_on_a_sunday() {
        assert_christmas(
            "Sun 2023-12-24",
            &[
                "Thu 2023-12-21: 21",
                "Fri 2023-12-22: 22 23 24 25 26",
                "Wed 2023-12-27: 27",
                "Thu 2023-12-28: 28",
                "Fri 2023-12-29: 29 30 31 1",
                "Tue 2024-01-02: 2",
                "Wed 2024-01-03: 3",
                "Thu 2024-01-04: 4",
                "Fri 2024-01-05: 5 6 7",
                "Mon 2024-01-08: 8",
            ],
        );
    }
}

mod finding {
    use super::*;

    #[test]
    fn who_asks_for_a_saturday_is_told_to_come_on_friday() {
        let calendar = Calendar::default();
        assert_eq!(calendar.desk_day_of(night("2026-11-28")), Some(day("2026-11-27")));
        assert_eq!(calendar.desk_day_of(night("2026-11-29")), Some(day("2026-11-27")));
        assert_eq!(calendar.desk_day_of(night("2026-11-27")), Some(day("2026-11-27")));
        assert_eq!(
            calendar.desk_day_of(night("2026-04-06")),
            Some(day("2026-04-02")),
            "Easter Monday: Maundy Thursday"
        );
        assert_eq!(calendar.desk_day_of(night("2027-01-03")), Some(day("2026-12-30")), "over New Year");
    }

    #[test]
    fn the_next_and_the_previous_desk_day_leave_out_the_day_asked_about() {
        let calendar = Calendar::default();
        assert_eq!(calendar.next_desk_day(day("2026-11-27")), Some(day("2026-11-30")));
        assert_eq!(calendar.next_desk_day(day("2026-11-28")), Some(day("2026-11-30")));
        assert_eq!(calendar.previous_desk_day(day("2026-11-30")), Some(day("2026-11-27")));
        assert_eq!(calendar.previous_desk_day(day("2026-11-29")), Some(day("2026-11-27")));
    }

    #[test]
    fn the_calendar_begins_on_3_january_2000_and_ends_on_30_december_2199() {
        let calendar = Calendar::default();
        assert_eq!(calendar.next_desk_day(NaiveDate::MIN), Some(day("2000-01-03")));
        assert_eq!(calendar.next_desk_day(day("1999-12-31")), Some(day("2000-01-03")));
        assert_eq!(calendar.previous_desk_day(day("2000-01-03")), None);
        assert_eq!(calendar.desk_day_of(night("2000-01-02")), None);
        assert_eq!(calendar.desk_day_of(night("2000-01-03")), Some(day("2000-01-03")));
        assert_eq!(calendar.previous_desk_day(NaiveDate::MAX), Some(day("2199-12-30")));
        assert_eq!(calendar.previous_desk_day(day("2200-01-01")), Some(day("2199-12-30")));
        assert_eq!(calendar.next_desk_day(day("2199-12-30")), None);
        assert_eq!(calendar.next_desk_day(NaiveDate::MAX), None);
        assert_eq!(calendar.previous_desk_day(NaiveDate::MIN), None);
        assert_eq!(line(&calendar, day("2199-12-30")), "Mon 2199-12-30: 30 31");
        assert_eq!(calendar.desk_day_of(night("2199-12-31")), Some(day("2199-12-30")));
        assert!(!calendar.is_desk_day(day("1999-12-30")) && !calendar.is_desk_day(day("2200-01-02")));
    }

    #[test]
    fn a_thousand_days_closed_by_hand_are_searched_across() {
        let calendar = closed_on(day("2026-01-07").iter_days().take(1000));
        assert_eq!(calendar.next_desk_day(day("2026-01-05")), Some(day("2028-10-03")));
        assert_eq!(calendar.previous_desk_day(day("2028-10-03")), Some(day("2026-01-05")));
        let refused = calendar.start_nights(day("2026-01-05"));
        assert!(matches!(refused, Err(CalendarError::TooManyStartNights { nights: 1002, .. })));
    }

    #[test]
    fn a_desk_closed_for_good_has_no_next_day() {
        let calendar = closed_on(day("2199-11-01").iter_days().take(61));
        assert_eq!(calendar.next_desk_day(day("2199-10-31")), None);
        assert!(calendar.start_nights(day("2199-10-31")).is_err());
    }

    #[test]
    fn every_night_of_two_hundred_years_is_given_out_by_exactly_one_desk_day() {
        let calendar = Calendar::default();
        let desk_days =
            successors(calendar.next_desk_day(NaiveDate::MIN), |&date| calendar.next_desk_day(date));
        let mut expected = night("2000-01-03");
        for desk_day in desk_days {
            for night in calendar.start_nights(desk_day).unwrap().nights().iter() {
                assert_eq!(night, expected);
                assert_eq!(calendar.desk_day_of(night), Some(desk_day));
                expected = expected.next();
            }
        }
        assert_eq!(expected, Night::LAST.next());
    }
}

mod by_hand {
    use super::*;

    fn open(calendar: &mut Calendar, date: &str, last_opened: Option<&str>) -> Result<(), CalendarError> {
        calendar.set_by_hand(day(date), by_hand(Desk::Open, "kyla"), last_opened.map(day))
    }

    fn close(calendar: &mut Calendar, date: &str, last_opened: Option<&str>) -> Result<(), CalendarError> {
        calendar.set_by_hand(day(date), by_hand(Desk::Closed, "vattenläcka"), last_opened.map(day))
    }

    #[test]
    fn a_day_closed_by_hand_gives_its_night_to_the_desk_day_before() {
        let mut calendar = Calendar::default();
        close(&mut calendar, "2026-11-25", Some("2026-11-23")).unwrap();
        assert_desk_days(&calendar, &["Tue 2026-11-24: 24 25", "Thu 2026-11-26: 26"]);
        assert_eq!(
            calendar.why_closed(day("2026-11-25")),
            Some(WhyClosed::ByHand(StatedReason::new("vattenläcka").unwrap()))
        );
    }

    #[test]
    fn a_saturday_opened_by_hand_takes_its_nights_from_friday() {
        let mut calendar = Calendar::default();
        open(&mut calendar, "2026-11-28", Some("2026-11-26")).unwrap();
        assert_desk_days(&calendar, &["Fri 2026-11-27: 27", "Sat 2026-11-28: 28 29", "Mon 2026-11-30: 30"]);
        assert_eq!(calendar.desk_day_of(night("2026-11-28")), Some(day("2026-11-28")));
    }

    #[test]
    fn a_holiday_can_be_opened_by_hand() {
        let mut calendar = Calendar::default();
        open(&mut calendar, "2026-12-24", None).unwrap();
        assert_desk_days(
            &calendar,
            &["Wed 2026-12-23: 23", "Thu 2026-12-24: 24 25 26 27", "Mon 2026-12-28: 28"],
        );
    }

    #[test]
    fn a_decision_can_be_taken_back_and_the_last_reason_stands() {
        let mut calendar = Calendar::default();
        close(&mut calendar, "2026-11-25", None).unwrap();
        open(&mut calendar, "2026-11-25", None).unwrap();
        assert!(calendar.is_desk_day(day("2026-11-25")));
        assert_eq!(calendar.by_hand().get(&day("2026-11-25")), Some(&by_hand(Desk::Open, "kyla")));
        assert_eq!(calendar.by_hand().len(), 1);
    }

    #[test]
    fn a_day_is_closed_before_the_desk_day_ahead_of_it_is_opened_not_after() {
        let mut calendar = Calendar::default();
        assert_eq!(
            close(&mut calendar, "2026-11-25", Some("2026-11-24")),
            Err(CalendarError::TooLate {
                date: day("2026-11-25"),
                opened: day("2026-11-24"),
                settled: day("2026-11-25")
            })
        );
        assert_eq!(calendar, Calendar::default(), "a refusal changes nothing");
        assert_eq!(close(&mut calendar, "2026-11-25", Some("2026-11-23")), Ok(()));
    }

    #[test]
    fn a_monday_is_settled_once_friday_is_opened_and_tuesday_is_not() {
        let late = |date| close(&mut Calendar::default(), date, Some("2026-11-27"));
        assert!(matches!(late("2026-11-30"), Err(CalendarError::TooLate { .. })));
        assert_eq!(late("2026-12-01"), Ok(()));
        let on_thursday = close(&mut Calendar::default(), "2026-11-30", Some("2026-11-26"));
        assert_eq!(on_thursday, Ok(()));
    }

    #[test]
    fn a_saturday_cannot_be_opened_once_friday_is() {
        let refused = open(&mut Calendar::default(), "2026-11-28", Some("2026-11-27")).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "2026-11-28 can no longer be opened or closed by hand, because the desk day 2026-11-27 has been opened: choose \
             a day after 2026-11-30, or mark a desk day that cannot be held as not held"
        );
    }

    #[test]
    fn a_desk_day_that_has_been_opened_or_has_passed_cannot_be_closed() {
        for date in ["2026-11-27", "2026-11-26", "2026-01-05"] {
            let refused = close(&mut Calendar::default(), date, Some("2026-11-27"));
            assert!(matches!(refused, Err(CalendarError::TooLate { .. })), "{date}");
        }
    }

    #[test]
    fn a_desk_day_that_was_not_held_settles_nothing() {
        // Tuesday the 24th was not held, so Monday the 23rd is the last that was opened.
        assert_eq!(close(&mut Calendar::default(), "2026-11-25", Some("2026-11-23")), Ok(()));
    }

    #[test]
    fn before_any_desk_day_every_day_can_be_decided() {
        assert_eq!(close(&mut Calendar::default(), "2000-01-03", None), Ok(()));
        assert_eq!(open(&mut Calendar::default(), "2000-01-01", None), Ok(()));
        assert_eq!(open(&mut Calendar::default(), "2199-12-31", None), Ok(()));
    }

    #[test]
    fn after_the_last_desk_day_everything_is_settled() {
        let refused = open(&mut Calendar::default(), "2199-12-31", Some("2199-12-30"));
        assert!(matches!(refused, Err(CalendarError::TooLate { .. })));
    }

    #[test]
    fn what_is_so_already_is_refused_in_words() {
        let mut calendar = Calendar::default();
        let message = |result: Result<(), CalendarError>| result.unwrap_err().to_string();
        assert_eq!(
            message(open(&mut calendar, "2026-11-25", Some("2026-11-25"))),
            "the desk is already open on 2026-11-25: nothing needs to be done"
        );
        assert_eq!(
            message(close(&mut calendar, "2026-11-28", Some("2026-11-27"))),
            "the desk is already closed on 2026-11-28 (a weekend): nothing needs to be done"
        );
        close(&mut calendar, "2026-12-02", None).unwrap();
        assert_eq!(
            message(close(&mut calendar, "2026-12-02", None)),
            "the desk is already closed on 2026-12-02 (closed by hand: vattenläcka): nothing needs to be done"
        );
    }

    #[test]
    fn days_outside_the_calendar_cannot_be_decided() {
        for date in ["1999-12-31", "2200-01-01"] {
            let refused = open(&mut Calendar::default(), date, None);
            assert!(matches!(refused, Err(CalendarError::Date(DateError::OutOfRange(_)))), "{date}");
        }
    }

    #[test]
    fn the_day_that_would_make_more_start_nights_than_a_draw_holds_cannot_be_closed() {
        // From Wednesday 1 July through Friday 31 July are 31 nights; Monday 3 August is the next desk day.
        let mut calendar = closed_on(days("2026-07-02", "2026-07-30"));
        assert_eq!(calendar.start_nights(day("2026-07-01")).unwrap().nights().count(), 30);
        assert_eq!(
            close(&mut calendar, "2026-07-31", None),
            Err(CalendarError::TooManyStartNights {
                desk_day: day("2026-07-01"),
                nights: 33,
                open_by: day("2026-08-01")
            })
        );
        open(&mut calendar, "2026-08-01", None).unwrap();
        assert_eq!(close(&mut calendar, "2026-07-31", None), Ok(()));
        assert_eq!(calendar.start_nights(day("2026-07-01")).unwrap().nights().count(), 31);
    }

    #[test]
    fn opening_a_day_is_never_refused_for_too_many_start_nights() {
        let mut calendar = closed_on(days("2026-07-02", "2026-12-31"));
        assert_eq!(open(&mut calendar, "2026-10-01", None), Ok(()));
    }
}

/// A calendar of 2026 with some days decided by hand.
fn any_calendar() -> impl Strategy<Value = Calendar> {
    proptest::collection::btree_map(0u32..120, any::<bool>(), 0..25).prop_map(|decided| {
        let decide = |(after, open): (u32, bool)| {
            let desk = if open { Desk::Open } else { Desk::Closed };
            (night("2026-03-20").plus(after).date(), by_hand(desk, "prov"))
        };
        Calendar::with(decided.into_iter().map(decide).collect())
    })
}

proptest! {
    #[test]
    fn start_nights_partition_the_nights_of_any_year(year in 2001i32..=2199, closed in proptest::collection::btree_set(0u64..365, 0..9)) {
        let january = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        let calendar = closed_on(closed.into_iter().map(|after| january + chrono::Days::new(after)));
        let before = calendar.previous_desk_day(january).unwrap();
        let desk_days = successors(Some(before), |&date| calendar.next_desk_day(date)).take_while(|date| date.year() <= year);
        let given: Vec<Night> =
            desk_days.flat_map(|date| calendar.start_nights(date).unwrap().nights().iter()).collect();
        let whole = Nights::new(given[0], given[given.len() - 1]).unwrap();
        prop_assert!(whole.contains(Night::new(january).unwrap()));
        prop_assert!(whole.contains(night(&january.with_month(12).unwrap().with_day(31).unwrap().to_string())));
        prop_assert_eq!(given, whole.iter().collect::<Vec<_>>());
    }

    #[test]
    fn whatever_is_decided_by_hand_a_night_belongs_to_one_desk_day(calendar in any_calendar(), after in 0u32..150) {
        let night = night("2026-03-10").plus(after);
        let desk_day = calendar.desk_day_of(night).unwrap();
        let next = calendar.next_desk_day(desk_day).unwrap();
        prop_assert!(calendar.is_desk_day(desk_day) && desk_day <= night.date() && night.date() < next);
        prop_assert_eq!(calendar.previous_desk_day(next), Some(desk_day));
    }

    #[test]
    fn a_decision_is_too_late_exactly_when_an_opened_desk_day_would_change(
        calendar in any_calendar(), date in 0u32..120, last in 0u32..120,
    ) {
        let date = night("2026-03-20").plus(date).date();
        let opened = calendar.desk_day_of(night("2026-03-20").plus(last)).unwrap();
        let desk = if calendar.is_desk_day(date) { Desk::Closed } else { Desk::Open };
        let mut changed = calendar.clone();
        changed.by_hand.insert(date, by_hand(desk, "prov"));
        let settled = |calendar: &Calendar| -> Vec<(NaiveDate, Option<NaiveDate>)> {
            let opened_days = days("2026-03-01", "2026-08-01").filter(|&day| day <= opened);
            opened_days.filter(|&day| calendar.is_desk_day(day)).map(|day| (day, calendar.next_desk_day(day))).collect()
        };
        let too_late = settled(&calendar) != settled(&changed);
        let result = calendar.clone().set_by_hand(date, by_hand(desk, "prov"), Some(opened));
        prop_assert_eq!(matches!(result, Err(CalendarError::TooLate { .. })), too_late);
    }
}

#[test]
fn the_nights_before_the_next_desk_day_end_where_its_own_begin() {
    let before = |tonight: &str| {
        let nights = Calendar::default().nights_before_next_desk_day(tonight.parse().unwrap()).unwrap();
        (nights.first().to_string(), nights.last().to_string())
    };
    let span = |first: &str, last: &str| (first.to_owned(), last.to_owned());
    assert_eq!(before("2026-11-26"), span("2026-11-26", "2026-11-26"));
    assert_eq!(before("2026-11-27"), span("2026-11-27", "2026-11-29"));
    assert_eq!(before("2026-11-29"), span("2026-11-29", "2026-11-29"));
    // Maundy Thursday 2026 through Easter Monday.
    assert_eq!(before("2026-04-02"), span("2026-04-02", "2026-04-06"));
    assert_eq!(Calendar::default().nights_before_next_desk_day(Night::LAST), None);
}
