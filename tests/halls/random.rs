//! Random halls: small enough for brute force, odd enough to come to every phase and to the reserve list.

use inskrivning::domain::guest::Sex;
use inskrivning::domain::lottery::placement::{Lot, Outcome, Phase, Places, Seat, ShelterNights, place};
use inskrivning::domain::night::Night;
use inskrivning::domain::party::LotNumber;
use inskrivning::domain::place::{Kind, PlaceEntry, Pool, Who};
use inskrivning::domain::shelter::ShelterCode;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// So many cases, the same in every run. `PROPTEST_CASES` and `PROPTEST_RNG_SEED` ask for others.
pub fn cases(cases: u32) -> ProptestConfig {
    let set = ProptestConfig::default();
    let rng_seed = if set.rng_seed == RngSeed::Random { RngSeed::Fixed(20_261_127) } else { set.rng_seed };
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { set.cases } else { cases };
    ProptestConfig { cases, rng_seed, failure_persistence: None, ..set }
}

/// Everything `place` is given.
#[derive(Clone, Debug)]
pub struct Hall {
    pub places: Places,
    pub lots: Vec<Lot>,
    pub order: Vec<LotNumber>,
}

/// A lot and what became of it.
pub struct Placed<'a> {
    pub lot: &'a Lot,
    pub rank: u32,
    /// None for the reserve list.
    pub given: Option<(Phase, Seat)>,
}

impl Placed<'_> {
    pub fn is_single(&self) -> bool {
        self.lot.members.len() == 1
    }

    pub fn phase(&self) -> Option<Phase> {
        self.given.as_ref().map(|(phase, _)| *phase)
    }

    pub fn seat(&self) -> Option<&Seat> {
        self.given.as_ref().map(|(_, seat)| seat)
    }
}

impl Hall {
    pub fn place(&self) -> Vec<Outcome> {
        place(&self.places, &self.lots, &self.order)
    }

    pub fn lot(&self, number: LotNumber) -> &Lot {
        self.lots.iter().find(|lot| lot.number == number).unwrap()
    }

    /// The lots by rank, each with what became of it.
    pub fn placed(&self) -> Vec<Placed<'_>> {
        let read = |outcome| match outcome {
            Outcome::Placed { lot, rank, phase, seat } => {
                Placed { lot: self.lot(lot), rank, given: Some((phase, seat)) }
            }
            Outcome::Reserve { lot, rank, .. } => Placed { lot: self.lot(lot), rank, given: None },
        };
        self.place().into_iter().map(read).collect()
    }

    pub fn counts(&self) -> Vec<u32> {
        self.places.entries.iter().map(|entry| entry.count).collect()
    }

    /// What is left of every entry when the lots that `held` says have their places.
    pub fn left(&self, placed: &[Placed<'_>], held: impl Fn(&Placed<'_>) -> bool) -> Vec<u32> {
        let mut left = self.counts();
        for seat in placed.iter().filter(|placed| held(placed)).filter_map(Placed::seat) {
            seat.entries.iter().for_each(|&entry| left[entry] -= 1);
        }
        left
    }

    /// The places that are left at the end.
    pub fn left_over(&self, placed: &[Placed<'_>]) -> Places {
        let mut places = self.places.clone();
        let left = self.left(placed, |_| true);
        places.entries.iter_mut().zip(left).for_each(|(entry, left)| entry.count = left);
        places
    }
}

/// Up to four shelters, eight entries, three start nights and twelve lots.
pub fn small_halls() -> impl Strategy<Value = Hall> {
    let size = Size { shelters: 4, entries: 8, starts: 3, lots: 12 };
    let moving = raw_halls(size).prop_map(|raw| raw.moving().hall());
    prop_oneof![3 => raw_halls(size).prop_map(RawHall::hall), 2 => moving]
}

/// Up to six shelters, twenty-four entries, five start nights and forty lots; or few shelters and many lots that are alike.
pub fn larger_halls() -> impl Strategy<Value = Hall> {
    let wide = Size { shelters: 6, entries: 24, starts: 5, lots: 40 };
    let crowded = Size { shelters: 2, entries: 6, starts: 2, lots: 60 };
    let crowded = raw_halls(crowded).prop_map(|mut raw| {
        raw.entries.iter_mut().for_each(|entry| entry.count *= 4);
        raw.hall()
    });
    prop_oneof![raw_halls(wide).prop_map(RawHall::hall), crowded]
}

/// The most there is of each.
#[derive(Clone, Copy)]
struct Size {
    shelters: usize,
    entries: usize,
    starts: usize,
    lots: usize,
}

/// Numbers from which any hall can be made, however many of them proptest takes away.
#[derive(Clone, Debug)]
struct RawHall {
    /// The full length of the tickets of every shelter.
    tickets: Vec<u32>,
    /// The nights from one start night to the next.
    gaps: Vec<u32>,
    min_nights: u32,
    entries: Vec<RawEntry>,
    lots: Vec<RawLot>,
}

fn raw_halls(Size { shelters, entries, starts, lots }: Size) -> impl Strategy<Value = RawHall> {
    let tickets = vec(prop_oneof![3 => 3..=5_u32, 1 => 1..=6_u32], 1..=shelters);
    let gaps = vec(prop_oneof![5 => Just(1), 1 => Just(2_u32)], 0..starts);
    let min_nights = prop_oneof![3 => 1..=3_u32, 1 => Just(4)];
    let entries = vec(entry(shelters, starts), 1..=entries);
    let lots = vec(lot(shelters), 1..=lots);
    (tickets, gaps, min_nights, entries, lots).prop_map(|(tickets, gaps, min_nights, entries, lots)| {
        RawHall { tickets, gaps, min_nights, entries, lots }
    })
}

impl RawHall {
    /// Turns it into one where single men leave single places for better family places, all for men, so that couples of women
    /// come to their turn in F3.
    fn moving(mut self) -> Self {
        self.tickets.truncate(2);
        self.entries.truncate(5);
        self.tickets.iter_mut().for_each(|nights| *nights = 5);
        self.min_nights = self.min_nights.min(2);
        for entry in &mut self.entries {
            match entry.kind {
                Kind::Family => {
                    (entry.who, entry.from, entry.nights) = (Who::Men, 0, None);
                }
                Kind::Single => {
                    entry.who = Who::Any;
                    entry.nights = entry.nights.map(|nights| nights.max(2));
                }
            }
        }
        for lot in &mut self.lots {
            lot.members = if lot.key % 2 == 0 { vec![Sex::Man] } else { vec![Sex::Woman; 2] };
            (lot.named, lot.from) = (usize::MAX, lot.from.min(1));
        }
        self
    }

    fn hall(self) -> Hall {
        let codes: Vec<ShelterCode> = ('a'..).take(self.tickets.len()).map(code).collect();
        let mut start_nights = vec![friday()];
        self.gaps.iter().for_each(|&gap| start_nights.push(start_nights[start_nights.len() - 1].plus(gap)));
        let entries = list(self.entries.iter().map(|raw| raw.entry(&codes, &start_nights)).collect());
        let shelters = codes.iter().zip(self.tickets).map(|(&code, nights)| ShelterNights { code, nights });
        let keys = self.lots.iter().map(|raw| raw.key);
        let mut drawn: Vec<(u16, LotNumber)> = keys.zip((1..).map(LotNumber)).collect();
        drawn.sort_unstable();
        Hall {
            lots: (1..).zip(&self.lots).map(|(number, raw)| raw.lot(number, &codes)).collect(),
            order: drawn.into_iter().map(|(_, number)| number).collect(),
            places: Places {
                shelters: shelters.collect(),
                start_nights,
                min_nights: self.min_nights,
                entries,
            },
        }
    }
}

/// The first start night: a Friday.
pub fn friday() -> Night {
    "2026-11-27".parse().unwrap()
}

fn code(letter: char) -> ShelterCode {
    letter.to_string().parse().unwrap()
}

/// Entries in the order of a manifest; those alike but for their count become one.
fn list(mut entries: Vec<PlaceEntry>) -> Vec<PlaceEntry> {
    entries.sort_unstable_by_key(|entry| (entry.pool, entry.from, entry.until.is_none(), entry.until));
    entries.dedup_by(|next, entry| {
        let alike = PlaceEntry { count: entry.count, ..*next } == *entry;
        entry.count += if alike { next.count } else { 0 };
        alike
    });
    entries
}

/// An entry before it is known how many shelters and start nights there are.
#[derive(Clone, Debug)]
struct RawEntry {
    shelter: usize,
    kind: Kind,
    who: Who,
    from: usize,
    nights: Option<u32>,
    count: u32,
}

impl RawEntry {
    fn entry(&self, codes: &[ShelterCode], start_nights: &[Night]) -> PlaceEntry {
        let pool = Pool { shelter: codes[self.shelter % codes.len()], kind: self.kind, who: self.who };
        let from = start_nights[self.from % start_nights.len()];
        PlaceEntry { pool, from, until: self.nights.map(|nights| from.plus(nights)), count: self.count }
    }
}

fn entry(shelters: usize, starts: usize) -> impl Strategy<Value = RawEntry> {
    let kind = prop_oneof![Just(Kind::Single), Just(Kind::Family)];
    let who = prop_oneof![2 => Just(Who::Any), 2 => Just(Who::Men), 1 => Just(Who::Women)];
    let nights = prop_oneof![1 => Just(None), 1 => (0..=6_u32).prop_map(Some)];
    let from = prop_oneof![1 => Just(0), 1 => 0..starts];
    (0..shelters, kind, who, from, nights, 1..=3_u32).prop_map(|(shelter, kind, who, from, nights, count)| {
        RawEntry { shelter, kind, who, from, nights, count }
    })
}

/// A lot before it is known how many shelters there are, with a key for its place in the order.
#[derive(Clone, Debug)]
struct RawLot {
    members: Vec<Sex>,
    from: u32,
    wishes: Vec<usize>,
    named: usize,
    key: u16,
}

impl RawLot {
    fn lot(&self, number: u32, codes: &[ShelterCode]) -> Lot {
        let wishes = self.wishes.iter().filter_map(|&wish| codes.get(wish).copied());
        let (members, from) = (self.members.clone(), friday().plus(self.from));
        Lot { number: LotNumber(number), members, from, accepts: wishes.take(self.named).collect() }
    }
}

fn lot(shelters: usize) -> impl Strategy<Value = RawLot> {
    let sex = prop_oneof![5 => Just(Sex::Man), 4 => Just(Sex::Woman), 1 => Just(Sex::Other)];
    let members = prop_oneof![
        5 => vec(sex.clone(), 1),
        3 => vec(sex.clone(), 2..=3),
        1 => vec(sex, 4..=5),
    ];
    let from = prop_oneof![4 => Just(0), 2 => 1..=2_u32, 1 => 0..=5_u32];
    let wishes = Just((0..shelters).collect::<Vec<_>>()).prop_shuffle();
    (members, from, wishes, 1..=shelters, any::<u16>())
        .prop_map(|(members, from, wishes, named, key)| RawLot { members, from, wishes, named, key })
}
