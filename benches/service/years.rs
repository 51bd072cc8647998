//! Ten years of the desk, lived through the API by a service whose clock is set on and on; then what is asked of them.

use std::collections::{BTreeSet, HashMap};
use std::time::Instant;

use chrono::{Datelike, Days, NaiveDate};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};

use crate::client::{Client, Request};
use crate::hall::{Hall, Opened, asks, member};
use crate::load::{answers, send_all};
use crate::place::Data;
use crate::served::{Commits, Served};

/// The places of the winter 2017-18 (domain.md, *Shelters*): 115.
const POOLS: [Opened<'_>; 3] = [("fa", "any", 50), ("fr", "any", 45), ("co", "women", 20)];
/// Guests at a time: more than seven days of beds, so that there is a draw on most days.
const GUESTS: usize = 180;
/// How many of them leave for good in a week, and as many come: some three hundred in a year.
const LEAVE: usize = 6;
const CLIENTS: usize = 16;

/// Somebody who asks whenever the rules let them.
struct Guest {
    number: usize,
    woman: bool,
    /// The first night that a ticket may begin on.
    from: NaiveDate,
}

impl Guest {
    fn sex(&self) -> &'static str {
        if self.woman { "woman" } else { "man" }
    }
}

/// What was lived so far.
pub(crate) struct Years {
    pub(crate) served: Served,
    pub(crate) hall: Hall,
    desk_days: BTreeSet<NaiveDate>,
    guests: Vec<Guest>,
    seen: usize,
    luck: ChaCha20Rng,
    pub(crate) arrivals: usize,
    pub(crate) tickets: usize,
}

impl Years {
    /// Lives so many years, up to the morning of a desk day.
    pub(crate) fn live(data: &Data, years: u32, until: NaiveDate) -> Self {
        let first = until.with_year(until.year() - i32::try_from(years).unwrap()).unwrap();
        let mut served = Served::start(data, Commits::Grouped, &instant(first, "05:00"));
        let mut hall = Hall::new(&mut served, &POOLS, &first.to_string());
        let desk_days = calendar(&mut hall, first, until);
        let mut lived = Self {
            served,
            hall,
            desk_days,
            guests: Vec::new(),
            seen: 0,
            luck: ChaCha20Rng::seed_from_u64(1),
            arrivals: 0,
            tickets: 0,
        };
        lived.come(GUESTS, first);
        let began = Instant::now();
        for date in first.iter_days().take_while(|date| *date < until) {
            if lived.desk_days.contains(&date) {
                lived.desk_day(date);
            }
            lived.night(date);
            if date.ordinal() == 1 {
                eprintln!(
                    "    {date}: {} tickets, {} arrivals after {:.0} s",
                    lived.tickets,
                    lived.arrivals,
                    began.elapsed().as_secs_f64()
                );
            }
        }
        lived
    }

    fn come(&mut self, count: usize, from: NaiveDate) {
        let new = (self.seen..self.seen + count).map(|number| Guest { number, woman: number % 3 == 0, from });
        self.guests.extend(new);
        self.seen += count;
    }

    /// A morning at the desk, from the opening to its end.
    pub(crate) fn desk_day(&mut self, date: NaiveDate) {
        let day = date.to_string();
        let lots = self.ask(date);
        self.hall.draw(&day);
        self.hand_out(&day, &lots);
        while self.hall.offer_what_is_left(&day) {
            self.hand_out(&day, &lots);
        }
        self.hall.step(&day, "finish");
        if date.weekday().num_days_from_monday() == 0 {
            for _ in 0..LEAVE {
                let who = usize::try_from(self.luck.next_u64() % self.guests.len() as u64).unwrap();
                self.guests.swap_remove(who);
            }
            self.come(LEAVE, date);
        }
    }

    /// Opens a day, and everybody asks who may start on one of its nights: their lots.
    pub(crate) fn ask(&mut self, date: NaiveDate) -> HashMap<u64, usize> {
        let day = date.to_string();
        self.served.at(&instant(date, "09:00"));
        self.hall.open(&day);
        let next = date.iter_days().skip(1).find(|next| self.desk_days.contains(next)).unwrap_or(date);
        let able: Vec<usize> = (0..self.guests.len())
            .filter(|&who| self.guests[who].from < next.max(date + Days::new(1)))
            .collect();
        let requests = able.iter().map(|&who| {
            let guest = &self.guests[who];
            let (sex, accepts): (_, &[&str]) =
                if guest.woman { ("woman", &["co", "fa", "fr"]) } else { ("man", &["fa", "fr"]) };
            asks(&day, guest.number, sex, accepts)
        });
        let given = answers(&self.served, &self.hall.desk_token, CLIENTS, requests.collect());
        let lots =
            able.iter().zip(&given).map(|(&who, given)| (given["lots"][0]["lot"].as_u64().unwrap(), who));
        lots.collect()
    }

    fn hand_out(&mut self, day: &str, lots: &HashMap<u64, usize>) {
        for collected in self.hall.hand_out(&self.served, day, CLIENTS) {
            let start: NaiveDate = date_of(&collected["tickets"][0]["first"]);
            self.guests[lots[&collected["lot"].as_u64().unwrap()]].from = start + Days::new(7);
            self.tickets += 1;
        }
    }

    /// An evening at all doors, and their close in the morning.
    fn night(&mut self, date: NaiveDate) {
        self.served.at(&instant(date, "20:00"));
        let night = date.to_string();
        let mut at_the_door = Vec::new();
        for (shelter, ..) in POOLS {
            let codes = self.hall.codes(shelter, &night);
            at_the_door.extend(codes.iter().map(|code| {
                Request::post(format!("/shelters/{shelter}/arrivals"), &json!({ "code": code }))
            }));
        }
        self.arrivals += at_the_door.len();
        if !at_the_door.is_empty() {
            send_all(&self.served, &self.hall.coordinator_token, CLIENTS, at_the_door, 201);
        }
        self.served.at(&instant(date + Days::new(1), "06:00"));
        for (shelter, ..) in POOLS {
            self.hall
                .coordinator
                .yes(&Request::post(format!("/shelters/{shelter}/nights/{night}/close"), &json!({})));
        }
    }

    /// Somebody with a history as long as anybody's.
    pub(crate) fn oldest(&self) -> Value {
        let oldest = self.guests.iter().min_by_key(|guest| guest.number).unwrap();
        member(oldest.number, oldest.sex())
    }

    /// A client that is a door.
    pub(crate) fn door(&mut self, shelter: &str) -> String {
        self.served.token(shelter)
    }
}

fn instant(date: NaiveDate, hour: &str) -> String {
    format!("{date}T{hour}:00Z")
}

fn date_of(value: &Value) -> NaiveDate {
    value.as_str().unwrap().parse().unwrap()
}

/// The desk days, as the service's calendar has them.
fn calendar(hall: &mut Hall, first: NaiveDate, until: NaiveDate) -> BTreeSet<NaiveDate> {
    let desk: &mut Client = &mut hall.desk;
    let mut days = BTreeSet::new();
    let mut from = first;
    while from <= until {
        let to = from + Days::new(300);
        let page = desk.yes(&Request::get(format!("/calendar?from={from}&to={to}")));
        let open = page.as_array().unwrap().iter().filter(|day| day["desk"] == "open");
        days.extend(open.map(|day| date_of(&day["date"])));
        from = to + Days::new(1);
    }
    days
}
