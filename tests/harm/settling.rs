//! What a client makes of an answer; and of no answer, when the service is there again.

use serde_json::{Value, json};

use crate::caller::Answer;
use crate::client::{Client, Now, Own, Stands, Then};
use crate::ledger::{Eyes, Look, Step, list, lot_in_short};

/// How unanswered steps are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// They may have been done or not.
    Fairly,
    /// They count as promised: the control, which must find losses.
    AsIfPromised,
}

impl Client {
    /// Takes the next step through these eyes. False when no answer came: it may be done or not.
    pub fn act(&mut self, eyes: &Eyes, step: Step<Then>) -> bool {
        self.in_flight = Some(step.clone());
        let Some(answer) = self.send(eyes, &step, "sent") else { return false };
        if answer.body["type"] == "/problems/outcome-unknown" {
            return false;
        }
        self.in_flight = None;
        if answer.is_yes() {
            self.done(eyes, &step, Some(&answer.body));
            if step.key.is_some() {
                self.last = Some((step, answer.body));
            }
        } else if !matches!(answer.status, 409 | 503) {
            self.wrong.push(format!("{step:?} was answered {answer:?}"));
        }
        true
    }

    /// It was done: what was promised by it, and what is known now.
    fn done(&mut self, eyes: &Eyes, step: &Step<Then>, answer: Option<&Value>) {
        if matches!(step.then, Then::Stands { now: Now::Arrived, .. })
            && answer.is_some_and(|answer| answer["entered"] == false)
        {
            // A ticket that begins another night: nothing was entered, and nothing more is done with it today.
            let Then::Stands { lot, .. } = step.then else { return };
            return self
                .own
                .iter_mut()
                .filter(|own| own.lot == lot)
                .for_each(|own| own.stands = Stands::Over);
        }
        for (look, wanted) in &step.would {
            self.ledger.promise(look.clone(), wanted.clone());
        }
        match &step.then {
            Then::Registered { document } => self.registered(eyes, document, answer),
            Then::Signed { lot } => self.signed(eyes, *lot, answer),
            Then::Banned { uno } => {
                self.own.iter_mut().filter(|own| own.uno == *uno).for_each(|own| own.banned = true);
            }
            Then::WalkedIn { document } => {
                let uno = answer.map_or_else(
                    || eyes.guest(document)["uno"].clone(),
                    |answer| answer["beds"][0]["uno"].clone(),
                );
                self.walked_in.push((document.clone(), uno.as_str().unwrap().to_owned()));
            }
            Then::WalkInUndone => drop(self.walked_in.remove(0)),
            Then::Named => {}
            Then::Stands { .. } => self.stands(&step.then),
        }
    }

    fn registered(&mut self, eyes: &Eyes, document: &str, answer: Option<&Value>) {
        let lot = match answer {
            Some(answer) => answer["lots"][0].clone(),
            None => {
                let guest = eyes.guest(document);
                let lot = list(&guest, "lots").find(|lot| lot["day"] == self.day.as_str()).unwrap();
                let path = format!("/desk-days/{}/lots/{}", self.day, lot["lot"]);
                eyes.calls.get(&eyes.tokens.desk, &path).yes()
            }
        };
        let number = lot["lot"].as_u64().unwrap();
        let stands = if lot["status"] == "in" { Stands::In } else { Stands::Refused };
        let uno = lot["members"][0]["uno"].as_str().unwrap().to_owned();
        self.own.push(Own { lot: number, uno, stands, banned: false });
        self.ledger.promise(Look::Lot { day: self.day.clone(), lot: number }, vec![lot_in_short(&lot)]);
    }

    fn signed(&mut self, eyes: &Eyes, lot: u64, answer: Option<&Value>) {
        let signature = match answer {
            Some(answer) => answer["countersignature"].clone(),
            None => {
                let path = format!("/desk-days/{}/countersignatures", self.day);
                let given = eyes.calls.get(&eyes.tokens.coordinator, &path).yes();
                let mut given = given.as_array().unwrap().iter();
                given.find(|one| one["number"] == json!(lot)).unwrap()["countersignature"].clone()
            }
        };
        let signature = signature.as_str().unwrap().to_owned();
        self.own
            .iter_mut()
            .filter(|own| own.lot == lot)
            .for_each(|own| own.stands = Stands::Signed(signature.clone()));
    }

    fn stands(&mut self, then: &Then) {
        let Then::Stands { lot, now } = then else { return };
        for own in self.own.iter_mut().filter(|own| own.lot == *lot) {
            own.stands = match (now, own.stands.clone()) {
                (Now::Withdrawn, _) => Stands::Withdrawn,
                (Now::Reinstated, _) => Stands::Reinstated,
                (Now::Called, Stands::Waiting { code, shelter, .. }) => {
                    Stands::Waiting { code, shelter, calls: 1 }
                }
                (Now::Collected, Stands::Waiting { code, shelter, .. })
                | (Now::Back, Stands::Arrived { code, shelter }) => Stands::Collected { code, shelter },
                (Now::Arrived, Stands::Collected { code, shelter }) => Stands::Arrived { code, shelter },
                _ => Stands::Over,
            };
        }
    }

    /// What became of the step that was not answered: it was done, or it was not, and if it is sent again under its key it is done
    /// once. What is wrong is noted.
    pub fn settle(&mut self, eyes: &Eyes, judged: Judged) -> Vec<String> {
        let mut lost = Vec::new();
        let Some(step) = self.in_flight.take() else { return lost };
        let (before, after) = (self.holds(eyes, &step, false), self.holds(eyes, &step, true));
        if judged == Judged::AsIfPromised && !after {
            lost.push(format!("{step:?}: sent, and not there"));
        }
        if !before && !after {
            let seen: Vec<Value> = step.would.iter().map(|(look, _)| eyes.see(look)).collect();
            self.wrong.push(format!("half a step: {step:?}: found {seen:?}"));
        }
        let mut answer = None;
        let mut is_done = after;
        if step.key.is_some() {
            let again = self.send(eyes, &step, "unanswered, sent again").expect("no answer came");
            is_done = again.is_yes();
            self.sent_again(eyes, &step, &again, after);
            answer = Some(again.body);
        }
        if is_done {
            self.done(eyes, &step, answer.as_ref());
        }
        lost
    }

    /// Whether what a step changes is as it was before, or as it would be after it.
    fn holds(&self, eyes: &Eyes, step: &Step<Then>, after: bool) -> bool {
        step.would.iter().all(|(look, would)| {
            let wanted = if after { would.clone() } else { self.ledger.known(look) };
            wanted.contains(&eyes.see(look))
        })
    }

    fn sent_again(&mut self, eyes: &Eyes, step: &Step<Then>, again: &Answer, was_done: bool) {
        let fits = match again.status {
            200 | 201 => again.body["entered"] == false || self.holds(eyes, step, true),
            409 => !was_done && self.holds(eyes, step, false),
            _ => false,
        };
        if !fits {
            self.wrong
                .push(format!("sent again under its key: {step:?}: {again:?}, done before: {was_done}"));
        }
    }

    /// Sends the last step that was answered once more: it must say the same again, and change nothing.
    pub fn repeat_the_last(&mut self, eyes: &Eyes) {
        let Some((step, first)) = self.last.take() else { return };
        let again = self.send(eyes, &step, "answered, sent again").expect("no answer came");
        if !again.is_yes() || made_by(&again.body) != made_by(&first) {
            self.wrong.push(format!("answered {first} first and {again:?} when sent again: {step:?}"));
        }
    }
}

/// What names what a step made.
fn made_by(answer: &Value) -> Value {
    let lot = &answer["lots"][0];
    let fields = ["id", "code", "countersignature", "uno", "lot", "night", "answer"];
    json!([lot["lot"], lot["check"], fields.map(|field| answer[field].clone())])
}
