//! Who makes and ends tokens on the command line, while the service runs and while it is killed.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use crate::house::House;
use crate::ledger::{Ledger, Look};

pub struct Operator {
    pub ledger: Ledger,
    /// How many tokens were ever asked for.
    pub sent: i64,
    /// Secret and name of those that open doors.
    open: Vec<(String, String)>,
    pub wrong: Vec<String>,
}

impl Operator {
    pub fn new(house: &House) -> Self {
        let sent = house.count("token");
        Self { ledger: Ledger::default(), sent, open: Vec::new(), wrong: Vec::new() }
    }

    /// Makes a token, and ends another now and then.
    pub fn work(&mut self, house: &House, stop: &AtomicBool) {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        if self.open.len() > 3 { self.end(house) } else { self.make(house) }
    }

    fn make(&mut self, house: &House) {
        self.sent += 1;
        let name = format!("number {}", self.sent);
        let said = house.home.run(&["token", "new", "--role", "desk", "--name", &name]);
        if said.code != 0 {
            return self.wrong.push(format!("token new: {said:?}"));
        }
        let secret = said.out.trim().to_owned();
        self.ledger.promise(Look::Token { secret: secret.clone() }, vec![json!(true)]);
        self.open.push((secret, name));
    }

    fn end(&mut self, house: &House) {
        let (secret, name) = self.open.remove(0);
        let listed = house.home.run(&["token", "list"]).done();
        let line = listed.lines().find(|line| line.ends_with(&format!(": {name}")));
        let Some((id, _)) = line.and_then(|line| line.split_once(' ')) else {
            return self.wrong.push(format!("{name} is not among the tokens: {listed}"));
        };
        let said = house.home.run(&["token", "end", id]);
        if said.code != 0 {
            return self.wrong.push(format!("token end: {said:?}"));
        }
        self.ledger.promise(Look::Token { secret }, vec![json!(false)]);
    }
}
