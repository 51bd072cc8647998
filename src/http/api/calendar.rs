//! The desk's calendar.

use std::iter::successors;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, put, web};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::kinds;
use crate::app::{Checks, Ctx, Refusal, desk};
use crate::domain::calendar::{ByHand, Calendar, CalendarError, Desk, WhyClosed};
use crate::domain::night::{Night, wall_clock};
use crate::http::Service;
use crate::http::body::{Body, Caller};
use crate::store::{Read, Tx};

/// The most days that are shown at once: a year.
const MAX_DAYS: i64 = 366;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list).service(set);
}

/// Which days: a year, or from a date to another; this year if left out.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct CalendarQuery {
    /// A year, 2000-2199.
    #[param(minimum = 2000, maximum = 2199)]
    year: Option<i32>,
    /// The first date.
    #[param(value_type = Option<kinds::DateAsked>)]
    from: Option<String>,
    /// The last date, at most a year later.
    #[param(value_type = Option<kinds::DateAsked>)]
    to: Option<String>,
}

/// Whether the desk is open.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DeskWord {
    /// It hands out tickets.
    Open,
    /// It does not.
    Closed,
}

impl From<Desk> for DeskWord {
    fn from(desk: Desk) -> Self {
        match desk {
            Desk::Open => Self::Open,
            Desk::Closed => Self::Closed,
        }
    }
}

/// Why the desk is closed.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum WhyWord {
    /// A Saturday or Sunday.
    Weekend,
    /// A holiday, or an eve kept like one.
    Holiday,
    /// A coordinator closed it.
    ByHand,
}

/// A day of the calendar.
#[derive(Serialize, ToSchema)]
struct CalendarDay {
    /// The date.
    date: NaiveDate,
    /// Whether the desk is open.
    desk: DeskWord,
    /// The nights on which tickets of this desk day may start; empty if it is closed, or if they are too many for one draw.
    start_nights: Vec<NaiveDate>,
    /// Why it is closed.
    why_closed: Option<WhyWord>,
    /// The holiday's name in Swedish.
    holiday: Option<&'static str>,
    /// The reason, if a coordinator opened or closed it by hand.
    by_hand: Option<String>,
}

/// What a day is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetDay {
    /// Open or closed.
    desk: DeskWord,
    /// Why, in a few words.
    #[schema(value_type = kinds::Reason)]
    reason: String,
}

impl CalendarDay {
    fn of(calendar: &Calendar, date: NaiveDate) -> Result<Self, CalendarError> {
        let closed = calendar.why_closed(date);
        let nights = match calendar.start_nights(date) {
            Ok(nights) => nights.nights().iter().map(Night::date).collect(),
            Err(CalendarError::NotADeskDay { .. } | CalendarError::TooManyStartNights { .. }) => Vec::new(),
            Err(error) => return Err(error),
        };
        let (why_closed, holiday) = match &closed {
            None | Some(WhyClosed::OutsideTheCalendar) => (None, None),
            Some(WhyClosed::Weekend) => (Some(WhyWord::Weekend), None),
            Some(WhyClosed::Holiday(holiday)) => (Some(WhyWord::Holiday), Some(holiday.name_sv())),
            Some(WhyClosed::ByHand(_)) => (Some(WhyWord::ByHand), None),
        };
        Ok(Self {
            date,
            desk: if closed.is_none() { DeskWord::Open } else { DeskWord::Closed },
            start_nights: nights,
            why_closed,
            holiday,
            by_hand: calendar.by_hand().get(&date).map(|day| day.reason.to_string()),
        })
    }
}

impl CalendarQuery {
    /// The first and the last date asked for.
    fn check(&self, today: NaiveDate) -> Result<(NaiveDate, NaiveDate), Refusal> {
        let mut checks = Checks::default();
        let from: Option<Night> = checks.parse_opt("from", self.from.as_deref());
        let to: Option<Night> = checks.parse_opt("to", self.to.as_deref());
        let by_dates = self.from.is_some() || self.to.is_some();
        checks.require("year", self.year.is_none() || !by_dates, "name a year, or from and to, not both");
        let span = if by_dates {
            checks.require("from", self.from.is_some(), "the first date is missing");
            checks.require("to", self.to.is_some(), "the last date is missing");
            from.zip(to).map(|(from, to)| (from.date(), to.date()))
        } else {
            let year = self.year.unwrap_or_else(|| today.year());
            let fits = (2000..=2199).contains(&year);
            checks.require("year", fits, "the calendar knows the years 2000-2199");
            let day = |month, day| NaiveDate::from_ymd_opt(year, month, day);
            day(1, 1).zip(day(12, 31)).filter(|_| fits)
        };
        if let Some((from, to)) = span {
            let days = (to - from).num_days() + 1;
            checks.require(
                "to",
                (1..=MAX_DAYS).contains(&days),
                format!("ask for 1 to {MAX_DAYS} days at once"),
            );
        }
        checks.finish(span)
    }
}

fn show_day(read: &mut Read<'_>, _: &Ctx, date: &NaiveDate) -> Result<CalendarDay, Refusal> {
    Ok(CalendarDay::of(&read.calendar()?, *date)?)
}

/// The days of the calendar: on which the desk is open, which nights may start there, and why it is closed.
#[utoipa::path(tag = "calendar", security(("token" = ["see_calendar"])), params(CalendarQuery),
    responses((status = 200, body = [CalendarDay])))]
#[get("/calendar")]
async fn list(
    service: web::Data<Service>,
    Caller(actor): Caller,
    query: web::Query<CalendarQuery>,
) -> Result<HttpResponse, Refusal> {
    let (from, to) = query.check(wall_clock(service.clock().now).date())?;
    service
        .show(actor, move |read, _| {
            let calendar = read.calendar()?;
            let days = successors(Some(from), NaiveDate::succ_opt).take_while(|&date| date <= to);
            Ok(days.map(|date| CalendarDay::of(&calendar, date)).collect::<Result<Vec<_>, _>>()?)
        })
        .await
}

/// Opens or closes a day by hand, before the earlier desk day whose start nights it changes is opened.
#[utoipa::path(tag = "calendar", security(("token" = ["set_calendar"])), request_body = SetDay,
    params(("date" = kinds::DateAsked, Path, description = "The date")), responses((status = 200, body = CalendarDay)))]
#[put("/calendar/{date}")]
async fn set(
    service: web::Data<Service>,
    date: web::Path<String>,
    Body { call, body }: Body<SetDay>,
) -> Result<HttpResponse, Refusal> {
    let mut checks = Checks::default();
    let reason = checks.reason("reason", &body.reason);
    let date: Option<Night> = checks.parse("date", &date);
    let (reason, date) = checks.finish(reason.zip(date.map(Night::date)))?;
    let desk = match body.desk {
        DeskWord::Open => Desk::Open,
        DeskWord::Closed => Desk::Closed,
    };
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        desk::set_calendar_day(tx, ctx, date, ByHand { desk, reason: reason.clone() })?;
        Ok(date)
    };
    service.write(call, StatusCode::OK, step, show_day).await
}
