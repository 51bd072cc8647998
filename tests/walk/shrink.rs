//! A walk that failed, made short: steps are left out as long as it still fails.

use std::fmt::Write;
use std::time::{Duration, Instant};

use super::model::Planted;
use super::run::{Failure, Walk};
use super::steps::Move;
use super::support::Kind;

/// A walk is walked again so often at most, and for so long.
const RERUNS: usize = 250;
const LONGEST: Duration = Duration::from_secs(150);

/// The shortest walk found that still fails, and how.
pub fn shrink(
    kind: Kind,
    seed: u64,
    moves: &[Move],
    failure: Failure,
    planted: Option<Planted>,
) -> (Vec<Move>, Failure) {
    let (mut best, mut failure) = (moves.to_vec(), failure);
    let (mut reruns, begun) = (0, Instant::now());
    let mut chunk = best.len().div_ceil(2);
    while chunk > 0 && reruns < RERUNS && begun.elapsed() < LONGEST {
        let (mut at, mut shorter) = (0, false);
        while at < best.len() && reruns < RERUNS && begun.elapsed() < LONGEST {
            let mut without = best.clone();
            without.drain(at..(at + chunk).min(without.len()));
            reruns += 1;
            match Walk::begin(kind, seed, planted).again(&without) {
                Some((last, found)) if alike(&found, &failure) => {
                    without.truncate(last + 1);
                    (best, failure, shorter) = (without, found, true);
                }
                _ => at += chunk,
            }
        }
        chunk = if shorter && chunk > 1 { chunk.min(best.len()).div_ceil(2) } else { chunk / 2 };
    }
    for at in (0..best.len()).rev() {
        while begun.elapsed() < LONGEST
            && let Move::Together(steps) = best[at.min(best.len() - 1)].clone()
        {
            let at = at.min(best.len() - 1);
            let fewer = (0..steps.len()).find_map(|n| {
                let mut fewer = steps.clone();
                fewer.remove(n);
                let mut without = best.clone();
                without[at] = if fewer.len() == 1 { Move::One(fewer[0]) } else { Move::Together(fewer) };
                let (last, found) = Walk::begin(kind, seed, planted)
                    .again(&without)
                    .filter(|(_, found)| alike(found, &failure))?;
                without.truncate(last + 1);
                Some((without, found))
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
