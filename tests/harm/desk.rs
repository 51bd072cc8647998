//! A desk that registers one after the other, each under a key, and remembers what it was answered.

use std::sync::Mutex;

use serde_json::{Value, json};

use crate::caller::{Answer, Caller};
use crate::house::{FRIDAY, House, man, party};
use crate::ledger::list;

pub struct Desk<'h> {
    pub house: &'h House,
    answered: Mutex<Vec<(usize, Value)>>,
    unknown: Mutex<Vec<usize>>,
    /// Those of whom nothing may be there.
    not_kept: Mutex<Vec<usize>>,
}

pub fn lots() -> String {
    format!("/desk-days/{FRIDAY}/lots")
}

impl<'h> Desk<'h> {
    /// Opens the Friday.
    pub fn opened(house: &'h House, calls: &Caller) -> Self {
        calls.post(&house.tokens.desk, "/desk-days", &json!({ "date": FRIDAY })).yes();
        Self::again(house)
    }

    pub fn again(house: &'h House) -> Self {
        Self { house, answered: Mutex::default(), unknown: Mutex::default(), not_kept: Mutex::default() }
    }

    /// One asks; what came back is remembered. A no is a 503 with a sentence, never a fault.
    pub fn ask(&self, calls: &Caller, number: usize) -> Answer {
        let (body, key) = (party(&man(&format!("AB {number}"))), format!("k{number}"));
        let answer = calls.send("POST", &self.house.tokens.desk, &lots(), Some(&body), Some(&key));
        let answer = answer.expect("no answer came");
        let told = answer.body["type"].as_str().unwrap_or_default();
        match (answer.status, told) {
            (201, _) => self.answered.lock().unwrap().push((number, answer.body["lots"][0].clone())),
            (503, "/problems/outcome-unknown") => self.unknown.lock().unwrap().push(number),
            (503, "/problems/database-unavailable" | "/problems/busy") => {
                assert!(answer.body["detail"].as_str().unwrap().len() > 20, "{answer:?}");
                self.not_kept.lock().unwrap().push(number);
            }
            _ => panic!("{answer:?}"),
        }
        answer
    }

    pub fn so_many_answered(&self) -> usize {
        self.answered.lock().unwrap().len()
    }

    /// Waits until so many more were answered: a service that never is well again must not keep the test for ever.
    #[track_caller]
    pub fn answers_more(&self, count: usize) {
        let wanted = self.so_many_answered() + count;
        for _ in 0..30_000 {
            if self.so_many_answered() >= wanted {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        panic!("{} were answered, and no more come", self.so_many_answered());
    }

    pub fn so_many_unknown(&self) -> usize {
        self.unknown.lock().unwrap().len()
    }

    /// The cause is gone: what was answered is there, what was refused is not, what was not known is found out by its key, all
    /// once; the sums hold and the chain is whole.
    #[track_caller]
    pub fn has_lost_nothing(&self, calls: &Caller) {
        self.has_all(calls);
        let said = self.house.home.run(&["audit", "verify"]);
        assert!(said.out.starts_with("PASS"), "{said:?}");
    }

    /// The same but for the chain.
    #[track_caller]
    pub fn has_all(&self, calls: &Caller) {
        let unknown = std::mem::take(&mut *self.unknown.lock().unwrap());
        for number in &unknown {
            assert_eq!(self.ask(calls, *number).status, 201, "{number}");
        }
        let desk = &self.house.tokens.desk;
        let mut there: Vec<Value> = Vec::new();
        let mut after = json!(0);
        while !after.is_null() {
            let page = calls.get(desk, &format!("{}?limit=200&after={after}", lots())).yes();
            there.extend(list(&page, "lots").cloned());
            after = page["next"].clone();
        }
        let answered = self.answered.lock().unwrap();
        for (number, lot) in answered.iter() {
            let same = |one: &&Value| one["members"] == lot["members"] && one["check"] == lot["check"];
            assert_eq!(there.iter().filter(same).count(), 1, "{number}: {lot:#}");
        }
        let refused: Vec<usize> = self.not_kept.lock().unwrap().clone();
        let asked_again = |number: &usize| answered.iter().any(|(again, _)| again == number);
        let gone: Vec<usize> = refused.into_iter().filter(|number| !asked_again(number)).collect();
        for number in &gone {
            let shown = json!({ "document": { "country": "RO", "kind": "id_card", "number": format!("AB {number}") } });
            assert_eq!(
                calls.post(desk, "/guests/find", &shown).status,
                404,
                "{number} was told that nothing was kept"
            );
        }
        let mut numbers: Vec<usize> = answered.iter().map(|(number, _)| *number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(there.len(), numbers.len(), "as many lots as people who were given one");
        let sum = calls.get(&self.house.tokens.coordinator, &format!("/desk-days/{FRIDAY}/sum")).yes();
        assert_eq!((&sum["discrepancies"], &sum["asked"]), (&json!([]), &json!(there.len())), "{sum:#}");
    }

    /// All ask at once, each again and again until it is told to stop.
    pub fn rush(&self, calls: &Caller, from: usize, until: impl FnOnce()) -> usize {
        let stop = std::sync::atomic::AtomicBool::new(false);
        let next = std::sync::atomic::AtomicUsize::new(from);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let calls = calls.apart();
                    while !stop.load(std::sync::atomic::Ordering::SeqCst) {
                        let number = next.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                        if self.ask(&calls, number).status != 201 {
                            std::thread::sleep(std::time::Duration::from_millis(20));
                        }
                    }
                });
            }
            // Told to stop also when what it is done until fails, or nobody would ever hear of that.
            let _stopped = Stops(&stop);
            until();
        });
        next.into_inner()
    }

    /// Waits until one more is registered, without anybody doing anything: the service is well again.
    #[track_caller]
    pub fn is_well_again(&self, calls: &Caller, number: usize) {
        for _ in 0..300 {
            if self.ask(calls, number).status == 201 {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        panic!("the cause is gone, and it is not well");
    }
}

/// Tells those who ask again and again to stop, when it goes.
struct Stops<'a>(&'a std::sync::atomic::AtomicBool);

impl Drop for Stops<'_> {
    fn drop(&mut self) {
        self.0.store(true, std::sync::atomic::Ordering::SeqCst);
    }
}
