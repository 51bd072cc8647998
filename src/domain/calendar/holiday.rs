//! Swedish public holidays, computed, and the eves on which the desk is closed.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::domain::night::Night;

/// A day on which the desk is closed every year: the Swedish public holidays (lagen 1989:253 om allmänna helgdagar) and the
/// three eves that are kept like them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holiday {
    /// Nyårsdagen, 1 January.
    NewYearsDay,
    /// Trettondedag jul, 6 January.
    Epiphany,
    /// Långfredagen, two days before Easter.
    GoodFriday,
    /// Påskdagen.
    EasterSunday,
    /// Annandag påsk, the day after Easter.
    EasterMonday,
    /// Första maj.
    MayDay,
    /// Kristi himmelsfärdsdag, 39 days after Easter.
    AscensionDay,
    /// Pingstdagen, 49 days after Easter.
    WhitSunday,
    /// Annandag pingst, 50 days after Easter; a holiday through 2004.
    WhitMonday,
    /// Nationaldagen, 6 June; a holiday since 2005.
    NationalDay,
    /// Midsommarafton, the day before Midsummer's Day.
    MidsummersEve,
    /// Midsommardagen, the Saturday from 20 to 26 June.
    MidsummersDay,
    /// Alla helgons dag, the Saturday from 31 October to 6 November.
    AllSaintsDay,
    /// Julafton, 24 December.
    ChristmasEve,
    /// Juldagen, 25 December.
    ChristmasDay,
    /// Annandag jul, 26 December.
    BoxingDay,
    /// Nyårsafton, 31 December.
    NewYearsEve,
}

impl Holiday {
    /// The holiday that falls on `date`; none outside the years 2000-2199.
    ///
    /// Two can share a date: Ascension Day falls on 1 May (2008, 2160) and Whit Sunday on 6 June (2049). The one with the
    /// fixed date is named, because it is the one a reader knows the date by; closed is closed either way.
    #[must_use]
    pub fn on(date: NaiveDate) -> Option<Self> {
        Night::new(date).ok()?;
        Self::of_fixed_date(date).or_else(|| Self::of_fixed_weekday(date)).or_else(|| Self::of_easter(date))
    }

    fn of_fixed_date(date: NaiveDate) -> Option<Self> {
        match (date.month(), date.day()) {
            (1, 1) => Some(Self::NewYearsDay),
            (1, 6) => Some(Self::Epiphany),
            (5, 1) => Some(Self::MayDay),
            (6, 6) if date.year() >= 2005 => Some(Self::NationalDay),
            (12, 24) => Some(Self::ChristmasEve),
            (12, 25) => Some(Self::ChristmasDay),
            (12, 26) => Some(Self::BoxingDay),
            (12, 31) => Some(Self::NewYearsEve),
            _ => None,
        }
    }

    fn of_fixed_weekday(date: NaiveDate) -> Option<Self> {
        match (date.month(), date.day(), date.weekday()) {
            (6, 19..=25, Weekday::Fri) => Some(Self::MidsummersEve),
            (6, 20..=26, Weekday::Sat) => Some(Self::MidsummersDay),
            (10, 31, Weekday::Sat) | (11, 1..=6, Weekday::Sat) => Some(Self::AllSaintsDay),
            _ => None,
        }
    }

    fn of_easter(date: NaiveDate) -> Option<Self> {
        match (date - easter(date.year())?).num_days() {
            -2 => Some(Self::GoodFriday),
            0 => Some(Self::EasterSunday),
            1 => Some(Self::EasterMonday),
            39 => Some(Self::AscensionDay),
            49 => Some(Self::WhitSunday),
            50 if date.year() <= 2004 => Some(Self::WhitMonday),
            _ => None,
        }
    }

    /// Its name in Swedish, as it stands inside a sentence.
    #[must_use]
    pub fn name_sv(self) -> &'static str {
        self.names().0
    }

    /// Its name in English.
    #[must_use]
    pub fn name_en(self) -> &'static str {
        self.names().1
    }

    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::NewYearsDay => ("nyårsdagen", "New Year's Day"),
            Self::Epiphany => ("trettondedag jul", "Epiphany"),
            Self::GoodFriday => ("långfredagen", "Good Friday"),
            Self::EasterSunday => ("påskdagen", "Easter Sunday"),
            Self::EasterMonday => ("annandag påsk", "Easter Monday"),
            Self::MayDay => ("första maj", "May Day"),
            Self::AscensionDay => ("Kristi himmelsfärdsdag", "Ascension Day"),
            Self::WhitSunday => ("pingstdagen", "Whit Sunday"),
            Self::WhitMonday => ("annandag pingst", "Whit Monday"),
            Self::NationalDay => ("nationaldagen", "Sweden's National Day"),
            Self::MidsummersEve => ("midsommarafton", "Midsummer's Eve"),
            Self::MidsummersDay => ("midsommardagen", "Midsummer's Day"),
            Self::AllSaintsDay => ("alla helgons dag", "All Saints' Day"),
            Self::ChristmasEve => ("julafton", "Christmas Eve"),
            Self::ChristmasDay => ("juldagen", "Christmas Day"),
            Self::BoxingDay => ("annandag jul", "Boxing Day"),
            Self::NewYearsEve => ("nyårsafton", "New Year's Eve"),
        }
    }
}

/// Easter Sunday of a year, by the anonymous Gregorian algorithm; the letters are those of its publication (*Nature*,
/// 20 April 1876; J. Meeus, *Astronomical Algorithms*, chapter 8).
fn easter(year: i32) -> Option<NaiveDate> {
    let a = year % 19;
    let (b, c) = (year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let f = (b + 8) / 25;
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let month_and_day = h + l - 7 * m + 114;
    let month = u32::try_from(month_and_day / 31).ok()?;
    let day = u32::try_from(month_and_day % 31 + 1).ok()?;
    NaiveDate::from_ymd_opt(year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// The holidays of a year as `MM-DD name`, in order.
    fn of_year(year: i32) -> Vec<String> {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        let days = first.iter_days().take_while(|date| date.year() == year);
        days.filter_map(|date| Some(format!("{} {}", date.format("%m-%d"), Holiday::on(date)?.name_sv())))
            .collect()
    }

    #[test]
    fn the_holidays_of_2026_are_those_of_the_almanac() {
        assert_eq!(
            of_year(2026),
            [
                "01-01 nyårsdagen",
                "01-06 trettondedag jul",
                "04-03 långfredagen",
                "04-05 påskdagen",
                "04-06 annandag påsk",
                "05-01 första maj",
                "05-14 Kristi himmelsfärdsdag",
                "05-24 pingstdagen",
                "06-06 nationaldagen",
                "06-19 midsommarafton",
                "06-20 midsommardagen",
                "10-31 alla helgons dag",
                "12-24 julafton",
                "12-25 juldagen",
                "12-26 annandag jul",
                "12-31 nyårsafton",
            ]
        );
    }

    #[test]
    fn through_2004_whit_monday_is_a_holiday_and_6_june_is_not() {
        assert_eq!(
            of_year(2004),
            [
                "01-01 nyårsdagen",
                "01-06 trettondedag jul",
                "04-09 långfredagen",
                "04-11 påskdagen",
                "04-12 annandag påsk",
                "05-01 första maj",
                "05-20 Kristi himmelsfärdsdag",
                "05-30 pingstdagen",
                "05-31 annandag pingst",
                "06-25 midsommarafton",
                "06-26 midsommardagen",
                "11-06 alla helgons dag",
                "12-24 julafton",
                "12-25 juldagen",
                "12-26 annandag jul",
                "12-31 nyårsafton",
            ]
        );
        assert_eq!(Holiday::on(day("2000-06-12")), Some(Holiday::WhitMonday));
        assert_eq!(Holiday::on(day("2000-06-06")), None);
    }

    #[test]
    fn from_2005_on_6_june_is_a_holiday_and_whit_monday_is_not() {
        assert_eq!(Holiday::on(day("2005-06-06")), Some(Holiday::NationalDay));
        assert_eq!(Holiday::on(day("2005-05-16")), None);
        assert_eq!(Holiday::on(day("2199-06-06")), Some(Holiday::NationalDay));
    }

    #[test]
    fn midsummer_is_the_friday_and_saturday_that_end_between_20_and_26_june() {
        assert_eq!(Holiday::on(day("2026-06-19")), Some(Holiday::MidsummersEve));
        assert_eq!(Holiday::on(day("2026-06-20")), Some(Holiday::MidsummersDay));
        assert_eq!(Holiday::on(day("2027-06-25")), Some(Holiday::MidsummersEve));
        assert_eq!(Holiday::on(day("2027-06-26")), Some(Holiday::MidsummersDay));
        assert_eq!(Holiday::on(day("2027-06-18")), None);
        assert_eq!(Holiday::on(day("2026-06-26")), None);
    }

    #[test]
    fn all_saints_is_the_saturday_from_31_october_to_6_november() {
        assert_eq!(Holiday::on(day("2026-10-31")), Some(Holiday::AllSaintsDay));
        assert_eq!(Holiday::on(day("2026-11-07")), None);
        assert_eq!(Holiday::on(day("2025-11-01")), Some(Holiday::AllSaintsDay));
        assert_eq!(Holiday::on(day("2027-11-06")), Some(Holiday::AllSaintsDay));
        assert_eq!(Holiday::on(day("2027-10-30")), None);
    }

    #[test]
    fn where_two_holidays_meet_the_one_with_the_fixed_date_is_named() {
        for (date, named) in [
            ("2008-05-01", Holiday::MayDay),
            ("2160-05-01", Holiday::MayDay),
            ("2049-06-06", Holiday::NationalDay),
            ("2055-06-06", Holiday::NationalDay),
        ] {
            assert_eq!(Holiday::on(day(date)), Some(named), "{date}");
        }
    }

    #[test]
    fn every_year_has_sixteen_holidays_less_those_that_meet() {
        let fewer: Vec<i32> = (2000..=2199).filter(|&year| of_year(year).len() != 16).collect();
        assert_eq!(fewer, [2008, 2049, 2055, 2060, 2106, 2117, 2128, 2160]);
        assert!(fewer.iter().all(|&year| of_year(year).len() == 15));
    }

    #[test]
    fn outside_2000_to_2199_there_is_no_holiday() {
        assert_eq!(Holiday::on(day("2000-01-01")), Some(Holiday::NewYearsDay));
        assert_eq!(Holiday::on(day("2199-12-31")), Some(Holiday::NewYearsEve));
        assert_eq!(Holiday::on(day("1999-12-31")), None);
        assert_eq!(Holiday::on(day("2200-01-01")), None);
        assert_eq!(Holiday::on(NaiveDate::MIN), None);
        assert_eq!(Holiday::on(NaiveDate::MAX), None);
    }

    #[test]
    fn every_holiday_has_a_name_of_its_own_in_both_languages() {
        let first = NaiveDate::from_ymd_opt(2004, 1, 1).unwrap();
        let seen: std::collections::BTreeSet<Holiday> =
            first.iter_days().take(731).filter_map(Holiday::on).collect();
        let distinct = |name: fn(Holiday) -> &'static str| {
            seen.iter().map(|&holiday| name(holiday)).collect::<std::collections::BTreeSet<_>>().len()
        };
        assert_eq!((seen.len(), distinct(Holiday::name_sv), distinct(Holiday::name_en)), (17, 17, 17));
        assert_eq!(Holiday::AscensionDay.name_sv(), "Kristi himmelsfärdsdag");
        assert_eq!(Holiday::AscensionDay.name_en(), "Ascension Day");
    }

    #[test]
    fn easter_falls_on_the_dates_the_almanac_gives() {
        for known in [
            "2000-04-23",
            "2001-04-15",
            "2002-03-31",
            "2003-04-20",
            "2004-04-11",
            "2005-03-27",
            "2006-04-16",
            "2007-04-08",
            "2008-03-23",
            "2009-04-12",
            "2010-04-04",
            "2011-04-24",
            "2012-04-08",
            "2013-03-31",
            "2014-04-20",
            "2015-04-05",
            "2016-03-27",
            "2017-04-16",
            "2018-04-01",
            "2019-04-21",
            "2020-04-12",
            "2021-04-04",
            "2022-04-17",
            "2023-04-09",
            "2024-03-31",
            "2025-04-20",
            "2026-04-05",
            "2027-03-28",
            "2028-04-16",
            "2029-04-01",
            "2030-04-21",
            "2100-03-28",
            "2199-04-14",
        ] {
            assert_eq!(easter(day(known).year()), Some(day(known)));
        }
    }

    #[test]
    fn easter_reaches_from_22_march_to_25_april() {
        // The earliest of all falls outside the calendar: 1818, then 2285.
        assert_eq!(easter(1818), Some(day("1818-03-22")));
        assert_eq!(easter(2285), Some(day("2285-03-22")));
        assert_eq!(easter(2008), Some(day("2008-03-23")));
        assert_eq!(easter(2160), Some(day("2160-03-23")));
        assert_eq!(easter(1943), Some(day("1943-04-25")));
        assert_eq!(easter(2038), Some(day("2038-04-25")));
        assert_eq!(easter(2190), Some(day("2190-04-25")));
    }

    /// The paschal full moon of each golden number in the years 1900-2199, as the Book of Common Prayer prints it: Easter by
    /// a second route, without arithmetic.
    const PASCHAL_FULL_MOONS: [(u32, u32); 19] = [
        (4, 14),
        (4, 3),
        (3, 23),
        (4, 11),
        (3, 31),
        (4, 18),
        (4, 8),
        (3, 28),
        (4, 16),
        (4, 5),
        (3, 25),
        (4, 13),
        (4, 2),
        (3, 22),
        (4, 10),
        (3, 30),
        (4, 17),
        (4, 7),
        (3, 27),
    ];

    #[test]
    fn easter_is_the_sunday_after_the_paschal_full_moon_in_all_two_hundred_years() {
        let golden = PASCHAL_FULL_MOONS.into_iter().cycle().skip(2000 % 19);
        for (year, (month, day)) in (2000..=2199).zip(golden) {
            let full_moon = NaiveDate::from_ymd_opt(year, month, day).unwrap();
            let sunday = full_moon.iter_days().skip(1).find(|date| date.weekday() == Weekday::Sun);
            assert_eq!(easter(year), sunday, "{year}");
        }
    }
}
