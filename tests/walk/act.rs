//! What somebody does: the HTTP call, and who may.

use serde_json::{Value, json};

use super::model::Model;
use super::places::{Decision, Sex, ShelterNo};
use super::rules::Party;
use super::when::{Night, text};

/// A step on the tickets of a lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Call,
    Collect(bool),
    Decline,
    Lapse,
}

/// What two coordinators do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Two {
    Abandon(u32),
    Redraw { draw: u32, digits: bool },
    Reinstate(u32),
}

#[derive(Clone, Debug)]
pub enum Act {
    Open {
        day: Night,
        direct: bool,
    },
    NotHeld {
        day: Night,
    },
    Mode {
        day: Night,
        direct: bool,
    },
    Register {
        day: Night,
        party: Party,
        adults_ask: bool,
        by_document: bool,
    },
    Ask {
        day: Night,
        party: Party,
    },
    Log {
        day: Night,
        sex: Sex,
    },
    Withdraw {
        day: Night,
        lot: u32,
    },
    CloseDesk {
        day: Night,
    },
    Freeze {
        day: Night,
        dice: Option<u32>,
    },
    Placement {
        day: Night,
    },
    Digit {
        day: Night,
        place: u32,
        shown: u32,
    },
    ServiceEntropy {
        day: Night,
    },
    Take {
        day: Night,
        lot: u32,
        how: How,
        member: Option<usize>,
    },
    Offer {
        day: Night,
        lot: Option<u32>,
    },
    Finish {
        day: Night,
    },
    /// Signs as another coordinator, and takes the step with the signature.
    Sign {
        day: Night,
        step: Two,
    },
    Signed {
        day: Night,
        step: Two,
        signature: String,
        own: bool,
    },
    GiveBack {
        code: String,
    },
    Revoke {
        code: String,
    },
    PlaceGone {
        code: String,
        from: Option<Night>,
    },
    Reprint {
        code: String,
    },
    Move {
        code: String,
        to: ShelterNo,
    },
    Arrive {
        shelter: ShelterNo,
        code: String,
        night: Option<Night>,
        enter: bool,
    },
    UndoArrival {
        shelter: ShelterNo,
        code: String,
        night: Option<Night>,
    },
    CloseNight {
        shelter: ShelterNo,
        night: Night,
        early: bool,
    },
    CountHeads {
        shelter: ShelterNo,
        night: Night,
        heads: [u32; 3],
        corrects: bool,
    },
    WalkIn {
        shelter: ShelterNo,
        person: usize,
        nights: u32,
    },
    UndoWalkIn {
        shelter: ShelterNo,
        person: usize,
        night: Night,
    },
    Ban {
        person: usize,
        shelter: ShelterNo,
        last: Night,
        tonight: bool,
        together: bool,
    },
    Lift {
        ban: String,
    },
    Waive {
        person: Option<usize>,
        day: Night,
        from: Night,
    },
    Decide {
        decision: Decision,
    },
    /// A decision, by the key the service gave it, ends on another night.
    EndOtherwise {
        key: String,
        last: Night,
    },
    TakeBack {
        key: String,
    },
    LookHandOut {
        day: Night,
    },
    LookSum {
        day: Night,
    },
    LookNight {
        shelter: ShelterNo,
        night: Night,
    },
    LookLots {
        day: Night,
    },
    LookChanges {
        day: Night,
    },
}

/// A call: method, path and body.
#[derive(Clone, Debug)]
pub struct Call {
    pub method: &'static str,
    pub path: String,
    pub body: Option<Value>,
}

fn post(path: String, body: Value) -> Call {
    Call { method: "POST", path, body: Some(body) }
}

fn get(path: String) -> Call {
    Call { method: "GET", path, body: None }
}

impl Act {
    /// The roles that may do it, in the order they are tried: `desk`, `coordinator`, `door` (of the shelter concerned) or
    /// `any door`.
    pub fn who_may(&self) -> &'static [&'static str] {
        match self {
            Self::NotHeld { .. }
            | Self::Sign { .. }
            | Self::Signed { .. }
            | Self::Revoke { .. }
            | Self::PlaceGone { .. }
            | Self::Move { .. }
            | Self::Lift { .. }
            | Self::Waive { .. }
            | Self::Decide { .. }
            | Self::EndOtherwise { .. }
            | Self::TakeBack { .. } => &["coordinator"],
            Self::Arrive { .. }
            | Self::UndoArrival { .. }
            | Self::CloseNight { .. }
            | Self::CountHeads { .. }
            | Self::WalkIn { .. }
            | Self::UndoWalkIn { .. }
            | Self::Ban { .. }
            | Self::LookNight { .. } => &["door", "coordinator"],
            _ => &["desk", "coordinator"],
        }
    }

    /// The shelter whose door it concerns.
    pub fn door(&self) -> Option<ShelterNo> {
        match *self {
            Self::Arrive { shelter, .. }
            | Self::UndoArrival { shelter, .. }
            | Self::CloseNight { shelter, .. }
            | Self::CountHeads { shelter, .. }
            | Self::WalkIn { shelter, .. }
            | Self::UndoWalkIn { shelter, .. }
            | Self::Ban { shelter, .. }
            | Self::LookNight { shelter, .. } => Some(shelter),
            _ => None,
        }
    }

    pub fn call(&self, model: &Model) -> Call {
        match self {
            Self::Open { day, direct } => {
                post("/desk-days".to_owned(), json!({ "date": text(*day), "mode": mode(*direct) }))
            }
            Self::NotHeld { day } => post(of_day(*day, "not-held"), json!({ "reason": "a burst pipe" })),
            Self::Mode { day, direct } => Call {
                method: "PUT",
                path: of_day(*day, "mode"),
                body: Some(json!({ "mode": mode(*direct) })),
            },
            Self::Register { day, party, adults_ask, by_document } => {
                let mut body = party_body(model, party, *by_document);
                body["adults_ask"] = json!(adults_ask);
                post(of_day(*day, "lots"), body)
            }
            Self::Ask { day, party } => post(of_day(*day, "eligibility"), party_body(model, party, true)),
            Self::Log { day, sex } => {
                post(of_day(*day, "without-document"), json!({ "sex": sex.word(), "country": "ZZ" }))
            }
            Self::Withdraw { day, lot } => post(of_lot(*day, *lot, "withdraw"), json!({})),
            Self::CloseDesk { day } => post(of_day(*day, "close"), json!({})),
            Self::Freeze { day, dice: Some(dice) } => post(of_day(*day, "draws"), json!({ "dice": dice })),
            Self::Freeze { day, dice: None } => {
                post(of_day(*day, "draws"), json!({ "service_reason": "nobody can witness" }))
            }
            Self::Placement { day } => post(of_day(*day, "placement"), json!({})),
            Self::Digit { day, place, shown } => {
                post(of_day(*day, "digits"), json!({ "place": place, "shown": shown }))
            }
            Self::ServiceEntropy { day } => post(of_day(*day, "service-entropy"), json!({})),
            Self::Take { day, lot, how, member } => take(*day, *lot, *how, *member),
            Self::Offer { day, lot: None } => post(of_day(*day, "offers"), json!({})),
            Self::Offer { day, lot: Some(lot) } => post(of_day(*day, "offers"), json!({ "lot": lot })),
            Self::Finish { day } => post(of_day(*day, "finish"), json!({})),
            Self::Sign { day, step } => sign(*day, *step),
            Self::Signed { day, step, signature, .. } => signed(*day, *step, signature),
            Self::GiveBack { code } => post(format!("/tickets/{code}/give-back"), json!({})),
            Self::Revoke { code } => post(format!("/tickets/{code}/revoke"), json!({})),
            Self::Reprint { code } => post(format!("/tickets/{code}/reprint"), json!({})),
            Self::PlaceGone { code, from } => post(
                format!("/tickets/{code}/place-gone"),
                from.map_or(json!({}), |from| json!({ "from": text(from) })),
            ),
            Self::Move { code, to } => {
                post(format!("/tickets/{code}/move"), json!({ "shelter": model.shelters[*to].code }))
            }
            _ => self.call_of_the_evening(model),
        }
    }

    fn call_of_the_evening(&self, model: &Model) -> Call {
        let code_of = |shelter: &ShelterNo| model.shelters[*shelter].code;
        let uno_of = |person: &usize| model.people[*person].uno.clone().unwrap();
        match self {
            Self::Arrive { shelter, code, night, enter } => post(
                format!("/shelters/{}/arrivals", code_of(shelter)),
                with_night(json!({ "code": code, "enter": enter }), *night),
            ),
            Self::UndoArrival { shelter, code, night } => post(
                format!("/shelters/{}/arrivals/undo", code_of(shelter)),
                with_night(json!({ "code": code }), *night),
            ),
            Self::CloseNight { shelter, night, early } => post(
                format!("/shelters/{}/nights/{}/close", code_of(shelter), text(*night)),
                json!({ "early": early }),
            ),
            Self::CountHeads { shelter, night, heads: [women, men, other], corrects } => {
                let mut body = json!({ "women": women, "men": men, "other": other });
                if *corrects {
                    body["reason"] = json!("counted again");
                }
                post(format!("/shelters/{}/nights/{}/head-count", code_of(shelter), text(*night)), body)
            }
            Self::WalkIn { shelter, person, nights } => post(
                format!("/shelters/{}/walk-ins", code_of(shelter)),
                json!({ "guests": [{ "uno": uno_of(person) }], "nights": nights }),
            ),
            Self::UndoWalkIn { shelter, person, night } => post(
                format!("/shelters/{}/walk-ins/undo", code_of(shelter)),
                with_night(json!({ "uno": uno_of(person) }), Some(*night)),
            ),
            Self::Ban { person, shelter, last, tonight, together } => post(
                format!("/guests/{}/bans", uno_of(person)),
                json!({
                    "shelter": code_of(shelter), "last": text(*last), "reason": "threats", "tonight": tonight,
                    "family": if *together { "together" } else { "rest" }
                }),
            ),
            Self::Lift { ban } => post(format!("/bans/{ban}/lift"), json!({})),
            Self::Waive { person, day, from } => {
                let mut body = json!({ "day": text(*day), "from": text(*from), "reason": "minus fourteen" });
                if let Some(person) = person {
                    body["guest"] = json!(uno_of(person));
                }
                post("/waivers".to_owned(), body)
            }
            Self::Decide { decision } => post("/places/decisions".to_owned(), decision_body(model, decision)),
            Self::EndOtherwise { key, last } => Call {
                method: "PATCH",
                path: format!("/places/decisions/{key}"),
                body: Some(json!({ "last": text(*last) })),
            },
            Self::TakeBack { key } => {
                Call { method: "DELETE", path: format!("/places/decisions/{key}"), body: None }
            }
            Self::LookHandOut { day } => get(of_day(*day, "hand-out")),
            Self::LookSum { day } => get(of_day(*day, "sum")),
            Self::LookLots { day } => get(of_day(*day, "lots")),
            Self::LookChanges { day } => get(format!("/public/desk-days/{}", text(*day))),
            Self::LookNight { shelter, night } => {
                get(format!("/shelters/{}/nights/{}", code_of(shelter), text(*night)))
            }
            other => unreachable!("{other:?} is a step of the desk"),
        }
    }
}

fn mode(direct: bool) -> &'static str {
    if direct { "direct" } else { "lottery" }
}

fn of_day(day: Night, what: &str) -> String {
    format!("/desk-days/{}/{what}", text(day))
}

fn of_lot(day: Night, lot: u32, what: &str) -> String {
    format!("/desk-days/{}/lots/{lot}/{what}", text(day))
}

fn with_night(mut body: Value, night: Option<Night>) -> Value {
    if let Some(night) = night {
        body["night"] = json!(text(night));
    }
    body
}

fn take(day: Night, lot: u32, how: How, member: Option<usize>) -> Call {
    let (step, mut body) = match how {
        How::Call => ("call", json!({})),
        How::Collect(sl_ticket) => ("collect", json!({ "sl_ticket": sl_ticket })),
        How::Decline => ("decline", json!({})),
        How::Lapse => ("lapse", json!({})),
    };
    if let Some(member) = member {
        body["members"] = json!([member + 1]);
    }
    post(of_lot(day, lot, step), body)
}

fn sign(day: Night, step: Two) -> Call {
    let (step, number) = match step {
        Two::Abandon(draw) => ("abandon", draw),
        Two::Redraw { draw, digits: true } => ("redraw_for_digits", draw),
        Two::Redraw { draw, digits: false } => ("redraw_for_manifest", draw),
        Two::Reinstate(lot) => ("reinstate", lot),
    };
    post(
        of_day(day, "countersignatures"),
        json!({ "step": step, "number": number, "reason": "the hall saw it" }),
    )
}

fn signed(day: Night, step: Two, signature: &str) -> Call {
    match step {
        Two::Abandon(draw) => post(
            of_day(day, &format!("draws/{draw}/abandon")),
            json!({ "reason": "the dice are gone", "countersignature": signature }),
        ),
        Two::Redraw { draw, digits } => post(
            of_day(day, &format!("draws/{draw}/redraw")),
            json!({ "fault": if digits { "digits" } else { "manifest" }, "what": "it is not what was shown", "countersignature": signature }),
        ),
        Two::Reinstate(lot) => post(of_lot(day, lot, "reinstate"), json!({ "countersignature": signature })),
    }
}

/// People show a document; who is known may be named by the UNO code.
fn party_body(model: &Model, party: &Party, by_document: bool) -> Value {
    let members: Vec<Value> = party
        .members
        .iter()
        .map(|&(who, valid)| {
            let person = &model.people[who];
            match &person.uno {
                Some(uno) if !by_document => json!({ "uno": uno, "shown": if valid { "valid" } else { "not_valid" } }),
                _ => json!({
                    "document": { "country": "RO", "kind": "id_card", "number": format!("W {who}"), "valid": valid },
                    "sex": person.sex.word(), "birth": person.birth.to_string(), "language": "ro"
                }),
            }
        })
        .collect();
    let accepts: Vec<&str> = party.wishes.iter().map(|&shelter| model.shelters[shelter].code).collect();
    json!({ "members": members, "accepts": accepts, "women_only": party.women_only })
}

fn decision_body(model: &Model, decision: &Decision) -> Value {
    match *decision {
        Decision::Number { pool, from, count } => json!({
            "decision": "number", "shelter": model.shelters[pool.shelter].code, "kind": pool.kind.word(), "who": pool.who.word(),
            "first": text(from), "count": count
        }),
        Decision::Extra { pool, night, count } => json!({
            "decision": "extra", "shelter": model.shelters[pool.shelter].code, "kind": pool.kind.word(), "who": pool.who.word(),
            "first": text(night), "count": count
        }),
        Decision::Closure { shelter, of, first, last } => {
            let mut body = json!({
                "decision": "closure", "shelter": model.shelters[shelter].code, "first": text(first), "last": text(last)
            });
            if let Some((pool, count)) = of {
                body["kind"] = json!(pool.kind.word());
                body["who"] = json!(pool.who.word());
                body["count"] = json!(count);
            }
            body
        }
        Decision::Lending { shelter, kind, to_women, first, last, count } => json!({
            "decision": "lending", "shelter": model.shelters[shelter].code, "kind": kind.word(),
            "direction": if to_women { "men_to_women" } else { "women_to_men" },
            "first": text(first), "last": text(last), "count": count
        }),
    }
}
