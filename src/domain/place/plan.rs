//! What a coordinator decides about places, and how many a pool then has on each night (domain.md, *Places*).
//!
//! Who sleeps in them is no business of this file.

use std::collections::{BTreeMap, BTreeSet};

use super::{Kind, Pool, Who};
use crate::domain::night::{Night, Nights};
use crate::domain::shelter::{Admission, Shelter, ShelterCode};
use crate::domain::word::words;

/// The most places a pool may have on a night (the highest count of an entry: draw.md, section 2).
pub const MAX_PLACES: u32 = 1_000_000;

/// One thing a coordinator decided about places (domain.md, *Places*).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// From the night `from` on, until the next number, the pool has `count` places of its own; none before its first.
    Number {
        /// Which places.
        pool: Pool,
        /// The first night with this number.
        from: Night,
        /// How many.
        count: u32,
    },
    /// Places are closed over a span of nights.
    Closure {
        /// Which places, and how many of them.
        what: Closed,
        /// The nights closed.
        nights: Nights,
    },
    /// Men's places are used for women, or women's for men, of the same shelter and kind, over a span of nights.
    Lending {
        /// Whose places.
        shelter: ShelterCode,
        /// Of which kind.
        kind: Kind,
        /// From whom to whom.
        direction: Direction,
        /// The nights lent.
        nights: Nights,
        /// How many.
        count: u32,
    },
    /// More places for a single night.
    Extra {
        /// Which places.
        pool: Pool,
        /// The night.
        night: Night,
        /// How many more.
        count: u32,
    },
}

/// What a closure closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// The shelter: every place of every pool of it, lent and extra ones too.
    Shelter(ShelterCode),
    /// Every place of the pool.
    Pool(Pool),
    /// So many places of the pool. Closures of the same night add up, to no more than the pool has.
    Places(Pool, u32),
}

/// From whom to whom places are lent. Places for anyone are not lent: everyone may use them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Men's places, for women.
    MenToWomen,
    /// Women's places, for men.
    WomenToMen,
}

words! { Direction { MenToWomen = "men_to_women", WomenToMen = "women_to_men" } }

/// The places of a pool or a shelter on one night.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OnNight {
    /// All of them: its own number, what is lent away or borrowed, and extra ones.
    pub places: u32,
    /// Those of them that are closed: never more than `places`.
    pub closed: u32,
}

impl OnNight {
    /// The places that can be slept in, held or not.
    #[must_use]
    pub fn open(self) -> u32 {
        self.places - self.closed
    }
}

/// Facts about places that do not hold together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Two numbers for one pool from the same night.
    #[error("there are two numbers from {from} on for the {pool}; keep one of them")]
    NumberTwice {
        /// Which places.
        pool: Pool,
        /// The night both begin.
        from: Night,
    },
    /// A pool lends places that it does not have, or that are closed.
    #[error("on {night} {lent} of the {pool} are lent, but only {open} are there and open; lend fewer")]
    LendsMoreThanItHas {
        /// The lender.
        pool: Pool,
        /// The first such night.
        night: Night,
        /// What it has open before lending.
        open: u32,
        /// What it would lend.
        lent: u32,
    },
    /// More than [`MAX_PLACES`] in one pool.
    #[error("on {night} there are more than {MAX_PLACES} {pool}; check the number")]
    TooManyPlaces {
        /// Which places.
        pool: Pool,
        /// The first such night.
        night: Night,
    },
}

/// Every pool's places on every night. Made only from facts that hold together, so that no number in it is negative.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pools: BTreeMap<Pool, PoolPlan>,
}

#[derive(Clone, Debug, Default)]
struct PoolPlan {
    numbers: BTreeMap<Night, u32>,
    spans: Vec<(Nights, Effect)>,
}

/// What a fact does to one pool on each night of a span.
#[derive(Clone, Copy, Debug)]
enum Effect {
    Extra(u32),
    Borrowed(u32),
    Lent(u32),
    PlacesClosed(u32),
    PoolClosed,
    ShelterClosed,
}

/// The facts of one pool on one night, added up.
#[derive(Default)]
struct Tally {
    /// Its number, extra places and what it borrows.
    has: u32,
    lent: u32,
    closed: u32,
    shelter_closed: bool,
}

impl Plan {
    /// The plan these facts make, in whatever order they come.
    ///
    /// # Errors
    /// [`PlanError::NumberTwice`]; else, for the first pool and night, [`PlanError::LendsMoreThanItHas`] or
    /// [`PlanError::TooManyPlaces`]. No lending is cut down to fit: what is lent twice puts two people in one place.
    pub fn new(facts: &[Fact]) -> Result<Self, PlanError> {
        let mut plan = Self::default();
        for fact in facts {
            plan.add(*fact)?;
        }
        // Last, since a shelter's closure closes every pool that any fact names.
        for fact in facts {
            if let Fact::Closure { what: Closed::Shelter(shelter), nights } = *fact {
                let pools = plan.pools.iter_mut().filter(|(pool, _)| pool.shelter == shelter);
                pools.for_each(|(_, of_pool)| of_pool.spans.push((nights, Effect::ShelterClosed)));
            }
        }
        plan.pools.iter().try_for_each(|(&pool, of_pool)| of_pool.check(pool))?;
        Ok(plan)
    }

    fn add(&mut self, fact: Fact) -> Result<(), PlanError> {
        match fact {
            Fact::Number { pool, from, count } => {
                if self.of(pool).numbers.insert(from, count).is_some() {
                    return Err(PlanError::NumberTwice { pool, from });
                }
            }
            Fact::Closure { what: Closed::Shelter(_), .. } => {}
            Fact::Closure { what: Closed::Pool(pool), nights } => {
                self.of(pool).spans.push((nights, Effect::PoolClosed));
            }
            Fact::Closure { what: Closed::Places(pool, count), nights } => {
                self.of(pool).spans.push((nights, Effect::PlacesClosed(count)));
            }
            Fact::Lending { shelter, kind, direction, nights, count } => {
                let (lender, borrower) = match direction {
                    Direction::MenToWomen => (Who::Men, Who::Women),
                    Direction::WomenToMen => (Who::Women, Who::Men),
                };
                self.of(Pool { shelter, kind, who: lender }).spans.push((nights, Effect::Lent(count)));
                self.of(Pool { shelter, kind, who: borrower }).spans.push((nights, Effect::Borrowed(count)));
            }
            Fact::Extra { pool, night, count } => {
                self.of(pool).spans.push((Nights::one(night), Effect::Extra(count)));
            }
        }
        Ok(())
    }

    fn of(&mut self, pool: Pool) -> &mut PoolPlan {
        self.pools.entry(pool).or_default()
    }

    /// Every pool a fact names, in the order of a manifest.
    pub fn pools(&self) -> impl Iterator<Item = Pool> {
        self.pools.keys().copied()
    }

    /// The pools in the draw: those of the given shelters, but for shelters that admit on their own, whose places are there
    /// for the head count only (domain.md, *Head count*).
    #[must_use]
    pub fn pools_in_the_draw(&self, shelters: &[Shelter]) -> Vec<Pool> {
        let takes_tickets = |pool: &Pool| {
            shelters.iter().any(|shelter| shelter.code == pool.shelter && shelter.admission != Admission::Own)
        };
        self.pools().filter(takes_tickets).collect()
    }

    /// The places of the pool on the night: none in a pool that no fact names.
    #[must_use]
    pub fn pool_on(&self, pool: Pool, night: Night) -> OnNight {
        self.pools.get(&pool).map_or_else(OnNight::default, |of_pool| of_pool.tally(night).on_night())
    }

    /// The places of the shelter on the night, all its pools together: the capacity of the night, and the bound of a head
    /// count (domain.md, *Sums that must hold*).
    #[must_use]
    pub fn shelter_on(&self, shelter: ShelterCode, night: Night) -> OnNight {
        self.pools().filter(|pool| pool.shelter == shelter).fold(OnNight::default(), |sum, pool| {
            let of_pool = self.pool_on(pool, night);
            OnNight { places: sum.places + of_pool.places, closed: sum.closed + of_pool.closed }
        })
    }

    /// The nights on which the pool's places or closed places may differ from the night before.
    pub(super) fn nights_of_change(&self, pool: Pool) -> BTreeSet<Night> {
        self.pools.get(&pool).map_or_else(BTreeSet::new, PoolPlan::nights_of_change)
    }
}

impl PoolPlan {
    fn nights_of_change(&self) -> BTreeSet<Night> {
        let edges = self.spans.iter().flat_map(|(nights, _)| [nights.first(), nights.last().next()]);
        self.numbers.keys().copied().chain(edges).collect()
    }

    fn tally(&self, night: Night) -> Tally {
        let number = self.numbers.range(..=night).next_back().map_or(0, |(_, &count)| count);
        let mut tally = Tally { has: number, ..Tally::default() };
        for (_, effect) in self.spans.iter().filter(|(nights, _)| nights.contains(night)) {
            match *effect {
                Effect::Extra(count) | Effect::Borrowed(count) => tally.has = tally.has.saturating_add(count),
                Effect::Lent(count) => tally.lent = tally.lent.saturating_add(count),
                Effect::PlacesClosed(count) => tally.closed = tally.closed.saturating_add(count),
                Effect::PoolClosed => tally.closed = u32::MAX,
                Effect::ShelterClosed => tally.shelter_closed = true,
            }
        }
        tally
    }

    fn check(&self, pool: Pool) -> Result<(), PlanError> {
        for night in self.nights_of_change() {
            let tally = self.tally(night);
            if tally.has > MAX_PLACES {
                return Err(PlanError::TooManyPlaces { pool, night });
            }
            if tally.lent > tally.lendable() {
                let (open, lent) = (tally.lendable(), tally.lent);
                return Err(PlanError::LendsMoreThanItHas { pool, night, open, lent });
            }
        }
        Ok(())
    }
}

impl Tally {
    /// A closed place cannot be lent, or somebody would be sent to it. Where the whole shelter is closed so is the
    /// borrower, and a lending that runs on over the closure does no harm.
    fn lendable(&self) -> u32 {
        if self.shelter_closed { self.has } else { self.has.saturating_sub(self.closed) }
    }

    fn on_night(&self) -> OnNight {
        let places = self.has - self.lent;
        let closed = if self.shelter_closed { places } else { self.closed.min(places) };
        OnNight { places, closed }
    }
}
