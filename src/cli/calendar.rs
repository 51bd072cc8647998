//! `inskrivning calendar`: the desk days of a year, each with the nights on which a ticket may start.

use std::fmt::Write;
use std::iter::successors;

use chrono::{Datelike, NaiveDate, Weekday};

use super::Stop;
use crate::domain::calendar::{Calendar, CalendarError};
use crate::domain::night::Night;

pub(super) fn run(year: i32) -> Result<String, Stop> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1).and_then(|date| Night::new(date).ok());
    let first = first.ok_or_else(|| {
        let [from, to] = [Night::FIRST, Night::LAST].map(|night| night.date().year());
        Stop::Refused(format!("the calendar knows the years {from}-{to}, not {year}"))
    })?;
    let first = first.date();
    let calendar = Calendar::default();
    let mut text = String::new();
    for date in successors(Some(first), NaiveDate::succ_opt).take_while(|date| date.year() == year) {
        let is_weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        match calendar.start_nights(date) {
            Ok(nights) => {
                let nights: Vec<String> =
                    nights.nights().iter().map(|night| night.date().format("%a %-d").to_string()).collect();
                let _ = writeln!(text, "{} start nights: {}", date.format("%F %a"), nights.join(", "));
            }
            Err(CalendarError::NotADeskDay { why, .. }) if !is_weekend => {
                let _ = writeln!(text, "{} closed: {why}", date.format("%F %a"));
            }
            Err(CalendarError::NotADeskDay { .. }) => {}
            Err(error) => return Err(Stop::Refused(error.to_string())),
        }
    }
    Ok(text)
}
