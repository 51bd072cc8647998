//! What the tests of the evening begin with: a Friday in direct mode, tickets in hand, the desk day over.

use chrono::NaiveDate;
use inskrivning::app::Refusal;
use inskrivning::domain::party::LotNumber;
use inskrivning::domain::ticket::Ticket;
use inskrivning::store::Read;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{App, person};

pub const FRIDAY: &str = "2026-11-27";

/// A ticket in hand.
#[derive(Clone, Debug)]
pub struct InHand {
    pub code: String,
    pub uno: String,
    pub lot: u64,
    pub id: Uuid,
}

/// Looks into the store, at what no route shows; a test writes nothing there.
pub fn in_store<T: Send + 'static>(app: &App, look: impl FnOnce(&mut Read<'_>) -> Result<T, Refusal>) -> T {
    app.service.store().read(look).unwrap()
}

/// The Friday of the tests, in direct mode: who registers gets a place at once.
pub fn friday(app: &App) {
    app.friday();
    app.put("desk", "/desk-days/2026-11-27/mode", json!({ "mode": "direct" })).ok(200);
}

pub fn tickets_of(app: &App, lot: u64) -> Vec<Ticket> {
    let (day, lot) = (day(), LotNumber(u32::try_from(lot).unwrap()));
    in_store(app, |read| Ok(read.tickets_of_lot(day, lot)?.into_iter().map(|(_, one)| one).collect()))
}

fn day() -> NaiveDate {
    FRIDAY.parse().unwrap()
}

/// Registers a party and leaves its tickets at the desk: lot and codes.
pub fn waiting(app: &App, members: &[(&str, &str)], accepts: &[&str]) -> Vec<InHand> {
    let members: Vec<Value> = members.iter().map(|(number, sex)| person(number, sex)).collect();
    let lots = app.register(FRIDAY, &members, accepts);
    let lot = lots[0]["lot"].as_u64().unwrap();
    let unos = lots[0]["members"].as_array().unwrap();
    let tickets = tickets_of(app, lot);
    assert_eq!(tickets.len(), unos.len(), "{lots:#?}");
    let in_hand = tickets.into_iter().zip(unos).map(|(ticket, member)| InHand {
        code: ticket.code.to_string(),
        uno: member["uno"].as_str().unwrap().to_owned(),
        lot,
        id: ticket.id.0,
    });
    in_hand.collect()
}

/// Registers a party and hands its tickets out.
pub fn collected(app: &App, members: &[(&str, &str)], accepts: &[&str]) -> Vec<InHand> {
    let in_hand = waiting(app, members, accepts);
    collect(app, FRIDAY, in_hand[0].lot);
    in_hand
}

/// Hands out every ticket of a lot.
pub fn collect(app: &App, day: &str, lot: u64) {
    app.post("desk", &format!("/desk-days/{day}/lots/{lot}/collect"), json!({ "sl_ticket": true })).ok(200);
}

/// One single with a ticket in hand.
pub fn single(app: &App, number: &str, sex: &str, accepts: &[&str]) -> InHand {
    collected(app, &[(number, sex)], accepts).remove(0)
}

/// Finishes the Friday, and moves the clock to 19.00 UTC: 20.00 in Stockholm.
pub fn evening(app: &App) {
    finish(app);
    app.at("2026-11-27T19:00:00Z");
}

pub fn finish(app: &App) {
    app.post("desk", "/desk-days/2026-11-27/finish", json!({})).ok(200);
}

/// Bans the guest of a ticket from tonight on, as a coordinator does: the ban.
pub fn ban(app: &App, of: &InHand, shelter: &str, last: &str) -> Value {
    let order = json!({ "shelter": shelter, "last": last, "reason": "threats", "tonight": true });
    app.post("coordinator", &format!("/guests/{}/bans", of.uno), order).ok(201)
}

/// Shows a code at a door.
pub fn scan(app: &App, who: &str, shelter: &str, code: &str) -> crate::support::Answer {
    app.post(who, &format!("/shelters/{shelter}/arrivals"), json!({ "code": code }))
}

/// Looks at tonight.
pub fn tonight(app: &App, shelter: &str) -> Value {
    app.get(shelter, &format!("/shelters/{shelter}/nights/tonight")).ok(200)
}

/// How many places nobody holds on a night, in all pools of a shelter.
pub fn free(app: &App, shelter: &str, night: &str) -> u64 {
    let answer = app.get("coordinator", &format!("/places?night={night}")).ok(200);
    let pools = answer["pools"].as_array().unwrap().iter();
    let here = pools.filter(|pool| pool.to_string().contains(&format!("\"shelter\":\"{shelter}\"")));
    here.map(|pool| pool["free"].as_u64().unwrap()).sum()
}
