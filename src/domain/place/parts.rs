//! A decision about places taken apart: the form in which it is stored, logged and shown.

use super::plan::{Closed, Direction, Fact};
use super::{Kind, Pool, Who};
use crate::domain::night::{Night, Nights};
use crate::domain::shelter::ShelterCode;
use crate::domain::word::words;

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// So many places from a night on.
    Number,
    /// Places are closed.
    Closure,
    /// Places are lent between men and women.
    Lending,
    /// More places for a single night.
    Extra,
}

words! { Decision { Number = "number", Closure = "closure", Lending = "lending", Extra = "extra" } }

/// A decision in its parts: what does not apply to it is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// What is decided.
    pub decision: Decision,
    /// Whose places.
    pub shelter: ShelterCode,
    /// Of which kind.
    pub kind: Option<Kind>,
    /// For whom.
    pub who: Option<Who>,
    /// From whom to whom they are lent.
    pub direction: Option<Direction>,
    /// The first night.
    pub first: Night,
    /// The last night; none for a number, which holds until the next.
    pub last: Option<Night>,
    /// How many.
    pub count: Option<u32>,
}

impl Fact {
    /// Its parts.
    #[must_use]
    pub fn parts(&self) -> Parts {
        let (kind, who, direction) = (None, None, None);
        let of = |decision, shelter, nights: Nights, count| {
            let (first, last) = (nights.first(), Some(nights.last()));
            Parts { decision, shelter, kind, who, direction, first, last, count }
        };
        let of_pool = |decision, Pool { shelter, kind, who }, nights, count| {
            let (kind, who) = (Some(kind), Some(who));
            Parts { kind, who, ..of(decision, shelter, nights, count) }
        };
        match *self {
            Self::Number { pool, from, count } => {
                Parts { last: None, ..of_pool(Decision::Number, pool, Nights::one(from), Some(count)) }
            }
            Self::Extra { pool, night, count } => {
                of_pool(Decision::Extra, pool, Nights::one(night), Some(count))
            }
            Self::Closure { what: Closed::Shelter(shelter), nights } => {
                of(Decision::Closure, shelter, nights, None)
            }
            Self::Closure { what: Closed::Pool(pool), nights } => {
                of_pool(Decision::Closure, pool, nights, None)
            }
            Self::Closure { what: Closed::Places(pool, count), nights } => {
                of_pool(Decision::Closure, pool, nights, Some(count))
            }
            Self::Lending { shelter, kind, direction, nights, count } => {
                let lending = of(Decision::Lending, shelter, nights, Some(count));
                Parts { kind: Some(kind), direction: Some(direction), ..lending }
            }
        }
    }

    /// Whose places it is about.
    #[must_use]
    pub fn shelter(&self) -> ShelterCode {
        self.parts().shelter
    }
}

impl Parts {
    /// The decision of these parts; none if one is missing or its nights end before they begin.
    #[must_use]
    pub fn fact(&self) -> Option<Fact> {
        let Self { decision, shelter, first, count, .. } = *self;
        let pool = self.kind.zip(self.who).map(|(kind, who)| Pool { shelter, kind, who });
        let nights = self.last.and_then(|last| Nights::new(first, last).ok());
        Some(match decision {
            Decision::Number => Fact::Number { pool: pool?, from: first, count: count? },
            Decision::Extra => Fact::Extra { pool: pool?, night: first, count: count? },
            Decision::Closure => {
                let what = match (pool, count) {
                    (None, _) => Closed::Shelter(shelter),
                    (Some(pool), None) => Closed::Pool(pool),
                    (Some(pool), Some(count)) => Closed::Places(pool, count),
                };
                Fact::Closure { what, nights: nights? }
            }
            Decision::Lending => Fact::Lending {
                shelter,
                kind: self.kind?,
                direction: self.direction?,
                nights: nights?,
                count: count?,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Vec<Fact> {
        let [first, last]: [Night; 2] = ["2026-11-27", "2026-12-24"].map(|night| night.parse().unwrap());
        let (shelter, kind) = ("fa".parse().unwrap(), Kind::Family);
        let (pool, nights) = (Pool { shelter, kind, who: Who::Men }, Nights::new(first, last).unwrap());
        let closed = [Closed::Shelter(shelter), Closed::Pool(pool), Closed::Places(pool, 3)];
        let lent = [Direction::MenToWomen, Direction::WomenToMen];
        let mut facts =
            vec![Fact::Number { pool, from: first, count: 0 }, Fact::Extra { pool, night: first, count: 2 }];
        facts.extend(closed.map(|what| Fact::Closure { what, nights }));
        facts.extend(lent.map(|direction| Fact::Lending { shelter, kind, direction, nights, count: 4 }));
        facts
    }

    #[test]
    fn a_decision_is_put_together_again_from_its_parts() {
        for fact in facts() {
            assert_eq!(fact.parts().fact(), Some(fact));
            assert_eq!(fact.shelter().as_str(), "fa");
        }
    }

    #[test]
    fn a_decision_with_a_part_missing_or_that_ends_before_it_begins_is_none() {
        let before: Night = "2026-11-26".parse().unwrap();
        for parts in facts().iter().map(Fact::parts) {
            let closure = parts.decision == Decision::Closure;
            assert_eq!(Parts { count: None, ..parts }.fact().is_some(), closure, "{parts:?}");
            assert_eq!(Parts { kind: None, ..parts }.fact().is_some(), closure, "{parts:?}");
            let spans = matches!(parts.decision, Decision::Closure | Decision::Lending);
            assert_eq!(Parts { last: Some(before), ..parts }.fact().is_none(), spans, "{parts:?}");
        }
    }
}
