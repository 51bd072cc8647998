//! Nights, hours and the calendar, as domain.md has them (*Night*, *Desk days and start nights*).

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc, Weekday};

/// A night, or the date of its evening: days since the common era began.
pub type Night = i32;

/// The date of a night.
pub fn date(night: Night) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(night).unwrap()
}

/// As it stands in JSON and in addresses.
pub fn text(night: Night) -> String {
    date(night).to_string()
}

/// The night of a date in JSON.
pub fn night(text: &str) -> Night {
    text.parse::<NaiveDate>().unwrap().num_days_from_ce()
}

/// What a clock on a wall in Stockholm shows.
fn wall(now: DateTime<Utc>) -> NaiveDateTime {
    now.with_timezone(&chrono_tz::Europe::Stockholm).naive_local()
}

/// Today's date in Stockholm.
pub fn today(now: DateTime<Utc>) -> Night {
    wall(now).date().num_days_from_ce()
}

fn turning_at(now: DateTime<Utc>, hour: u32) -> Night {
    today(now) - i32::from(wall(now).hour() < hour)
}

/// The night that runs at a door: yesterday's date until noon.
pub fn tonight_at_the_door(now: DateTime<Utc>) -> Night {
    turning_at(now, 12)
}

/// The first night that can be touched at the desk, were none of them over: today's date from 06.00 on.
pub fn tonight_at_the_desk(now: DateTime<Utc>) -> Night {
    turning_at(now, 6)
}

/// Before 20.00 on the evening of the night.
pub fn closes_early(night: Night, now: DateTime<Utc>) -> bool {
    wall(now) < date(night).and_hms_opt(20, 0, 0).unwrap()
}

/// The instant at which the clock on the wall shows this, on the date of a night.
pub fn at(night: Night, hour: u32, minute: u32) -> DateTime<Utc> {
    let wall = date(night).and_hms_opt(hour, minute, 0).unwrap();
    let local = wall.and_local_timezone(chrono_tz::Europe::Stockholm).earliest();
    local.map_or_else(|| wall.and_utc() - TimeDelta::hours(1), |at| at.with_timezone(&Utc))
}

/// Easter Sunday, by the rule of Gauss and Butcher.
fn easter(year: i32) -> Night {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let (month, day) = ((h + l - 7 * m + 114) / 31, (h + l - 7 * m + 114) % 31 + 1);
    let (month, day) = (u32::try_from(month).unwrap(), u32::try_from(day).unwrap());
    NaiveDate::from_ymd_opt(year, month, day).unwrap().num_days_from_ce()
}

/// Mondays to Fridays without Swedish public holidays, Midsummer's, Christmas and New Year's Eve.
pub fn is_desk_day(night: Night) -> bool {
    let date = date(night);
    if matches!(date.weekday(), Weekday::Sat | Weekday::Sun) {
        return false;
    }
    let fixed = [(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)];
    let midsummers_eve =
        date.month() == 6 && (19..=25).contains(&date.day()) && date.weekday() == Weekday::Fri;
    let movable = [-2, 1, 39].map(|days| easter(date.year()) + days);
    !fixed.contains(&(date.month(), date.day())) && !midsummers_eve && !movable.contains(&night)
}

/// The first desk day after a date.
pub fn next_desk_day(night: Night) -> Night {
    (night + 1..).find(|&day| is_desk_day(day)).unwrap()
}

/// The desk day whose start nights hold this night.
pub fn desk_day_of(night: Night) -> Night {
    (0..).map(|back| night - back).find(|&day| is_desk_day(day)).unwrap()
}

/// The first evening on which somebody born then is of age.
pub fn comes_of_age(birth: NaiveDate) -> Night {
    let year = birth.year() + 18;
    let day = NaiveDate::from_ymd_opt(year, birth.month(), birth.day());
    day.unwrap_or_else(|| NaiveDate::from_ymd_opt(year, 3, 1).unwrap()).num_days_from_ce()
}
