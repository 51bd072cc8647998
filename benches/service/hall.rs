//! The desk, its shelters and its guests, as every scene needs them: through the API, like anybody else.

use serde_json::{Value, json};

use crate::client::{Client, Request};
use crate::load::answers;
use crate::served::Served;

/// The first desk day of every scene: a Friday.
pub(crate) const FRIDAY: &str = "2026-11-27";

/// Who works there.
pub(crate) struct Hall {
    pub(crate) desk_token: String,
    pub(crate) coordinator_token: String,
    pub(crate) desk: Client,
    pub(crate) coordinator: Client,
}

/// A pool as it is opened: shelter, who may have the places, how many.
pub(crate) type Opened<'a> = (&'a str, &'a str, u32);

impl Hall {
    /// Opens these pools of single places from a night on.
    pub(crate) fn new(served: &mut Served, pools: &[Opened<'_>], from: &str) -> Self {
        let (desk_token, coordinator_token) = (served.token("desk"), served.token("coordinator"));
        let mut hall = Self {
            desk: Client::new(served.address, &desk_token),
            coordinator: Client::new(served.address, &coordinator_token),
            desk_token,
            coordinator_token,
        };
        for (shelter, who, count) in pools {
            hall.coordinator.yes(&Request::put(format!("/shelters/{shelter}"), &json!({ "name": shelter })));
            let number = json!({ "decision": "number", "shelter": shelter, "kind": "single", "who": who, "first": from, "count": count });
            hall.coordinator.yes(&Request::post("/places/decisions", &number));
        }
        hall
    }

    pub(crate) fn open(&mut self, day: &str) {
        self.desk.yes(&Request::post("/desk-days", &json!({ "date": day })));
    }

    /// Takes a step of the day that has no body to speak of.
    pub(crate) fn step(&mut self, day: &str, step: &str) -> Value {
        self.desk.yes(&Request::post(format!("/desk-days/{day}/{step}"), &json!({})))
    }

    /// Closes the day, freezes the list and draws, by the service's own bytes if it must.
    pub(crate) fn draw(&mut self, day: &str) {
        self.step(day, "close");
        let freeze = json!({ "service_reason": "nobody throws dice for a measurement" });
        self.desk.yes(&Request::post(format!("/desk-days/{day}/draws"), &freeze));
        if self.step(day, "placement")["stage"] == "awaiting_entropy" {
            self.step(day, "service-entropy");
        }
    }

    /// Hands out every ticket that waits: what was collected.
    pub(crate) fn hand_out(&mut self, served: &Served, day: &str, clients: usize) -> Vec<Value> {
        let state = self.desk.yes(&Request::get(format!("/desk-days/{day}/hand-out")));
        let calling = state["calling"].as_array().unwrap();
        let collect = |lot: &Value| {
            Request::post(format!("/desk-days/{day}/lots/{lot}/collect"), &json!({ "sl_ticket": true }))
        };
        answers(served, &self.desk_token, clients, calling.iter().map(collect).collect())
    }

    /// Offers what fits who waits, until nothing does: whether anything was offered.
    pub(crate) fn offer_what_is_left(&mut self, day: &str) -> bool {
        let mut offered = false;
        while self.desk.yes(&Request::get(format!("/desk-days/{day}/hand-out")))["next"].is_object() {
            self.step(day, "offers");
            offered = true;
        }
        offered
    }

    /// The codes of the tickets for a night at a shelter.
    pub(crate) fn codes(&mut self, shelter: &str, night: &str) -> Vec<String> {
        let night = self.coordinator.yes(&Request::get(format!("/shelters/{shelter}/nights/{night}")));
        let expected = night["expected"].as_array().unwrap();
        expected.iter().map(|guest| guest["code"].as_str().unwrap().to_owned()).collect()
    }
}

/// Somebody with a document of this number.
pub(crate) fn member(number: usize, sex: &str) -> Value {
    json!({
        "document": { "country": "RO", "kind": "id_card", "number": format!("B {number}"), "valid": true },
        "sex": sex, "birth": "1980-01-05", "language": "ro"
    })
}

/// Asks alone.
pub(crate) fn asks(day: &str, number: usize, sex: &str, accepts: &[&str]) -> Request {
    Request::post(
        format!("/desk-days/{day}/lots"),
        &json!({ "members": [member(number, sex)], "accepts": accepts }),
    )
}
