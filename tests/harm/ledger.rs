//! What somebody was promised: each answer the service gave becomes something that can be seen again, and is looked for after every
//! harm. What was sent and never answered may have been done or not, but only once.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::caller::{Answer, Caller};
use crate::house::Tokens;

/// Where to look.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Look {
    /// How many lots of this day who shows this document has.
    Asked { day: String, document: String },
    /// A lot: whose it is, its check code, what was shown.
    Lot { day: String, lot: u64 },
    /// The signatures given for a lot: whether they are used.
    Signatures { day: String, lot: u64 },
    /// A ticket of the day: its state, its calls.
    Ticket { day: String, code: String },
    /// Whether the holder of a ticket came.
    Arrived { shelter: String, night: String, uno: String },
    /// How many places a person without a ticket has on a night.
    WalkIn { shelter: String, night: String, document: String },
    /// The bans of a guest: whether they are lifted.
    Bans { uno: String },
    /// The name of a shelter.
    Shelter { code: String },
    /// Whether a token opens anything.
    Token { secret: String },
    /// Where a desk day stands.
    Day { day: String },
}

/// What is seen there: one of these.
pub type Wanted = Vec<Value>;

/// Who looks.
#[derive(Clone)]
pub struct Eyes {
    pub calls: Caller,
    pub tokens: Tokens,
}

/// What is looked at in one go: each page is asked for once.
pub struct Pages<'e> {
    eyes: &'e Eyes,
    seen: RefCell<BTreeMap<String, Value>>,
}

impl Eyes {
    /// What is there now; null where there is nothing.
    pub fn see(&self, look: &Look) -> Value {
        self.pages().see(look)
    }

    pub fn pages(&self) -> Pages<'_> {
        Pages { eyes: self, seen: RefCell::default() }
    }

    /// The guest who shows this document, if anybody ever did.
    pub fn guest(&self, document: &str) -> Value {
        let shown = json!({ "document": { "country": "RO", "kind": "id_card", "number": document } });
        let answer = self.calls.post(&self.tokens.desk, "/guests/find", &shown);
        assert!(answer.status == 200 || answer.status == 404, "{answer:?}");
        if answer.status == 200 { answer.body } else { Value::Null }
    }
}

impl Pages<'_> {
    fn get(&self, token: &str, path: &str) -> Value {
        if let Some(page) = self.seen.borrow().get(path) {
            return page.clone();
        }
        let answer = self.eyes.calls.get(token, path);
        assert!(answer.status == 200 || answer.status == 404, "GET {path}: {answer:?}");
        let page = if answer.status == 200 { answer.body } else { Value::Null };
        self.seen.borrow_mut().insert(path.to_owned(), page.clone());
        page
    }

    fn night(&self, shelter: &str, night: &str) -> Value {
        self.get(&self.eyes.tokens.coordinator, &format!("/shelters/{shelter}/nights/{night}"))
    }

    /// What is seen in the evening.
    fn see_tonight(&self, look: &Look) -> Value {
        match look {
            Look::Arrived { shelter, night, uno } => {
                let night = self.night(shelter, night);
                let guest = list(&night, "expected").find(|guest| guest["uno"] == uno.as_str());
                // Who gave the ticket back after all is not expected any more.
                json!(guest.is_some_and(|guest| !guest["arrived_at"].is_null()))
            }
            Look::WalkIn { shelter, night, document } => {
                let guest = self.eyes.guest(document);
                let night = self.night(shelter, night);
                let beds = list(&night, "walk_ins").filter(|bed| bed["uno"] == guest["uno"]).count();
                json!(if guest.is_null() { 0 } else { beds })
            }
            _ => Value::Null,
        }
    }

    fn see(&self, look: &Look) -> Value {
        let desk = &self.eyes.tokens.desk;
        match look {
            Look::Asked { day, document } => {
                let guest = self.eyes.guest(document);
                let lots = list(&guest, "lots").filter(|lot| lot["day"] == day.as_str());
                json!(lots.count())
            }
            Look::Lot { day, lot } => {
                let lots = self.get(desk, &format!("/desk-days/{day}/lots?limit=200"));
                let seen = list(&lots, "lots").find(|one| one["lot"] == json!(lot));
                seen.map_or(Value::Null, lot_in_short)
            }
            Look::Signatures { day, lot } => {
                let given =
                    self.get(&self.eyes.tokens.coordinator, &format!("/desk-days/{day}/countersignatures"));
                let of_the_lot =
                    given.as_array().into_iter().flatten().filter(|one| one["number"] == json!(lot));
                some(of_the_lot.map(|one| one["used"].clone()))
            }
            Look::Ticket { day, code } => {
                let state = self.get(desk, &format!("/desk-days/{day}/hand-out"));
                let ticket = list(&state, "tickets").find(|ticket| ticket["code"] == code.as_str());
                ticket.map_or(Value::Null, ticket_in_short)
            }
            Look::Arrived { .. } | Look::WalkIn { .. } => self.see_tonight(look),
            Look::Bans { uno } => {
                let guest = self.get(desk, &format!("/guests/{uno}"));
                some(list(&guest, "bans").map(|ban| json!(!ban["lifted_at"].is_null())))
            }
            Look::Shelter { code } => {
                let shelters = self.get(desk, "/shelters");
                let mut shelters = shelters.as_array().into_iter().flatten();
                shelters
                    .find(|one| one["code"] == code.as_str())
                    .map_or(Value::Null, |one| one["name"].clone())
            }
            Look::Token { secret } => match self.eyes.calls.get(secret, "/shelters") {
                answer if answer.status == 200 => json!(true),
                answer if answer.status == 401 => json!(false),
                other => panic!("neither opened nor refused: {other:?}"),
            },
            Look::Day { day } => day_in_short(&self.get(desk, &format!("/desk-days/{day}"))),
        }
    }
}

/// The parts of a list, if it is one.
pub fn list<'v>(value: &'v Value, field: &str) -> impl Iterator<Item = &'v Value> {
    value[field].as_array().into_iter().flatten()
}

fn some(parts: impl Iterator<Item = Value>) -> Value {
    let parts: Vec<Value> = parts.collect();
    if parts.is_empty() { Value::Null } else { parts.into() }
}

/// Of a lot what does not change while others act, and what its owner changes.
pub fn lot_in_short(lot: &Value) -> Value {
    let member = &lot["members"][0];
    json!([lot["status"], lot["check"], member["uno"], member["shown"]])
}

/// Of a ticket what only its holder and the desk that hands it out change.
pub fn ticket_in_short(ticket: &Value) -> Value {
    json!([ticket["state"], ticket["calls"], ticket["lot"]])
}

/// Where a day stands, and what was typed; handing out is what follows a draw by itself.
pub fn day_in_short(day: &Value) -> Value {
    if day.is_null() {
        return Value::Null;
    }
    let stage = if day["stage"] == "handing_out" { &json!("drawn") } else { &day["stage"] };
    json!([stage, day["list"]["digits"]])
}

/// A step: what is sent, and what is seen when it is done.
#[derive(Clone, Debug)]
pub struct Step<T> {
    pub method: &'static str,
    pub token: String,
    pub path: String,
    pub body: Value,
    /// Under which key, if under any.
    pub key: Option<String>,
    pub would: Vec<(Look, Wanted)>,
    /// What its sender then knows.
    pub then: T,
}

impl<T> Step<T> {
    pub fn send(&self, calls: &Caller) -> Option<Answer> {
        calls.send(self.method, &self.token, &self.path, Some(&self.body), self.key.as_deref())
    }
}

/// What one sender was promised.
#[derive(Default)]
pub struct Ledger {
    facts: BTreeMap<Look, Wanted>,
    /// What is not looked at before the end: days that are over.
    old: BTreeMap<Look, Wanted>,
}

impl Ledger {
    /// It was said to be so.
    pub fn promise(&mut self, look: Look, wanted: Wanted) {
        // Who has two lots is seen at once in the database; each document is asked about when all is over.
        let facts = if matches!(look, Look::Asked { .. }) { &mut self.old } else { &mut self.facts };
        facts.insert(look, wanted);
    }

    /// What stands there, as far as anybody was told.
    pub fn known(&self, look: &Look) -> Wanted {
        let nothing = match look {
            Look::Token { .. } => json!(false),
            Look::WalkIn { .. } | Look::Asked { .. } => json!(0),
            Look::Arrived { .. } => json!(false),
            _ => Value::Null,
        };
        self.facts.get(look).or_else(|| self.old.get(look)).cloned().unwrap_or_else(|| vec![nothing])
    }

    /// A day is over: what it promised is looked for at the end.
    pub fn turn_the_page(&mut self) {
        self.old.append(&mut self.facts);
    }

    pub fn reopen(&mut self) {
        let mut all = std::mem::take(&mut self.old);
        all.append(&mut self.facts);
        self.facts = all;
    }

    /// What was promised and is not there.
    pub fn lost(&self, pages: &Pages<'_>) -> Vec<String> {
        let broken = self.facts.iter().filter_map(|(look, wanted)| {
            let seen = pages.see(look);
            (!wanted.contains(&seen)).then(|| format!("{look:?}: promised {wanted:?}, found {seen}"))
        });
        broken.collect()
    }
}
