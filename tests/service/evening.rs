//! What the tests of the evening begin with: a Friday in direct mode, tickets in hand, the desk day over.

use chrono::NaiveDate;
use inskrivning::app::Refusal;
use inskrivning::domain::audit::Event;
use inskrivning::domain::ban::Ban;
use inskrivning::domain::night::Nights;
use inskrivning::domain::party::LotNumber;
use inskrivning::domain::role::Actor;
use inskrivning::domain::ticket::{EndCause, Ticket};
use inskrivning::store::{BanEntry, BanReason, Tx, WaitEnd};
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

/// Takes a step in the store, as the service itself does.
pub fn in_store<T: Send + 'static>(
    app: &App,
    step: impl Fn(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static,
) -> T {
    app.service.store().write_now(step).unwrap()
}

/// The Friday of the tests, in direct mode: who registers gets a place at once.
pub fn friday(app: &App) {
    app.friday();
    app.put("desk", "/desk-days/2026-11-27/mode", json!({ "mode": "direct" })).ok(200);
}

pub fn tickets_of(app: &App, lot: u64) -> Vec<Ticket> {
    let (day, lot) = (day(), LotNumber(u32::try_from(lot).unwrap()));
    in_store(app, move |tx| Ok(tx.tickets_of_lot(day, lot)?.into_iter().map(|(_, one)| one).collect()))
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
    let (day, lot) = (day(), LotNumber(u32::try_from(in_hand[0].lot).unwrap()));
    let now = app.service.clock().now;
    in_store(app, move |tx| {
        for (_, ticket) in tx.tickets_of_lot(day, lot)? {
            let ticket = ticket.collect(true)?;
            tx.save_ticket(&ticket)?;
            tx.record(now, Actor::Service, &Event::TicketCollected { ticket: ticket.id.0, sl_ticket: true })?;
        }
        Ok(())
    });
    in_hand
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
    let (now, day) = (app.service.clock().now, day());
    in_store(app, move |tx| {
        for entry in tx.queue(day)?.into_iter().filter(|entry| entry.ended.is_none()) {
            tx.end_waiting(day, entry.rank, WaitEnd::TurnedAway, now)?;
        }
        let saved = tx.desk_day(day)?.unwrap();
        tx.save_desk_day(&saved.day.finish(Ok(()))?, now)?;
        let event = Event::DeskDayFinished { day, by: "desk".to_owned(), turned_away: 0 };
        Ok(tx.record(now, Actor::Service, &event)?)
    });
}

/// Bans the guest of a ticket, and ends the ticket if it is for that shelter.
pub fn ban(app: &App, of: &InHand, shelter: &str, first: &str, last: &str) {
    let ticket = tickets_of(app, of.lot).into_iter().find(|ticket| ticket.id.0 == of.id).unwrap();
    let nights = Nights::new(first.parse().unwrap(), last.parse().unwrap()).unwrap();
    let ban = Ban { guest: ticket.guest, shelter: shelter.parse().unwrap(), nights };
    let entry = BanEntry {
        id: Uuid::from_u128(ticket.id.0.as_u128() ^ 1),
        ban,
        reason: BanReason::Threats,
        family: inskrivning::domain::hand_out::Choice::RestTakeTheirPlaces,
        made_at: app.service.clock().now,
        lifted_at: None,
    };
    in_store(app, move |tx| {
        tx.add_ban(&entry, Uuid::nil())?;
        if let Some(from) = entry.ban.first_night_taken(&ticket) {
            tx.save_ticket(&ticket.clone().end(EndCause::Banned, from)?)?;
        }
        Ok(tx.record(entry.made_at, Actor::Service, &Event::BackupMade)?)
    });
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
