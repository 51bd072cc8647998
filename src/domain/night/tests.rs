use chrono::Datelike;
use proptest::prelude::*;

use super::*;

fn night(text: &str) -> Night {
    text.parse().unwrap()
}

fn nights(first: &str, last: &str) -> Nights {
    Nights::new(night(first), night(last)).unwrap()
}

/// The instant at which a clock in Stockholm shows this wall time, `offset` hours ahead of UTC.
fn at(wall: &str, offset: i32) -> DateTime<Utc> {
    format!("{wall}+{offset:02}:00").parse().unwrap()
}

fn winter(wall: &str) -> DateTime<Utc> {
    at(wall, 1)
}

fn summer(wall: &str) -> DateTime<Utc> {
    at(wall, 2)
}

fn never(_: Night) -> bool {
    false
}

mod reading {
    use super::*;

    fn is_no_date(text: &str) -> bool {
        text.parse::<Night>() == Err(DateError::NotADate(text.to_owned()))
    }

    #[test]
    fn a_night_is_read_and_written_as_the_date_of_its_evening() {
        assert_eq!(night("2026-01-05").date(), NaiveDate::from_ymd_opt(2026, 1, 5).unwrap());
        assert_eq!(night("2026-01-05").to_string(), "2026-01-05");
        assert_eq!(serde_json::to_string(&night("2026-01-05")).unwrap(), "\"2026-01-05\"");
        assert_eq!(serde_json::from_str::<Night>("\"2026-01-05\"").unwrap(), night("2026-01-05"));
    }

    #[test]
    fn a_date_without_leading_zeros_is_refused() {
        assert!(is_no_date("2026-1-5"));
        assert!(is_no_date("2026-01-5"));
        assert!(is_no_date("2026-1-05"));
        assert!(is_no_date("26-01-05"));
        assert!(is_no_date("02026-01-05"));
    }

    #[test]
    fn spaces_signs_and_other_separators_are_refused() {
        for text in [" 2026-01-05", "2026-01-05 ", "2026- 1- 5", "2026 01 05", "\t2026-01-05", "2026-01-05\n"]
        {
            assert!(is_no_date(text), "{text:?}");
        }
        for text in
            ["", "2026/01/05", "20260105", "+2026-01-05", "2026-01-05T00:00:00", "2026-01-05Z", "idag"]
        {
            assert!(is_no_date(text), "{text:?}");
        }
        assert!(is_no_date("\u{0662}026-01-05"), "an Arabic digit");
    }

    #[test]
    fn a_day_that_does_not_exist_is_refused() {
        for text in
            ["2026-02-29", "2100-02-29", "2026-02-30", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00"]
        {
            assert!(is_no_date(text), "{text}");
        }
    }

    #[test]
    fn the_leap_day_is_read_in_leap_years() {
        assert_eq!(night("2000-02-29").next(), night("2000-03-01"));
        assert_eq!(night("2028-02-29").previous(), night("2028-02-28"));
    }

    #[test]
    fn only_the_years_2000_to_2199_are_read() {
        assert_eq!(night("2000-01-01").to_string(), "2000-01-01");
        assert_eq!(night("2199-12-31").to_string(), "2199-12-31");
        for text in ["1999-12-31", "2200-01-01", "0000-01-01", "9999-12-31"] {
            assert!(matches!(text.parse::<Night>(), Err(DateError::OutOfRange(_))), "{text}");
        }
        assert!(is_no_date("2199+1"));
        assert!(is_no_date("2199-12-31+1"));
        assert!(is_no_date("+10000-01-01"));
    }

    #[test]
    fn json_is_read_as_strictly_as_text() {
        for text in ["\"2026-1-5\"", "\"2026-02-29\"", "\"2200-01-01\"", "20260105", "null", "[2026,1,5]"] {
            assert!(serde_json::from_str::<Night>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_refusal_names_the_text_but_not_a_megabyte_of_it() {
        let message = "2026-1-5".parse::<Night>().unwrap_err().to_string();
        assert_eq!(message, "\"2026-1-5\" is not a day that exists, written YYYY-MM-DD like 2026-01-05");
        let megabyte = "9".repeat(1 << 20).parse::<Night>().unwrap_err();
        assert_eq!(megabyte, DateError::NotADate("9".repeat(40)));
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_written_back_alike(text in "[0-9+ -]{0,12}|20[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}|\\PC{0,12}") {
            if let Ok(night) = text.parse::<Night>() {
                prop_assert_eq!(night.to_string(), text);
            }
        }
    }
}

mod counting {
    use super::*;

    #[test]
    fn nights_run_over_month_and_year_change() {
        assert_eq!(night("2026-04-30").next(), night("2026-05-01"));
        assert_eq!(night("2026-12-31").next(), night("2027-01-01"));
        assert_eq!(night("2027-01-01").previous(), night("2026-12-31"));
        assert_eq!(night("2026-12-30").plus(4), night("2027-01-03"));
        assert_eq!(night("2027-01-03").minus(4), night("2026-12-30"));
        assert_eq!(night("2026-12-30").plus(0), night("2026-12-30"));
    }

    #[test]
    fn five_nights_over_the_leap_day_end_a_day_earlier_in_the_month() {
        assert_eq!(Nights::starting(night("2028-02-27"), 5), nights("2028-02-27", "2028-03-02"));
        assert_eq!(Nights::starting(night("2026-02-27"), 5), nights("2026-02-27", "2026-03-03"));
    }

    #[test]
    fn arithmetic_stops_at_the_ends_of_the_calendar_and_never_panics() {
        assert_eq!(night("2199-12-31").next().date().year(), 2200);
        assert_eq!(night("2000-01-01").previous().date().year(), 1999);
        assert_eq!(night("2026-01-01").plus(u32::MAX).date(), NaiveDate::MAX);
        assert_eq!(night("2026-01-01").minus(u32::MAX).date(), NaiveDate::MIN);
        assert_eq!(night("2026-01-01").plus(u32::MAX).next().date(), NaiveDate::MAX);
    }

    #[test]
    fn through_counts_both_ends_and_is_nought_backwards() {
        assert_eq!(night("2026-01-05").through(night("2026-01-05")), 1);
        assert_eq!(night("2026-01-05").through(night("2026-01-09")), 5);
        assert_eq!(night("2026-01-05").through(night("2026-01-04")), 0);
        assert_eq!(night("2026-01-05").through(night("2025-01-04")), 0);
        assert_eq!(night("2028-02-28").through(night("2028-03-01")), 3);
    }

    #[test]
    fn a_span_holds_at_least_one_night() {
        assert_eq!(nights("2026-01-05", "2026-01-05"), Nights::one(night("2026-01-05")));
        assert_eq!(Nights::one(night("2026-01-05")).count(), 1);
        assert_eq!(Nights::starting(night("2026-01-05"), 0), Nights::one(night("2026-01-05")));
        assert_eq!(Nights::starting(night("2026-01-05"), 1), Nights::one(night("2026-01-05")));
    }

    #[test]
    fn a_span_that_ends_before_it_begins_is_refused() {
        let (first, last) = (night("2026-01-05"), night("2026-01-04"));
        let refused = Nights::new(first, last).unwrap_err();
        assert_eq!(refused, DateError::EndsBeforeItBegins { first, last });
        assert_eq!(
            refused.to_string(),
            "the nights from 2026-01-05 through 2026-01-04 end before they begin: check the two dates"
        );
    }

    #[test]
    fn a_span_holds_its_first_and_last_night_and_no_other() {
        let span = nights("2026-12-30", "2027-01-03");
        assert_eq!((span.first(), span.last(), span.count()), (night("2026-12-30"), night("2027-01-03"), 5));
        assert!(span.contains(night("2026-12-30")) && span.contains(night("2027-01-03")));
        assert!(!span.contains(night("2026-12-29")) && !span.contains(night("2027-01-04")));
        assert_eq!(span.to_string(), "2026-12-30..2027-01-03");
    }

    #[test]
    fn spans_touch_when_they_share_a_night_not_when_they_meet() {
        let span = nights("2026-01-05", "2026-01-09");
        assert!(span.touches(nights("2026-01-09", "2026-01-12")));
        assert!(span.touches(nights("2026-01-01", "2026-01-05")));
        assert!(span.touches(nights("2026-01-06", "2026-01-06")));
        assert!(span.touches(nights("2026-01-01", "2026-01-31")));
        assert!(!span.touches(nights("2026-01-10", "2026-01-12")));
        assert!(!span.touches(nights("2026-01-01", "2026-01-04")));
    }

    #[test]
    fn before_keeps_the_nights_ahead_of_one_or_none() {
        let span = nights("2026-01-05", "2026-01-09");
        assert_eq!(span.before(night("2026-01-08")), Some(nights("2026-01-05", "2026-01-07")));
        assert_eq!(span.before(night("2026-01-06")), Some(Nights::one(night("2026-01-05"))));
        assert_eq!(span.before(night("2026-01-05")), None);
        assert_eq!(span.before(night("2026-01-01")), None);
        assert_eq!(span.before(night("2026-02-01")), Some(span));
    }

    #[test]
    fn the_nights_of_a_span_come_in_order_over_the_year_change() {
        let listed: Vec<String> =
            nights("2026-12-30", "2027-01-02").iter().map(|night| night.to_string()).collect();
        assert_eq!(listed, ["2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02"]);
    }

    proptest! {
        #[test]
        fn a_span_counts_contains_and_lists_the_same_nights(start in 0u32..73_000, length in 1u32..400) {
            let first = night("2000-01-01").plus(start);
            let span = Nights::starting(first, length);
            let listed: Vec<Night> = span.iter().collect();
            prop_assert_eq!(span.count(), length);
            prop_assert_eq!(listed.len(), length as usize);
            prop_assert_eq!((listed[0], listed[listed.len() - 1]), (span.first(), span.last()));
            prop_assert!(listed.iter().all(|&night| span.contains(night)));
            prop_assert_eq!(first.plus(length).minus(length), first);
        }

        #[test]
        fn spans_touch_exactly_when_a_night_is_in_both(a in 0u32..20, b in 0u32..20, m in 1u32..6, n in 1u32..6) {
            let base = night("2028-02-20");
            let (one, other) = (Nights::starting(base.plus(a), m), Nights::starting(base.plus(b), n));
            prop_assert_eq!(one.touches(other), one.iter().any(|night| other.contains(night)));
        }
    }
}

mod clock {
    use super::*;

    fn wall(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn stockholm_is_an_hour_ahead_in_winter_and_two_in_summer() {
        assert_eq!(wall_clock(utc("2026-01-05T23:30:00Z")), wall("2026-01-06T00:30:00"));
        assert_eq!(wall_clock(utc("2026-07-05T22:30:00Z")), wall("2026-07-06T00:30:00"));
        assert_eq!(wall_clock(utc("2099-07-05T22:30:00Z")), wall("2099-07-06T00:30:00"));
    }

    #[test]
    fn in_march_the_clock_skips_from_two_to_three() {
        assert_eq!(wall_clock(utc("2026-03-29T00:59:59Z")), wall("2026-03-29T01:59:59"));
        assert_eq!(wall_clock(utc("2026-03-29T01:00:00Z")), wall("2026-03-29T03:00:00"));
    }

    #[test]
    fn in_october_the_clock_shows_the_hour_after_two_twice() {
        assert_eq!(wall_clock(utc("2026-10-25T00:30:00Z")), wall("2026-10-25T02:30:00"));
        assert_eq!(wall_clock(utc("2026-10-25T01:30:00Z")), wall("2026-10-25T02:30:00"));
    }

    #[test]
    fn the_last_instant_there_is_does_not_panic() {
        assert_eq!(wall_clock(DateTime::<Utc>::MAX_UTC), DateTime::<Utc>::MAX_UTC.naive_utc());
        assert_eq!(tonight_at_the_door(DateTime::<Utc>::MAX_UTC).date(), NaiveDate::MAX);
        assert_eq!(first_night_touched(DateTime::<Utc>::MAX_UTC, |_| true).date(), NaiveDate::MAX);
        assert_eq!(tonight_at_the_door(DateTime::<Utc>::MIN_UTC).date(), NaiveDate::MIN);
    }
}

mod door {
    use super::*;

    #[test]
    fn at_the_door_tonight_is_yesterdays_date_until_noon() {
        assert_eq!(tonight_at_the_door(winter("2026-01-06T11:59:59")), night("2026-01-05"));
        assert_eq!(tonight_at_the_door(winter("2026-01-06T12:00:00")), night("2026-01-06"));
        assert_eq!(tonight_at_the_door(summer("2026-07-06T11:59:59")), night("2026-07-05"));
        assert_eq!(tonight_at_the_door(summer("2026-07-06T12:00:00")), night("2026-07-06"));
    }

    #[test]
    fn an_arrival_at_half_past_one_belongs_to_the_night_before() {
        assert_eq!(tonight_at_the_door(winter("2026-01-06T01:30:00")), night("2026-01-05"));
        assert_eq!(tonight_at_the_door(winter("2026-01-05T23:59:59")), night("2026-01-05"));
        assert_eq!(tonight_at_the_door(winter("2026-01-06T00:00:00")), night("2026-01-05"));
    }

    #[test]
    fn an_arrival_after_midnight_of_new_year_belongs_to_the_old_year() {
        assert_eq!(tonight_at_the_door(winter("2027-01-01T01:30:00")), night("2026-12-31"));
        assert_eq!(tonight_at_the_door(summer("2026-05-01T01:30:00")), night("2026-04-30"));
        assert_eq!(tonight_at_the_door(winter("2028-03-01T01:30:00")), night("2028-02-29"));
        assert_eq!(tonight_at_the_door(winter("2026-03-01T01:30:00")), night("2026-02-28"));
    }

    #[test]
    fn both_passes_of_the_repeated_hour_belong_to_the_night_before() {
        assert_eq!(tonight_at_the_door(summer("2026-10-25T02:30:00")), night("2026-10-24"));
        assert_eq!(tonight_at_the_door(winter("2026-10-25T02:30:00")), night("2026-10-24"));
    }

    #[test]
    fn on_the_days_of_the_clock_change_noon_is_noon_on_the_wall() {
        assert_eq!(tonight_at_the_door(summer("2026-03-29T11:59:59")), night("2026-03-28"));
        assert_eq!(tonight_at_the_door(summer("2026-03-29T12:00:00")), night("2026-03-29"));
        assert_eq!(tonight_at_the_door(winter("2026-10-25T11:59:59")), night("2026-10-24"));
        assert_eq!(tonight_at_the_door(winter("2026-10-25T12:00:00")), night("2026-10-25"));
    }

    #[test]
    fn around_the_skipped_hour_it_is_still_the_night_before() {
        assert_eq!(tonight_at_the_door(winter("2026-03-29T01:59:59")), night("2026-03-28"));
        assert_eq!(tonight_at_the_door(summer("2026-03-29T03:00:00")), night("2026-03-28"));
    }
}

mod desk {
    use super::*;

    #[test]
    fn at_the_desk_today_begins_at_six() {
        assert_eq!(first_night_touched(winter("2026-01-06T05:59:59"), never), night("2026-01-05"));
        assert_eq!(first_night_touched(winter("2026-01-06T06:00:00"), never), night("2026-01-06"));
        assert_eq!(first_night_touched(summer("2026-07-06T05:59:59"), never), night("2026-07-05"));
        assert_eq!(first_night_touched(summer("2026-07-06T06:00:00"), never), night("2026-07-06"));
    }

    #[test]
    fn between_six_and_noon_the_desk_touches_today_while_the_door_still_keeps_last_night() {
        let morning = winter("2026-01-06T08:00:00");
        assert_eq!(first_night_touched(morning, never), night("2026-01-06"));
        assert_eq!(tonight_at_the_door(morning), night("2026-01-05"));
    }

    #[test]
    fn the_first_night_touched_crosses_month_year_and_leap_day() {
        assert_eq!(first_night_touched(winter("2027-01-01T05:59:00"), never), night("2026-12-31"));
        assert_eq!(first_night_touched(winter("2026-12-01T05:59:00"), never), night("2026-11-30"));
        assert_eq!(first_night_touched(winter("2028-03-01T05:59:00"), never), night("2028-02-29"));
        assert_eq!(
            first_night_touched(winter("2026-12-31T22:00:00"), |n| n == night("2026-12-31")),
            night("2027-01-01")
        );
    }

    #[test]
    fn on_both_nights_of_the_clock_change_six_is_six_on_the_wall() {
        assert_eq!(first_night_touched(summer("2026-03-29T05:59:59"), never), night("2026-03-28"));
        assert_eq!(first_night_touched(summer("2026-03-29T06:00:00"), never), night("2026-03-29"));
        assert_eq!(first_night_touched(winter("2026-10-25T05:59:59"), never), night("2026-10-24"));
        assert_eq!(first_night_touched(winter("2026-10-25T06:00:00"), never), night("2026-10-25"));
        assert_eq!(first_night_touched(summer("2026-10-25T02:30:00"), never), night("2026-10-24"));
        assert_eq!(first_night_touched(winter("2026-10-25T02:30:00"), never), night("2026-10-24"));
    }

    #[test]
    fn a_guest_who_has_arrived_keeps_the_night_and_loses_the_next() {
        let arrived = |night: Night| night == "2026-01-05".parse().unwrap();
        assert_eq!(first_night_touched(winter("2026-01-05T22:00:00"), arrived), night("2026-01-06"));
        assert_eq!(first_night_touched(winter("2026-01-06T05:00:00"), arrived), night("2026-01-06"));
        assert_eq!(first_night_touched(winter("2026-01-06T10:00:00"), arrived), night("2026-01-06"));
    }

    #[test]
    fn nights_that_are_over_are_skipped_however_many_they_are() {
        let closed = nights("2026-07-01", "2026-07-28");
        assert_eq!(
            first_night_touched(summer("2026-07-01T10:00:00"), |n| closed.contains(n)),
            night("2026-07-29")
        );
        assert_eq!(
            first_night_touched(summer("2026-06-30T10:00:00"), |n| closed.contains(n)),
            night("2026-06-30")
        );
    }

    #[test]
    fn a_night_is_closed_early_before_eight_on_its_evening_on_the_wall() {
        let monday = night("2026-01-05");
        assert!(monday.closes_early(winter("2026-01-05T19:59:59")));
        assert!(!monday.closes_early(winter("2026-01-05T20:00:00")));
        assert!(!monday.closes_early(winter("2026-01-06T00:30:00")));
        let in_july = night("2026-07-01");
        assert!(in_july.closes_early(summer("2026-07-01T19:59:59")));
        assert!(!in_july.closes_early(summer("2026-07-01T20:00:00")));
    }

    #[test]
    fn a_night_in_between_that_is_not_over_is_the_first_touched() {
        let over = |n: Night| n == night("2026-01-05") || n == night("2026-01-07");
        assert_eq!(first_night_touched(winter("2026-01-05T10:00:00"), over), night("2026-01-06"));
    }

    #[test]
    fn if_every_night_is_over_the_search_ends_beyond_the_longest_ticket() {
        let always = |_| true;
        assert_eq!(first_night_touched(winter("2026-01-05T10:00:00"), always), night("2026-01-05").plus(366));
    }
}
