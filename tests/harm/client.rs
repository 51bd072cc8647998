//! One of the eight who write all day: at the desk, in the office, at the door. Each has guests of its own, so it knows what must be
//! there; what it was not answered it neither takes for done nor for not done.

use std::collections::VecDeque;

use serde_json::{Value, json};

use crate::caller::Answer;
use crate::house::{Tokens, man, party};
use crate::ledger::{Eyes, Ledger, Look, Step, list, ticket_in_short};
use crate::luck::Luck;

/// Which part of the day it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hour {
    Registering,
    Drawing,
    HandingOut,
    Evening,
}

/// What a client knows of a party of its own.
#[derive(Clone, Debug)]
pub struct Own {
    pub lot: u64,
    pub uno: String,
    pub stands: Stands,
    pub banned: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stands {
    In,
    Refused,
    Signed(String),
    Reinstated,
    Withdrawn,
    Waiting { code: String, shelter: String, calls: u64 },
    Collected { code: String, shelter: String },
    Arrived { code: String, shelter: String },
    Over,
}

/// What a step leads to.
#[derive(Clone, Debug)]
pub enum Then {
    Registered { document: String },
    Stands { lot: u64, now: Now },
    Signed { lot: u64 },
    Banned { uno: String },
    WalkedIn { document: String },
    WalkInUndone,
    Named,
}

#[derive(Clone, Debug)]
pub enum Now {
    Withdrawn,
    Reinstated,
    Called,
    Collected,
    Over,
    Arrived,
    Back,
}

pub struct Client {
    number: usize,
    pub luck: Luck,
    pub ledger: Ledger,
    /// Sent, and not answered.
    pub in_flight: Option<Step<Then>>,
    /// The last step that was answered with a yes under a key, and what it made.
    pub last: Option<(Step<Then>, Value)>,
    pub own: Vec<Own>,
    pub walked_in: Vec<(String, String)>,
    pub day: String,
    made: usize,
    /// How many documents, bans, signatures, walk-ins and arrivals it ever sent.
    pub sent: Sent,
    pub wrong: Vec<String>,
    /// The last requests it sent, and what came back.
    pub script: VecDeque<String>,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Sent {
    pub parties: i64,
    pub walk_ins: i64,
    pub bans: i64,
    pub signatures: i64,
    pub arrivals: i64,
    pub tokens: i64,
}

/// The parties a client brings to a desk day.
const PARTIES: usize = 5;

impl Client {
    pub fn new(number: usize, seed: u64) -> Self {
        Self {
            number,
            luck: Luck::of(seed.wrapping_mul(31).wrapping_add(number as u64 + 1)),
            ledger: Ledger::default(),
            in_flight: None,
            last: None,
            own: Vec::new(),
            walked_in: Vec::new(),
            day: String::new(),
            made: 0,
            sent: Sent::default(),
            wrong: Vec::new(),
            script: VecDeque::new(),
        }
    }

    /// Sends a step, and remembers that for whoever has to find out what went wrong.
    pub fn send(&mut self, eyes: &Eyes, step: &Step<Then>, why: &str) -> Option<Answer> {
        let answer = step.send(&eyes.calls);
        let status = answer.as_ref().map(|answer| answer.status);
        if self.script.len() == 40 {
            self.script.pop_front();
        }
        let Step { method, path, body, key, .. } = step;
        self.script.push_back(format!("{why}: {method} {path} {body} under {key:?}: {status:?}"));
        answer
    }

    /// A desk day begins.
    pub fn begins(&mut self, day: &str) {
        day.clone_into(&mut self.day);
        self.own.clear();
        self.walked_in.clear();
        self.last = None;
        self.ledger.turn_the_page();
    }

    fn path(&self, rest: &str) -> String {
        format!("/desk-days/{}/{rest}", self.day)
    }

    fn step(&mut self, token: &str, path: String, body: Value, then: Then) -> Step<Then> {
        self.made += 1;
        let key = self.luck.percent(60).then(|| format!("c{}-{}", self.number, self.made));
        Step { method: "POST", token: token.to_owned(), path, body, key, would: Vec::new(), then }
    }

    /// What it does next, if there is anything to do at this hour.
    pub fn next(&mut self, tokens: &Tokens, hour: &Hour) -> Option<Step<Then>> {
        match self.luck.below(12) {
            0 => return Some(self.name_a_shelter(tokens)),
            1 => return self.ban(tokens),
            2 => return self.office(tokens, hour),
            _ => {}
        }
        match hour {
            Hour::Registering if self.own.len() < PARTIES => Some(self.register(tokens)),
            Hour::Drawing if self.own.len() < PARTIES + 1 => Some(self.register(tokens)),
            Hour::HandingOut => self.hand_out(tokens),
            Hour::Evening => self.at_the_door(tokens),
            _ => None,
        }
    }

    fn document(&mut self) -> String {
        self.made += 1;
        format!("K{} {}", self.number, self.made)
    }

    fn register(&mut self, tokens: &Tokens) -> Step<Then> {
        let document = self.document();
        let mut who = man(&document);
        who["document"]["valid"] = json!(!self.luck.percent(20));
        self.sent.parties += 1;
        let then = Then::Registered { document: document.clone() };
        let mut step = self.step(&tokens.desk, self.path("lots"), party(&who), then);
        step.would = vec![(Look::Asked { day: self.day.clone(), document }, vec![json!(1)])];
        step
    }

    fn name_a_shelter(&mut self, tokens: &Tokens) -> Step<Then> {
        let code = format!("c{}", &"abcdefgh"[self.number..=self.number]);
        self.made += 1;
        let name = format!("house {}", self.made);
        let mut step =
            self.step(&tokens.coordinator, format!("/shelters/{code}"), json!({ "name": name }), Then::Named);
        step.method = "PUT";
        step.would = vec![(Look::Shelter { code }, vec![json!(name)])];
        step
    }

    /// Bans a guest from the shelter that nobody wants.
    fn ban(&mut self, tokens: &Tokens) -> Option<Step<Then>> {
        let own = self.own.iter().find(|own| !own.banned)?.uno.clone();
        self.sent.bans += 1;
        let body = json!({ "shelter": "zz", "last": "2099-12-31", "reason": "threats" });
        let then = Then::Banned { uno: own.clone() };
        let mut step = self.step(&tokens.coordinator, format!("/guests/{own}/bans"), body, then);
        step.would = vec![(Look::Bans { uno: own }, vec![json!([false])])];
        Some(step)
    }

    fn first(&self, is: impl Fn(&Stands) -> bool) -> Option<Own> {
        self.own.iter().find(|own| is(&own.stands)).cloned()
    }

    /// A step on a lot that changes what is seen of it at one place.
    fn of_a_lot(&mut self, own: &Own, what: &str, token: &str, body: Value, now: Now) -> Step<Then> {
        let path = self.path(&format!("lots/{}/{what}", own.lot));
        self.step(token, path, body, Then::Stands { lot: own.lot, now })
    }

    fn lot_look(&self, own: &Own) -> Look {
        Look::Lot { day: self.day.clone(), lot: own.lot }
    }

    fn would_be(&self, own: &Own, field: usize, value: &str) -> Vec<(Look, Vec<Value>)> {
        let look = self.lot_look(own);
        let mut known = self.ledger.known(&look)[0].clone();
        known[field] = json!(value);
        vec![(look, vec![known])]
    }

    /// Withdrawing, signing, reinstating.
    fn office(&mut self, tokens: &Tokens, hour: &Hour) -> Option<Step<Then>> {
        if let Some(own) = self.first(|stands| matches!(stands, Stands::Signed(_))) {
            let Stands::Signed(signature) = &own.stands else { return None };
            let body = json!({ "countersignature": signature, "shown": [{ "member": 1, "shown": "valid" }] });
            let mut step = self.of_a_lot(&own, "reinstate", &tokens.coordinator, body, Now::Reinstated);
            step.would = self.would_be(&own, 3, "valid");
            let look = Look::Signatures { day: self.day.clone(), lot: own.lot };
            step.would.push((look, vec![json!([true])]));
            return (*hour != Hour::Registering && *hour != Hour::Evening).then_some(step);
        }
        let refused = self.first(|stands| *stands == Stands::Refused);
        if let (Some(own), Hour::Registering | Hour::Drawing) = (refused, hour) {
            self.sent.signatures += 1;
            let body = json!({ "step": "reinstate", "number": own.lot, "reason": "it was valid" });
            let then = Then::Signed { lot: own.lot };
            let mut step = self.step(&tokens.other_coordinator, self.path("countersignatures"), body, then);
            let look = Look::Signatures { day: self.day.clone(), lot: own.lot };
            step.would = vec![(look, vec![json!([false])])];
            return Some(step);
        }
        let own = self.first(|stands| *stands == Stands::In)?;
        (self.own.len() > 2 && matches!(hour, Hour::Registering | Hour::Drawing)).then(|| {
            let mut step = self.of_a_lot(&own, "withdraw", &tokens.desk, json!({}), Now::Withdrawn);
            step.would = self.would_be(&own, 0, "withdrawn");
            step
        })
    }

    /// Looks which tickets wait for its guests.
    pub fn look_at_the_list(&mut self, eyes: &Eyes) {
        let state = eyes.calls.send("GET", &eyes.tokens.desk, &self.path("hand-out"), None, None);
        let Some(state) = state.filter(|state| state.status == 200) else { return };
        for ticket in list(&state.body, "tickets").filter(|ticket| ticket["state"] == "waiting") {
            let lot = ticket["lot"].as_u64().unwrap();
            let Some(own) = self.own.iter_mut().find(|own| own.lot == lot) else { continue };
            if matches!(own.stands, Stands::In | Stands::Reinstated) {
                let code = ticket["code"].as_str().unwrap().to_owned();
                let shelter = ticket["place"]["shelter"].as_str().unwrap().to_owned();
                own.stands = Stands::Waiting { code: code.clone(), shelter, calls: 0 };
                self.ledger
                    .promise(Look::Ticket { day: self.day.clone(), code }, vec![ticket_in_short(ticket)]);
            }
        }
    }

    fn ticket_would(&self, own: &Own, code: &str, state: &str, calls: u64) -> Vec<(Look, Vec<Value>)> {
        let look = Look::Ticket { day: self.day.clone(), code: code.to_owned() };
        vec![(look, vec![json!([state, calls, own.lot])])]
    }

    fn hand_out(&mut self, tokens: &Tokens) -> Option<Step<Then>> {
        if let Some(own) = self.first(|stands| matches!(stands, Stands::Waiting { .. })) {
            let Stands::Waiting { code, calls, .. } = own.stands.clone() else { return None };
            let (what, body, now, state, calls) = match self.luck.below(10) {
                0 if calls == 0 => ("call", json!({}), Now::Called, "waiting", 1),
                1 => ("decline", json!({}), Now::Over, "declined", 0),
                _ => ("collect", json!({ "sl_ticket": true }), Now::Collected, "collected", 0),
            };
            let mut step = self.of_a_lot(&own, what, &tokens.desk, body, now);
            step.would = self.ticket_would(&own, &code, state, calls);
            return Some(step);
        }
        if self.luck.percent(15) {
            return self.give_back(tokens);
        }
        None
    }

    fn give_back(&mut self, tokens: &Tokens) -> Option<Step<Then>> {
        let own = self.first(|stands| matches!(stands, Stands::Collected { .. }))?;
        let Stands::Collected { code, .. } = &own.stands else { return None };
        let then = Then::Stands { lot: own.lot, now: Now::Over };
        let mut step = self.step(&tokens.desk, format!("/tickets/{code}/give-back"), json!({}), then);
        step.would = self.ticket_would(&own, code, "ended", 0);
        Some(step)
    }

    fn at_the_door(&mut self, tokens: &Tokens) -> Option<Step<Then>> {
        match self.luck.below(10) {
            0..4 => self.arrive(tokens),
            4 => self.undo_arrival(tokens),
            5 => self.give_back(tokens),
            6 if !self.walked_in.is_empty() => Some(self.undo_walk_in(tokens)),
            7..9 if self.walked_in.len() < 2 => Some(self.walk_in(tokens)),
            _ => None,
        }
    }

    fn arrived_would(&self, own: &Own, shelter: &str, is: bool) -> Vec<(Look, Vec<Value>)> {
        let (shelter, night, uno) = (shelter.to_owned(), self.day.clone(), own.uno.clone());
        vec![(Look::Arrived { shelter, night, uno }, vec![json!(is)])]
    }

    fn arrive(&mut self, tokens: &Tokens) -> Option<Step<Then>> {
        let own = self.first(|stands| matches!(stands, Stands::Collected { .. }))?;
        let Stands::Collected { code, shelter } = &own.stands else { return None };
        self.sent.arrivals += 1;
        let token = if shelter == "fa" { &tokens.door } else { &tokens.coordinator };
        let then = Then::Stands { lot: own.lot, now: Now::Arrived };
        let mut step =
            self.step(token, format!("/shelters/{shelter}/arrivals"), json!({ "code": code }), then);
        step.would = self.arrived_would(&own, shelter, true);
        Some(step)
    }

    fn undo_arrival(&mut self, tokens: &Tokens) -> Option<Step<Then>> {
        let own = self.first(|stands| matches!(stands, Stands::Arrived { .. }))?;
        let Stands::Arrived { code, shelter } = &own.stands else { return None };
        let then = Then::Stands { lot: own.lot, now: Now::Back };
        let path = format!("/shelters/{shelter}/arrivals/undo");
        let mut step = self.step(&tokens.coordinator, path, json!({ "code": code }), then);
        step.would = self.arrived_would(&own, shelter, false);
        Some(step)
    }

    fn walk_in_look(&self, document: &str) -> Look {
        Look::WalkIn { shelter: "fa".to_owned(), night: self.day.clone(), document: document.to_owned() }
    }

    fn walk_in(&mut self, tokens: &Tokens) -> Step<Then> {
        let document = self.document();
        self.sent.walk_ins += 1;
        let then = Then::WalkedIn { document: document.clone() };
        let body = json!({ "guests": [man(&document)] });
        let mut step = self.step(&tokens.door, "/shelters/fa/walk-ins".to_owned(), body, then);
        step.would = vec![(self.walk_in_look(&document), vec![json!(1)])];
        step
    }

    fn undo_walk_in(&mut self, tokens: &Tokens) -> Step<Then> {
        let (document, uno) = self.walked_in[0].clone();
        let path = "/shelters/fa/walk-ins/undo".to_owned();
        let mut step = self.step(&tokens.door, path, json!({ "uno": uno }), Then::WalkInUndone);
        step.would = vec![(self.walk_in_look(&document), vec![json!(0)])];
        step
    }
}
