//! A walk that failed, made short: steps are left out as long as it still fails.

use std::fmt::Write;

use super::model::Planted;
use super::run::{Failure, Walk};
use super::steps::Move;
use super::support::Kind;

/// So many moves are walked again at most, all tries together; and a try costs as many more, for the service it starts.
const MOST: usize = 20_000;
const A_START: usize = 50;
/// A walk that does not fail may do so when it is tried again: what the service draws is another each time.
const TRIES: usize = 3;

/// The shortest walk found that still fails, and how.
pub fn shrink(
    kind: Kind,
    seed: u64,
    moves: &[Move],
    failure: Failure,
    planted: Option<Planted>,
) -> (Vec<Move>, Failure) {
    let (mut best, mut failure) = (moves.to_vec(), failure);
    let mut left = MOST;
    let mut fails_still = |moves: &[Move], failure: &Failure| {
        (0..TRIES).find_map(|_| {
            left = left.checked_sub(moves.len() + A_START)?;
            let (last, found) = Walk::begin(kind, seed, planted).again(moves)?;
            alike(&found, failure).then(|| (moves[..=last].to_vec(), found))
        })
    };
    let mut chunk = best.len().div_ceil(2);
    while chunk > 0 {
        let (mut at, mut shorter) = (0, false);
        while at < best.len() {
            let mut without = best.clone();
            without.drain(at..(at + chunk).min(without.len()));
            match fails_still(&without, &failure) {
                Some(found) => {
                    (best, failure) = found;
                    shorter = true;
                }
                None => at += chunk,
            }
        }
        chunk = if shorter && chunk > 1 { chunk.min(best.len()).div_ceil(2) } else { chunk / 2 };
    }
    for at in (0..best.len()).rev() {
        while let Some(Move::Together(steps)) = best.get(at).cloned() {
            let fewer = (0..steps.len()).find_map(|n| {
                let mut fewer = steps.clone();
                fewer.remove(n);
                let mut without = best.clone();
                without[at] = if fewer.len() == 1 { Move::One(fewer[0]) } else { Move::Together(fewer) };
                fails_still(&without, &failure)
            });
            let Some(found) = fewer else { break };
            (best, failure) = found;
        }
    }
    (best, failure)
}

/// Whether two failures are of one kind: they begin alike, whatever dates and numbers they name. What fits in no order may
/// as well be said of one step.
fn alike(one: &Failure, other: &Failure) -> bool {
    let kind = |failure: &Failure| {
        let said = failure
            .why
            .lines()
            .last()
            .unwrap_or("")
            .rsplit_once("]: ")
            .map_or(failure.why.clone(), |(_, why)| why.to_owned());
        said.chars()
            .filter(|letter| !letter.is_ascii_digit())
            .take_while(|letter| *letter != ':')
            .collect::<String>()
    };
    kind(one) == kind(other)
}

/// What is printed of a walk that failed.
pub fn report(kind: Kind, seed: u64, moves: &[Move], failure: Failure, planted: Option<Planted>) -> String {
    let mut text = format!("seed {seed} on {kind:?}, after {} moves: {}\n", moves.len(), failure.why);
    let (short, failure) = shrink(kind, seed, moves, failure, planted);
    writeln!(text, "shortened to {} moves:", short.len()).unwrap();
    for (n, line) in failure.script.iter().enumerate() {
        writeln!(text, "{:3}. {line}", n + 1).unwrap();
    }
    writeln!(text, "     here they part: {}", failure.why).unwrap();
    text
}
