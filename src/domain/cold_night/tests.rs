use uuid::Uuid;

use super::*;
use crate::domain::arrival::tests::{at, fa, night, shelter, sm};

const NIGHT: &str = "2026-01-01";
const MORNING: &str = "2026-01-02 07:00";

fn open(ground: Ground, wall: &str) -> Result<ColdNight, ColdNightError> {
    ColdNight::open(night(NIGHT), ground, CoordinatorId(Uuid::from_u128(1)), at(wall))
}

fn forecast(tenths: i16) -> Ground {
    Ground::Forecast(Temperature(tenths))
}

fn hall() -> VenueCount {
    let opened = open(Ground::Class2Warning, "2025-12-31 12:00").unwrap();
    VenueCount::unreported(&opened, &shelter(fa(), Admission::Own)).unwrap()
}

fn count(women: u32, men: u32, other: u32) -> HeadCount {
    HeadCount { women, men, other }
}

fn from(countries: &[(&str, u32)]) -> ByCountry {
    countries.iter().map(|(country, persons)| (country.parse().unwrap(), *persons)).collect()
}

fn because(reason: &str) -> StatedReason {
    StatedReason::new(reason).unwrap()
}

#[test]
fn a_forecast_of_minus_seven_opens_the_night_and_one_of_minus_six_point_nine_does_not() {
    for cold in [-70, -71, i16::MIN] {
        assert!(open(forecast(cold), "2025-12-31 12:00").is_ok(), "{cold}");
    }
    let said = open(forecast(-69), "2025-12-31 12:00").unwrap_err().to_string();
    assert!(
        said.starts_with("the forecast of -6.9 °C for the night 2026-01-01 is warmer than -7.0 °C"),
        "{said}"
    );
    assert!(open(forecast(70), "2025-12-31 12:00").is_err());
}

#[test]
fn a_temperature_is_shown_with_its_sign_and_tenth() {
    let shown = [-100, -5, 0, 5, 123].map(|tenths| Temperature(tenths).to_string());
    assert_eq!(shown, ["-10.0 °C", "-0.5 °C", "0.0 °C", "0.5 °C", "12.3 °C"]);
}

#[test]
fn a_class_2_warning_opens_the_night_whatever_the_forecast() {
    let opened = open(Ground::Class2Warning, "2025-12-31 12:00").unwrap();
    assert_eq!((opened.night(), opened.ground()), (night(NIGHT), Ground::Class2Warning));
    assert_eq!((opened.by(), opened.at()), (CoordinatorId(Uuid::from_u128(1)), at("2025-12-31 12:00")));
}

#[test]
fn the_weather_decides_from_noon_of_the_day_before_until_the_night_is_over() {
    for ground in [forecast(-70), Ground::Class2Warning] {
        assert_eq!(open(ground, "2025-12-31 11:59"), Err(ColdNightError::TooEarly(night(NIGHT))));
        for wall in ["2025-12-31 12:00", "2026-01-01 23:00", "2026-01-02 11:59"] {
            assert!(open(ground, wall).is_ok(), "{wall}");
        }
        assert_eq!(open(ground, "2026-01-02 12:00"), Err(ColdNightError::Over(night(NIGHT))));
    }
    let said = ColdNightError::TooEarly(night(NIGHT)).to_string();
    assert!(said.ends_with("decide from 12.00 on 2025-12-31 on"), "{said}");
}

#[test]
fn an_eviction_opens_nights_ahead_but_none_that_is_over() {
    assert!(open(Ground::Eviction, "2025-12-29 09:00").is_ok());
    assert_eq!(open(Ground::Eviction, "2026-01-02 12:00"), Err(ColdNightError::Over(night(NIGHT))));
}

#[test]
fn the_second_hall_opens_only_when_the_first_is_full() {
    let halls = |first, second| {
        [Hall { venue: fa(), places: 20, inside: first }, Hall { venue: sm(), places: 10, inside: second }]
    };
    assert_eq!(venue_to_send_to(&halls(0, 0)), Some(fa()));
    assert_eq!(venue_to_send_to(&halls(19, 0)), Some(fa()));
    assert_eq!(venue_to_send_to(&halls(20, 0)), Some(sm()));
    assert_eq!(venue_to_send_to(&halls(19, 5)), Some(fa()), "somebody left the first");
    assert_eq!(venue_to_send_to(&halls(21, 10)), None);
    assert_eq!(venue_to_send_to(&[]), None);
}

#[test]
fn only_a_hall_that_admits_on_its_own_has_open_doors() {
    let opened = open(Ground::Class2Warning, "2025-12-31 12:00").unwrap();
    for admission in [Admission::Scanned, Admission::Counted] {
        let refused = VenueCount::unreported(&opened, &shelter(fa(), admission));
        assert_eq!(refused, Err(ColdNightError::TakesTickets(fa())));
    }
}

#[test]
fn a_hall_counts_no_more_than_its_places() {
    assert!(hall().report(count(8, 12, 0), from(&[("RO", 20)]), 20, at(MORNING)).is_ok());
    let refused = hall().report(count(8, 12, 1), from(&[("RO", 21)]), 20, at(MORNING));
    let over = HeadCountError::MoreThanPlaces {
        shelter: fa(),
        night: night(NIGHT),
        count: count(8, 12, 1),
        places: 20,
        over: 1,
    };
    assert_eq!(refused, Err(over.into()));
}

#[test]
fn countries_that_do_not_add_up_are_refused_with_both_sides() {
    for (romania, by_country) in [(3, 4), (5, 6)] {
        let countries = from(&[("RO", romania), ("BG", 1)]);
        let said = hall().report(count(2, 3, 0), countries, 20, at(MORNING)).unwrap_err().to_string();
        let both = format!("2 women, 3 men and 0 other, 5 in all, but {by_country} by country at fa");
        assert!(said.starts_with(&both) && said.ends_with("ZZ for a country nobody knows"), "{said}");
    }
    let reported = hall().report(count(1, 0, 0), from(&[("ZZ", 1)]), 20, at(MORNING)).unwrap();
    let refused = reported.correct(count(2, 0, 0), from(&[("RO", 1)]), because("recount"), 20, at(MORNING));
    assert!(matches!(refused, Err(ColdNightError::CountriesDoNotAddUp { by_country: 1, .. })));
}

#[test]
fn a_correction_of_a_halls_count_is_a_new_entry_and_a_country_nobody_came_from_is_none() {
    let reported = hall().report(count(1, 1, 0), from(&[("RO", 2), ("BG", 0)]), 20, at(MORNING)).unwrap();
    let corrected = reported
        .correct(count(1, 2, 0), from(&[("RO", 2), ("MA", 1)]), because("one came late"), 20, at(MORNING))
        .unwrap();
    let first = Entry { count: count(1, 1, 0), at: at(MORNING), correction: None };
    let second = Entry { count: count(1, 2, 0), at: at(MORNING), correction: Some(because("one came late")) };
    let history: Vec<_> = corrected.entries().collect();
    assert_eq!(history, [(&first, &from(&[("RO", 2)])), (&second, &from(&[("RO", 2), ("MA", 1)]))]);
}
