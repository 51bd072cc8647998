//! Who leads the desk day: opens it, closes it, freezes the list, types the digits, offers what is free, and finishes it. It goes on
//! from wherever a restart leaves it.

use serde_json::{Value, json};

use crate::client::Hour;
use crate::house::Tokens;
use crate::ledger::{Eyes, Ledger, Look, Step, day_in_short};
use crate::luck::Luck;

pub struct Director {
    pub ledger: Ledger,
    pub day: String,
    /// The stage it was last told.
    pub stage: String,
    digits: String,
    pub in_flight: Option<Step<()>>,
    pub luck: Luck,
    /// The last head of the audit log that was seen, as `audit verify` takes it.
    pub head: (u64, String),
    pub wrong: Vec<String>,
    made: usize,
}

/// What is next.
pub enum Next {
    Take(Step<()>),
    /// The others are not done.
    Wait,
}

impl Director {
    pub fn new(seed: u64) -> Self {
        Self {
            ledger: Ledger::default(),
            day: String::new(),
            stage: String::new(),
            digits: String::new(),
            in_flight: None,
            luck: Luck::of(seed ^ 0xd1ec_7042),
            head: (0, "0".repeat(64)),
            wrong: Vec::new(),
            made: 0,
        }
    }

    pub fn begins(&mut self, day: &str) {
        day.clone_into(&mut self.day);
        self.stage.clear();
        self.digits.clear();
        self.ledger.turn_the_page();
    }

    pub fn hour(&self) -> Option<Hour> {
        match self.stage.as_str() {
            "open" => Some(Hour::Registering),
            "closed" | "frozen" | "awaiting_entropy" => Some(Hour::Drawing),
            "drawn" => Some(Hour::HandingOut),
            "finished" => Some(Hour::Evening),
            _ => None,
        }
    }

    fn step(&mut self, tokens: &Tokens, what: &str, body: Value, stages: &[&str]) -> Next {
        self.made += 1;
        let path = match what {
            "" => "/desk-days".to_owned(),
            what => format!("/desk-days/{}/{what}", self.day),
        };
        let digits = if what == "digits" {
            json!(format!("{}{}", self.digits, body["shown"]))
        } else if ["closed", "open"].contains(&stages[0]) {
            Value::Null
        } else {
            json!(self.digits)
        };
        let wanted = stages.iter().map(|stage| json!([stage, digits])).collect();
        Next::Take(Step {
            method: "POST",
            token: if self.made % 2 == 0 { tokens.desk.clone() } else { tokens.other_desk.clone() },
            path,
            body,
            key: self.luck.percent(50).then(|| format!("d{}", self.made)),
            would: vec![(Look::Day { day: self.day.clone() }, wanted)],
            then: (),
        })
    }

    /// What it does next; `enough` says whether enough parties asked for the desk to close.
    pub fn next(&mut self, eyes: &Eyes, enough: bool) -> Next {
        let tokens = &eyes.tokens.clone();
        match self.stage.as_str() {
            "" => self.step(tokens, "", json!({ "date": self.day }), &["open"]),
            "open" if !enough => Next::Wait,
            "open" => self.step(tokens, "close", json!({}), &["closed"]),
            "closed" => self.step(tokens, "draws", json!({}), &["frozen"]),
            "frozen" => self.step(tokens, "placement", json!({}), &["awaiting_entropy", "drawn"]),
            "awaiting_entropy" => {
                let place = self.digits.len() + 1;
                let body = json!({ "place": place, "shown": 1 + self.luck.below(6) });
                let stage = if place == 30 { "drawn" } else { "awaiting_entropy" };
                self.step(tokens, "digits", body, &[stage])
            }
            "drawn" => self.hand_out(eyes),
            _ => Next::Wait,
        }
    }

    fn hand_out(&mut self, eyes: &Eyes) -> Next {
        let path = format!("/desk-days/{}/hand-out", self.day);
        let Some(state) = eyes.calls.send("GET", &eyes.tokens.desk, &path, None, None) else {
            return Next::Wait;
        };
        if state.body["next"].is_object() {
            let lot = json!({ "lot": state.body["next"]["lot"] });
            return self.step(&eyes.tokens, "offers", lot, &["drawn"]);
        }
        if state.body["calling"].as_array().is_some_and(|calling| !calling.is_empty()) {
            return Next::Wait;
        }
        self.step(&eyes.tokens, "finish", json!({}), &["finished"])
    }

    /// Takes a step. False when no answer came.
    pub fn act(&mut self, eyes: &Eyes, step: Step<()>) -> bool {
        self.in_flight = Some(step.clone());
        let Some(answer) = step.send(&eyes.calls) else { return false };
        if answer.body["type"] == "/problems/outcome-unknown" {
            return false;
        }
        self.in_flight = None;
        match answer.status {
            200 | 201 if answer.body["stage"].is_string() => self.stands_at(&day_in_short(&answer.body)),
            200 | 201 | 409 | 503 => {}
            _ => self.wrong.push(format!("{step:?} was answered {answer:?}")),
        }
        true
    }

    /// It is known where the day stands.
    fn stands_at(&mut self, day: &Value) {
        self.stage = day[0].as_str().unwrap_or_default().to_owned();
        self.digits = day[1].as_str().unwrap_or_default().to_owned();
        self.ledger.promise(Look::Day { day: self.day.clone() }, vec![day.clone()]);
    }

    /// What became of the step that was not answered: the day stands at its last answered stage or at the one in flight.
    pub fn settle(&mut self, eyes: &Eyes) {
        let look = Look::Day { day: self.day.clone() };
        let seen = eyes.see(&look);
        let mut may = self.ledger.known(&look);
        let step = self.in_flight.take();
        may.extend(step.iter().flat_map(|step| step.would[0].1.clone()));
        if !may.contains(&seen) {
            self.wrong.push(format!("{look:?}: may stand at {may:?}, stands at {seen}; in flight {step:?}"));
        }
        if let Some(step) = step.filter(|step| step.key.is_some()) {
            let again = step.send(&eyes.calls).expect("no answer came");
            let now = eyes.see(&look);
            let fits = if again.is_yes() { step.would[0].1.contains(&now) } else { now == seen };
            if !fits || !matches!(again.status, 200 | 201 | 409) {
                self.wrong.push(format!("sent again under its key: {step:?}: {again:?}; stands at {now}"));
            }
        }
        let now = eyes.see(&look);
        if !now.is_null() {
            self.stands_at(&now);
        }
    }

    /// Notes where the audit log ends.
    pub fn note_head(&mut self, eyes: &Eyes) {
        let answer = eyes
            .calls
            .send("GET", &eyes.tokens.coordinator, "/audit/head", None, None)
            .filter(|one| one.is_yes());
        let Some(answer) = answer else { return };
        let seq = answer.body["seq"].as_u64().unwrap();
        if seq > self.head.0 {
            self.head = (seq, answer.body["hash"].as_str().unwrap().to_owned());
        }
    }
}
