//! Recomputing a record, step by step, by somebody who trusts nobody (draw.md, section 7).

use std::collections::BTreeMap;
use std::fmt;

use super::canonical;
use super::draw::{Draw, DrawError};
use super::manifest::Manifest;
use super::record::{Name, Record};

/// The steps of a verification, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The record is RFC 8785 JSON of the shape of a record.
    Form,
    /// Its manifest is valid.
    Manifest,
    /// The commitment is that of the manifest, and of the print.
    Commitment,
    /// The entropy is of the manifest's source, there if and only if somebody is left over, and that of the hall.
    Entropy,
    /// `witnessed` says which source the manifest named.
    Witnessed,
    /// The seed follows from entropy, commitment and salt.
    Seed,
    /// Every lot that is `in`, and no other, has the key that follows from the seed.
    Keys,
    /// The order follows from the keys.
    Order,
    /// The outcomes follow from places, lots and order.
    Outcomes,
    /// `oversubscribed` says whether somebody is on the reserve list.
    Oversubscribed,
    /// The hash is that of order and outcomes.
    ResultHash,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Step::Form => "form",
            Step::Manifest => "manifest",
            Step::Commitment => "commitment",
            Step::Entropy => "entropy",
            Step::Witnessed => "witnessed",
            Step::Seed => "seed",
            Step::Keys => "keys",
            Step::Order => "order",
            Step::Outcomes => "outcomes",
            Step::Oversubscribed => "oversubscribed",
            Step::ResultHash => "result_hash",
        })
    }
}

/// The first step that fails, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{step}: {reason}")]
pub struct Failure {
    /// The step.
    pub step: Step,
    /// What is wrong, for a person.
    pub reason: String,
}

/// What was printed and written down in the hall, to compare a record with.
#[derive(Clone, Debug, Default)]
pub struct Print {
    /// The commitment on the print.
    pub commitment: Option<String>,
    /// The entropy string, with the digits written down in the hall.
    pub entropy: Option<String>,
}

/// Recomputes every field of a record: the draw it is of.
///
/// # Errors
/// The first step that fails.
pub fn verify(bytes: &[u8], print: &Print) -> Result<Draw, Failure> {
    let record = Record::read(bytes).map_err(|refused| failure(Step::Form, refused))?;
    let manifest =
        Manifest::read(record.manifest.as_bytes()).map_err(|refused| failure(Step::Manifest, refused))?;
    let commitment = manifest.commitment().to_string();
    same(Step::Commitment, "the record", &record.commitment, "the manifest gives", &commitment)?;
    if let Some(printed) = &print.commitment {
        same(Step::Commitment, "the print", printed, "the record", &commitment)?;
    }
    let draw = Draw::new(manifest, record.entropy.as_deref()).map_err(|error| match error {
        DrawError::EntropyMissing(_) => failure(Step::Entropy, "null, though somebody is left over"),
        DrawError::EveryoneFits => failure(Step::Entropy, "given, though everyone fits and none is taken"),
        DrawError::Entropy(error) => failure(Step::Entropy, error),
    })?;
    if let Some(written) = &print.entropy {
        let recorded = record.entropy.as_deref().unwrap_or("null (everyone fitted)");
        same(Step::Entropy, "the hall", written, "the record", recorded)?;
    }
    let recomputed = Record::of(&draw).map_err(|refused| failure(Step::Form, refused))?;
    compare(&record, &recomputed)?;
    Ok(draw)
}

fn compare(record: &Record, recomputed: &Record) -> Result<(), Failure> {
    equal(Step::Witnessed, &record.witnessed, &recomputed.witnessed)?;
    equal(Step::Seed, &record.seed, &recomputed.seed)?;
    compare_keys(&record.keys, &recomputed.keys)?;
    equal_lists(Step::Order, &record.order, &recomputed.order)?;
    equal_lists(Step::Outcomes, &record.outcomes, &recomputed.outcomes)?;
    equal(Step::Oversubscribed, &record.oversubscribed, &recomputed.oversubscribed)?;
    equal(Step::ResultHash, &record.result_hash, &recomputed.result_hash)
}

fn compare_keys(
    recorded: &BTreeMap<Name, String>,
    recomputed: &BTreeMap<Name, String>,
) -> Result<(), Failure> {
    if let Some(lot) = recorded.keys().find(|lot| !recomputed.contains_key(*lot)) {
        return Err(failure(
            Step::Keys,
            format!("a key for \"{lot}\", which is no lot that is in and drawn"),
        ));
    }
    for (lot, key) in recomputed {
        match recorded.get(lot) {
            None => return Err(failure(Step::Keys, format!("no key for lot {lot}"))),
            Some(recorded) => equal(Step::Keys, recorded, key)?,
        }
    }
    Ok(())
}

fn failure(step: Step, reason: impl fmt::Display) -> Failure {
    Failure { step, reason: canonical::shown(&reason.to_string()) }
}

fn same(step: Step, who: &str, left: &str, other: &str, right: &str) -> Result<(), Failure> {
    if left == right { Ok(()) } else { Err(failure(step, format!("{who}: {left}; {other}: {right}"))) }
}

fn equal<T: PartialEq + serde::Serialize>(step: Step, recorded: &T, recomputed: &T) -> Result<(), Failure> {
    if recorded == recomputed {
        return Ok(());
    }
    let text = |value: &T| canonical::to_string(value).unwrap_or_default();
    Err(failure(step, format!("the record says {}, recomputed {}", text(recorded), text(recomputed))))
}

fn equal_lists<T: PartialEq + serde::Serialize>(
    step: Step,
    recorded: &[T],
    recomputed: &[T],
) -> Result<(), Failure> {
    if recorded.len() != recomputed.len() {
        let (recorded, recomputed) = (recorded.len(), recomputed.len());
        return Err(failure(step, format!("the record lists {recorded} of them, recomputed {recomputed}")));
    }
    let mut pairs = recorded.iter().zip(recomputed).enumerate();
    match pairs.find(|(_, (recorded, recomputed))| recorded != recomputed) {
        None => Ok(()),
        Some((n, (recorded, recomputed))) => equal(step, recorded, recomputed)
            .map_err(|Failure { step, reason }| failure(step, format!("rank {}: {reason}", n + 1))),
    }
}
