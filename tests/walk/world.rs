//! Where a walk begins: the houses, their places and the people, and who may do what.

use chrono::{DateTime, Months, TimeDelta, Utc};
use inskrivning::app::Policy;
use inskrivning::domain::{karens::WeekRule, no_show};
use serde_json::json;

use super::act::Act;
use super::desk::{Said, holds, word};
use super::model::{Admission, Model, Person, Planted, Shelter, Terms};
use super::places::{Decision, Kind, Plan, Pool, Sex, Who};
use super::support::{Answer, App};
use super::when;

/// Mornings on which a walk may begin: an ordinary Friday, before Christmas, Easter and Midsummer, and before the clocks
/// change.
const MORNINGS: [&str; 6] = [
    "2026-11-27T08:00:00Z",
    "2026-12-21T08:00:00Z",
    "2027-03-22T08:00:00Z",
    "2027-06-17T07:00:00Z",
    "2027-10-25T07:00:00Z",
    "2027-04-28T07:00:00Z",
];

fn shelters() -> Vec<Shelter> {
    let shelter = |code, full, admission, protected| Shelter { code, full, karens: 2, admission, protected };
    vec![
        shelter("ct", 5, Admission::Counted, false),
        shelter("cv", 7, Admission::Scanned, true),
        shelter("fa", 5, Admission::Scanned, false),
        shelter("oa", 5, Admission::Own, false),
        shelter("sm", 5, Admission::Scanned, false),
    ]
}

/// Shelter, kind, who, number.
const POOLS: [(usize, Kind, Who, u32); 8] = [
    (0, Kind::Single, Who::Any, 1),
    (1, Kind::Single, Who::Women, 2),
    (2, Kind::Single, Who::Any, 1),
    (2, Kind::Single, Who::Men, 2),
    (2, Kind::Single, Who::Women, 1),
    (2, Kind::Family, Who::Any, 3),
    (3, Kind::Single, Who::Any, 4),
    (4, Kind::Single, Who::Men, 1),
];

fn people(now: DateTime<Utc>) -> Vec<Person> {
    let grown = when::date(when::today(now)) - Months::new(12 * 40);
    (0..40)
        .map(|n| {
            let sex = [Sex::Man, Sex::Woman, Sex::Man, Sex::Other, Sex::Woman, Sex::Man][n % 6];
            let birth = match n {
                7 => when::date(when::today(now)) - Months::new(12 * 16),
                // Comes of age in the course of the walk.
                11 => when::date(when::today(now)) - Months::new(12 * 18) + TimeDelta::days(5),
                _ => grown + TimeDelta::days(i64::try_from(n).unwrap()),
            };
            Person { sex, birth, uno: None }
        })
        .collect()
}

impl Terms {
    /// Half of the walks are under what the service agrees on unless told otherwise.
    pub fn of(seed: u64) -> Self {
        let usual = Self { week_rule: true, release_after: None, min_nights: 3 };
        // So that few walks after one another know all of them, and every morning comes with each.
        match (seed + seed / 6) % 6 {
            1 => Self { week_rule: false, ..usual },
            3 => Self { release_after: Some(2), ..usual },
            5 => Self { release_after: Some(1), min_nights: 2, ..usual },
            _ => usual,
        }
    }

    /// How the service is told.
    pub fn policy(self) -> Policy {
        Policy {
            min_nights: self.min_nights,
            week_rule: if self.week_rule { WeekRule::On } else { WeekRule::Off },
            no_shows: self.release_after.map_or(no_show::Policy::Off, |nights| {
                no_show::Policy::ReleaseAfter(nights.try_into().unwrap())
            }),
            ..Policy::default()
        }
    }
}

/// A model and a service that know the same.
pub fn begin(app: &App, seed: u64, planted: Option<Planted>) -> Model {
    let morning = MORNINGS[usize::try_from(seed % 6).unwrap()];
    app.at(morning);
    let now: DateTime<Utc> = morning.parse().unwrap();
    for shelter in shelters() {
        let admission = format!("{:?}", shelter.admission).to_lowercase();
        let body = json!({
            "name": format!("House {}", shelter.code), "full_nights": shelter.full, "karens_nights": shelter.karens,
            "admission": admission, "protected": shelter.protected
        });
        app.put("coordinator", &format!("/shelters/{}", shelter.code), body).ok(200);
    }
    let from = when::today(now) - 10;
    let mut model = Model {
        now,
        shelters: shelters(),
        people: people(now),
        terms: Terms::of(seed),
        plan: Plan::default(),
        keys_of_decisions: Vec::new(),
        taken_back: Vec::new(),
        place_changes: Vec::new(),
        days: std::collections::BTreeMap::new(),
        running: None,
        tickets: Vec::new(),
        arrivals: Vec::new(),
        closed: std::collections::BTreeMap::new(),
        counts: std::collections::BTreeMap::new(),
        walk_ins: Vec::new(),
        bans: Vec::new(),
        waivers: Vec::new(),
        signatures: Vec::new(),
        signatures_used: std::collections::BTreeSet::new(),
        planted,
        released: 0,
        to_read: None,
    };
    for (shelter, kind, who, count) in POOLS {
        let decision = Decision::Number { pool: Pool { shelter, kind, who }, from, count };
        let call = Act::Decide { decision }.call(&model);
        let made = app.post("coordinator", &call.path, call.body.unwrap()).ok(201);
        model.decided(decision, word(&made, "id"));
    }
    model
}

impl Model {
    /// Who takes a step: by the number mostly somebody who may, else nobody, another role, or another house's door.
    pub fn who_takes(&self, act: &Act, number: u32) -> String {
        let may = act.who_may();
        let named = |role: &str| match (role, act.door()) {
            ("door", Some(shelter)) => self.shelters[shelter].code.to_owned(),
            (role, _) => role.to_owned(),
        };
        if let Act::Sign { .. } = act {
            return "coordinator 2".to_owned();
        }
        if let Act::Signed { own, .. } = act {
            return if *own { "coordinator 2" } else { "coordinator" }.to_owned();
        }
        match number % 60 {
            0 => String::new(),
            1 => "desk".to_owned(),
            2 => self.shelters[number as usize / 60 % self.shelters.len()].code.to_owned(),
            _ => named(may[number as usize / 60 % may.len()]),
        }
    }

    /// Whether who asks may: else what must be answered.
    fn may(&self, act: &Act, who: &str) -> Result<(), &'static str> {
        // Everybody in the hall.
        if let Act::LookChanges { .. } = act {
            return Ok(());
        }
        let role = match who {
            "" => return Err("unauthorized"),
            "desk" => "desk",
            who if who.starts_with("coordinator") => "coordinator",
            _ => "door",
        };
        if !act.who_may().contains(&role) {
            return Err("forbidden");
        }
        let own = act.door().is_none_or(|shelter| self.shelters[shelter].code == who);
        if role == "door" && !own { Err("not-found") } else { Ok(()) }
    }

    /// Takes a step in the model and holds the service's answer to it: an error says in what they differ.
    pub fn apply(&mut self, act: &Act, who: &str, answer: &Answer) -> Said<()> {
        if let Err(against) = self.may(act, who) {
            return holds(answer, 200, &[against]).map(|_| ());
        }
        match act {
            Act::LookHandOut { day } => self.look_hand_out(*day, answer),
            Act::LookSum { day } => self.look_sum(*day, answer),
            Act::LookLots { day } => self.look_lots(*day, answer),
            Act::LookChanges { day } => self.look_changes(*day, answer),
            Act::LookNight { shelter, night } => self.look_night(*shelter, *night, answer),
            Act::GiveBack { .. }
            | Act::Revoke { .. }
            | Act::PlaceGone { .. }
            | Act::Reprint { .. }
            | Act::Arrive { .. }
            | Act::UndoArrival { .. }
            | Act::CloseNight { .. }
            | Act::CountHeads { .. }
            | Act::WalkIn { .. }
            | Act::UndoWalkIn { .. } => self.evening(act, answer),
            Act::Sign { .. }
            | Act::Signed { .. }
            | Act::Move { .. }
            | Act::Ban { .. }
            | Act::Lift { .. }
            | Act::Waive { .. }
            | Act::Decide { .. }
            | Act::EndOtherwise { .. }
            | Act::TakeBack { .. } => self.house(act, answer),
            _ => self.desk(act, answer),
        }
    }
}
