use super::*;
use crate::domain::arrival::tests::{at, fa, night};

const MORNING: &str = "2026-11-24 07:00";

fn unreported() -> NightCount {
    NightCount::unreported(fa(), Source::HeadCount, night("2026-11-23")).unwrap()
}

fn count(women: u32, men: u32, other: u32) -> HeadCount {
    HeadCount { women, men, other }
}

fn because(reason: &str) -> StatedReason {
    StatedReason::new(reason).unwrap()
}

#[test]
fn a_head_count_is_no_more_than_the_places() {
    let reported = unreported().report(count(18, 1, 1), 20, at(MORNING)).unwrap();
    assert_eq!(reported.current(), Some(count(18, 1, 1)));
    let error = unreported().report(count(18, 2, 1), 20, at(MORNING)).unwrap_err();
    let said = error.to_string();
    assert!(said.contains("18 women, 2 men and 1 other, 21 in all is 1 more than the 20 places"), "{said}");
}

#[test]
fn an_empty_house_is_a_report_and_differs_from_none() {
    assert_eq!(unreported().current(), None);
    let empty = unreported().report(HeadCount::default(), 0, at(MORNING)).unwrap();
    assert_eq!(empty.current(), Some(HeadCount::default()));
}

#[test]
fn figures_too_large_to_be_true_are_refused_and_not_wrapped() {
    let error = unreported().report(count(u32::MAX, u32::MAX, 2), u32::MAX, at(MORNING)).unwrap_err();
    assert!(matches!(error, HeadCountError::MoreThanPlaces { over: 4_294_967_297, .. }), "{error:?}");
}

#[test]
fn a_night_has_one_count() {
    let reported = unreported().report(count(5, 0, 0), 20, at(MORNING)).unwrap();
    let again = reported.report(count(6, 0, 0), 20, at(MORNING)).unwrap_err();
    let current = count(5, 0, 0);
    assert_eq!(again, HeadCountError::ReportedAlready { shelter: fa(), night: night("2026-11-23"), current });
}

#[test]
fn a_correction_is_a_new_entry_with_a_reason_and_the_old_one_stays() {
    let reported = unreported().report(count(5, 0, 0), 20, at(MORNING)).unwrap();
    let later = at("2026-11-24 09:00");
    let corrected = reported.correct(count(6, 0, 0), because("one came at dawn"), 20, later).unwrap();
    assert_eq!(corrected.current(), Some(count(6, 0, 0)));
    let history = [
        Entry { count: count(5, 0, 0), at: at(MORNING), correction: None },
        Entry { count: count(6, 0, 0), at: later, correction: Some(because("one came at dawn")) },
    ];
    assert_eq!(corrected.entries, history);
}

#[test]
fn a_correction_is_no_more_than_the_places_either() {
    let reported = unreported().report(count(5, 0, 0), 20, at(MORNING)).unwrap();
    let refused = reported.correct(count(21, 0, 0), because("miscounted"), 20, at(MORNING));
    assert!(matches!(refused, Err(HeadCountError::MoreThanPlaces { over: 1, .. })));
}

#[test]
fn what_was_not_reported_cannot_be_corrected() {
    let refused = unreported().correct(count(5, 0, 0), because("miscounted"), 20, at(MORNING));
    let night = night("2026-11-23");
    assert_eq!(refused, Err(HeadCountError::NotReported { shelter: fa(), night }));
}

#[test]
fn a_night_that_has_not_begun_cannot_be_counted() {
    let early = unreported().report(count(5, 0, 0), 20, at("2026-11-23 11:59"));
    assert_eq!(early, Err(HeadCountError::NotBegun(night("2026-11-23"))));
    assert!(unreported().report(count(5, 0, 0), 20, at("2026-11-23 12:00")).is_ok());
}

#[test]
fn a_night_has_one_source() {
    assert_eq!(Source::of(Admission::Scanned), Source::Arrivals);
    for admission in [Admission::Counted, Admission::Own] {
        assert_eq!(Source::of(admission), Source::HeadCount);
        assert!(NightCount::unreported(fa(), Source::of(admission), night("2026-11-23")).is_ok());
    }
    let scans = NightCount::unreported(fa(), Source::of(Admission::Scanned), night("2026-11-23"));
    assert_eq!(scans, Err(HeadCountError::CountedByArrivals(fa())));
}
