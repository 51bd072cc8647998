//! The threads of a round: those who write, and who leads the day; and when a process is killed beside them.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::client::{Client, Hour};
use crate::director::{Director, Next};
use crate::house::House;
use crate::ledger::Eyes;
use crate::luck::Luck;

/// How many parties ask before the desk closes.
const ENOUGH: usize = 30;
/// When a process is killed.
#[derive(Clone, Debug)]
pub enum Moment {
    /// After so many answers of a round.
    After(usize),
    /// While the leader of the day takes this step.
    During(&'static str),
}

/// What the threads of a round share.
pub struct Shared {
    pub alive: Vec<AtomicBool>,
    pub stop: AtomicBool,
    pub answers: AtomicUsize,
    /// How many parties of each client asked today.
    pub asked: Vec<AtomicUsize>,
    pub hour: Mutex<Option<Hour>>,
    /// What the leader is about to do.
    pub step: Mutex<String>,
}

pub fn wait_for(moment: &Moment, shared: &Shared) {
    // A round in which nothing is left to do for the others ends by the clock.
    let until = Instant::now() + Duration::from_secs(3);
    while Instant::now() < until {
        let answers = shared.answers.load(Ordering::SeqCst);
        let reached = match moment {
            Moment::After(so_many) => answers >= *so_many,
            Moment::During(step) => answers >= 150 || *shared.step.lock().unwrap() == *step,
        };
        if reached {
            return;
        }
        sleep(Duration::from_micros(100));
    }
}

/// One of the instances that run.
fn pick<'e>(all: &'e [Eyes], shared: &Shared, luck: &mut Luck) -> Option<&'e Eyes> {
    let alive: Vec<usize> = (0..all.len()).filter(|&one| shared.alive[one].load(Ordering::SeqCst)).collect();
    (!alive.is_empty()).then(|| &all[alive[luck.below(alive.len())]])
}

/// A client writes until it is not answered.
pub fn write(client: &mut Client, number: usize, all: &[Eyes], shared: &Shared) {
    let all = apart(all);
    while !shared.stop.load(Ordering::SeqCst) {
        let Some(eyes) = pick(&all, shared, &mut client.luck) else { return };
        let hour = shared.hour.lock().unwrap().clone();
        let Some(hour) = hour else {
            sleep(Duration::from_millis(1));
            continue;
        };
        if hour == Hour::HandingOut && client.luck.percent(20) {
            client.look_at_the_list(eyes);
        }
        match client.next(&eyes.tokens, &hour) {
            Some(step) => {
                if !client.act(eyes, step) {
                    return;
                }
                shared.answers.fetch_add(1, Ordering::SeqCst);
                shared.asked[number].store(client.own.len(), Ordering::SeqCst);
            }
            None => sleep(Duration::from_millis(2)),
        }
    }
}

/// Connections of one's own.
fn apart(all: &[Eyes]) -> Vec<Eyes> {
    all.iter().map(|eyes| Eyes { calls: eyes.calls.apart(), tokens: eyes.tokens.clone() }).collect()
}

/// The day is led until there is no answer.
pub fn lead(director: &mut Director, all: &[Eyes], shared: &Shared, house: &House) {
    let all = apart(all);
    while !shared.stop.load(Ordering::SeqCst) {
        let Some(eyes) = pick(&all, shared, &mut director.luck) else { return };
        if director.luck.percent(20) {
            director.note_head(eyes);
        }
        let asked: usize = shared.asked.iter().map(|asked| asked.load(Ordering::SeqCst)).sum();
        if let Next::Take(step) = director.next(eyes, asked >= ENOUGH) {
            *shared.step.lock().unwrap() = name_of(&step.path, &step.body);
            if !director.act(eyes, step) {
                return;
            }
            shared.answers.fetch_add(1, Ordering::SeqCst);
        } else {
            sleep(Duration::from_millis(2));
        }
        set_the_clock(director, house);
        *shared.hour.lock().unwrap() = director.hour();
    }
}

/// Once the day is over it is evening, before anybody at a door does anything.
pub fn set_the_clock(director: &Director, house: &House) {
    if director.stage == "finished" {
        house.home.clock().set(&format!("{}T19:00:00Z", director.day));
    }
}

fn name_of(path: &str, body: &Value) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    if name == "digits" && body["place"] == 30 { "last digit".to_owned() } else { name.to_owned() }
}
