//! Places: pools, decisions about them, what is free, and the seating of a party on it (domain.md, *Places*; draw.md,
//! sections 2 and 6).

use super::when::Night;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Family,
    Single,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Any,
    Men,
    Women,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sex {
    Man,
    Woman,
    Other,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Family => "family",
            Self::Single => "single",
        }
    }
}

impl Who {
    pub fn word(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Men => "men",
            Self::Women => "women",
        }
    }

    pub fn fits(self, sex: Sex) -> bool {
        match self {
            Self::Any => true,
            Self::Men => sex == Sex::Man,
            Self::Women => sex == Sex::Woman,
        }
    }
}

impl Sex {
    pub fn word(self) -> &'static str {
        match self {
            Self::Man => "man",
            Self::Woman => "woman",
            Self::Other => "other",
        }
    }
}

/// Shelters are few and named by their place in the list, which is in the order of their codes.
pub type ShelterNo = usize;

/// A pool, in the order of the manifest: shelter, kind, who.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pool {
    pub shelter: ShelterNo,
    pub kind: Kind,
    pub who: Who,
}

/// A decision about places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Number {
        pool: Pool,
        from: Night,
        count: u32,
    },
    Extra {
        pool: Pool,
        night: Night,
        count: u32,
    },
    /// Of a whole shelter, or so many places of a pool.
    Closure {
        shelter: ShelterNo,
        of: Option<(Pool, u32)>,
        first: Night,
        last: Night,
    },
    /// From men to women, or the other way.
    Lending {
        shelter: ShelterNo,
        kind: Kind,
        to_women: bool,
        first: Night,
        last: Night,
        count: u32,
    },
}

/// What the decisions give, night by night.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub decisions: Vec<Decision>,
}

impl Plan {
    /// Every pool that was ever given a number.
    pub fn pools(&self) -> Vec<Pool> {
        let mut pools: Vec<Pool> = self
            .decisions
            .iter()
            .filter_map(|decision| match decision {
                Decision::Number { pool, .. } | Decision::Extra { pool, .. } => Some(*pool),
                Decision::Closure { .. } | Decision::Lending { .. } => None,
            })
            .collect();
        for decision in &self.decisions {
            if let &Decision::Lending { shelter, kind, .. } = decision {
                pools.extend([Who::Men, Who::Women].map(|who| Pool { shelter, kind, who }));
            }
        }
        pools.sort_unstable();
        pools.dedup();
        pools
    }

    /// The places of a pool on a night, and how many of them are closed.
    pub fn on(&self, pool: Pool, night: Night) -> (u32, u32) {
        let mut number = (Night::MIN, 0_i64);
        let mut more = 0_i64;
        for decision in &self.decisions {
            match *decision {
                Decision::Number { pool: of, from, count } if of == pool && from <= night => {
                    number = number.max((from, i64::from(count)));
                }
                Decision::Extra { pool: of, night: on, count } if of == pool && on == night => {
                    more += i64::from(count);
                }
                Decision::Lending { shelter, kind, to_women, first, last, count }
                    if (shelter, kind) == (pool.shelter, pool.kind) && (first..=last).contains(&night) =>
                {
                    let gets = match pool.who {
                        Who::Men => !to_women,
                        Who::Women => to_women,
                        Who::Any => continue,
                    };
                    more += if gets { i64::from(count) } else { -i64::from(count) };
                }
                _ => {}
            }
        }
        // Less than nothing only in a plan that is refused.
        let places = u32::try_from(number.1 + more).unwrap_or(0);
        (places, self.closed(pool, night, places))
    }

    fn closed(&self, pool: Pool, night: Night, places: u32) -> u32 {
        let mut closed = 0;
        for decision in &self.decisions {
            if let Decision::Closure { shelter, of, first, last } = *decision
                && shelter == pool.shelter
                && (first..=last).contains(&night)
            {
                closed += match of {
                    None => places,
                    Some((of, count)) if of == pool => count,
                    Some(_) => 0,
                };
            }
        }
        closed.min(places)
    }

    pub fn open(&self, pool: Pool, night: Night) -> u32 {
        let (places, closed) = self.on(pool, night);
        places - closed
    }

    /// Whether each pool that lends has the places it lends, borrowed ones too, and none of its places are closed that it
    /// would need. Where the whole shelter is closed nobody sleeps, and what is closed besides does no harm.
    pub fn lends_what_it_has(&self, night: Night) -> bool {
        self.pools().into_iter().filter(|pool| pool.who != Who::Any).all(|pool| {
            let mut without = self.clone();
            let shut = self.decisions.iter().any(|decision| match *decision {
                Decision::Closure { shelter, of: None, first, last } => {
                    shelter == pool.shelter && (first..=last).contains(&night)
                }
                _ => false,
            });
            without.decisions.retain(|decision| match *decision {
                Decision::Lending { to_women, .. } => to_women != (pool.who == Who::Men),
                Decision::Closure { .. } => !shut,
                Decision::Number { .. } | Decision::Extra { .. } => true,
            });
            let lent = self.decisions.iter().filter_map(|decision| match *decision {
                Decision::Lending { shelter, kind, to_women, first, last, count } => {
                    let of = (shelter, kind) == (pool.shelter, pool.kind) && (first..=last).contains(&night);
                    (of && to_women == (pool.who == Who::Men)).then_some(count)
                }
                _ => None,
            });
            lent.sum::<u32>() <= without.open(pool, night)
        })
    }

    /// The first night on which anything changes.
    pub fn begins(&self) -> Night {
        let firsts = self.decisions.iter().map(|decision| match *decision {
            Decision::Number { from, .. } => from,
            Decision::Extra { night, .. } => night,
            Decision::Closure { first, .. } | Decision::Lending { first, .. } => first,
        });
        firsts.min().unwrap_or(0)
    }

    /// The last night on which anything changes.
    pub fn horizon(&self) -> Night {
        let ends = self.decisions.iter().map(|decision| match *decision {
            Decision::Number { from, .. } => from,
            Decision::Extra { night, .. } => night + 1,
            Decision::Closure { last, .. } | Decision::Lending { last, .. } => last + 1,
        });
        ends.max().unwrap_or(0)
    }
}

/// Equal places free from a start night through a night, as a manifest lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub pool: Pool,
    pub from: Night,
    pub until: Option<Night>,
    pub count: u32,
}

impl Entry {
    pub fn key(&self) -> (Pool, Night, Night) {
        (self.pool, self.from, self.until.unwrap_or(Night::MAX))
    }
}

/// The entries that a pool's free places make, night by night from the first start night (draw.md, *From facts to entries*).
pub fn entries_of(pool: Pool, start: (Night, Night), end: Night, free: impl Fn(Night) -> u32) -> Vec<Entry> {
    let mut running: Vec<Night> = Vec::new();
    let mut runs: Vec<(Night, Option<Night>)> = Vec::new();
    for night in start.0..=end {
        let wanted = usize::try_from(free(night)).unwrap();
        while running.len() > wanted {
            runs.push((running.remove(0), Some(night - 1)));
        }
        while running.len() < wanted {
            running.push(night);
        }
    }
    runs.extend(running.into_iter().map(|from| (from, None)));
    runs.retain(|(from, _)| *from <= start.1);
    runs.sort_by_key(|(from, until)| (*from, until.unwrap_or(Night::MAX)));
    let mut entries: Vec<Entry> = Vec::new();
    for (from, until) in runs {
        match entries.last_mut() {
            Some(last) if (last.from, last.until) == (from, until) => last.count += 1,
            _ => entries.push(Entry { pool, from, until, count: 1 }),
        }
    }
    entries
}

/// What is free, and for whom it is asked.
#[derive(Clone, Debug)]
pub struct Free {
    pub entries: Vec<Entry>,
    pub start: (Night, Night),
    pub min_nights: u32,
    /// The nights of a full ticket, by shelter.
    pub full: Vec<u32>,
}

/// A party that asks for places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asks {
    pub lot: u32,
    pub members: Vec<Sex>,
    pub from: Night,
    pub accepts: Vec<ShelterNo>,
}

/// Where a party could be seated: an entry for each member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    pub shelter: ShelterNo,
    pub start: Night,
    pub nights: u32,
    pub entries: Vec<usize>,
}

impl Free {
    /// How long one can stay on an entry from a night.
    pub fn length(&self, entry: &Entry, start: Night) -> u32 {
        let full = self.full[entry.pool.shelter];
        entry.until.map_or(full, |until| full.min(u32::try_from((until - start + 1).max(0)).unwrap()))
    }

    /// Where the party is seated: a family by *Seating*, a single by the order of *Assignment*.
    pub fn seat(&self, party: &Asks) -> Option<Seat> {
        if party.members.len() > 1 { self.seat_family(party) } else { self.seat_single(party) }
    }

    fn seat_single(&self, party: &Asks) -> Option<Seat> {
        let mut best = None;
        for (number, entry) in self.entries.iter().enumerate() {
            let Some(wish) = party.accepts.iter().position(|code| *code == entry.pool.shelter) else {
                continue;
            };
            let start = entry.from.max(party.from);
            let nights = self.length(entry, start);
            let fits = entry.count > 0 && entry.pool.who.fits(party.members[0]);
            if !fits || start > self.start.1 || nights < self.min_nights {
                continue;
            }
            let order = (
                start,
                -i64::from(nights),
                wish,
                entry.pool.kind == Kind::Family,
                entry.pool.who == Who::Any,
                number,
            );
            best = best.min(Some(order)).or(Some(order));
        }
        let (start, nights, _, _, _, number) = best?;
        let nights = u32::try_from(-nights).unwrap();
        Some(Seat { shelter: self.entries[number].pool.shelter, start, nights, entries: vec![number] })
    }

    fn seat_family(&self, party: &Asks) -> Option<Seat> {
        let mut ways = Vec::new();
        for (wish, &shelter) in party.accepts.iter().enumerate() {
            for start in party.from.max(self.start.0)..=self.start.1 {
                let longest = (self.min_nights..=self.full[shelter]).rev();
                let found =
                    longest.filter_map(|nights| Some((nights, self.seats(party, (shelter, start, nights))?)));
                if let Some((nights, entries)) = found.into_iter().next() {
                    ways.push((start, -i64::from(nights), wish, shelter, entries));
                }
            }
        }
        let (start, nights, _, shelter, entries) = ways.into_iter().min()?;
        Some(Seat { shelter, start, nights: u32::try_from(-nights).unwrap(), entries })
    }

    /// The entries on which a family stays, in the order of its members.
    fn seats(&self, party: &Asks, (shelter, start, nights): (ShelterNo, Night, u32)) -> Option<Vec<usize>> {
        let last = start + i32::try_from(nights).unwrap() - 1;
        let mut fitting: Vec<usize> = (0..self.entries.len()).collect();
        fitting.retain(|&number| {
            let entry = &self.entries[number];
            entry.pool.shelter == shelter
                && entry.from <= start
                && entry.until.is_none_or(|until| until >= last)
        });
        fitting.sort_by_key(|&number| {
            let Entry { pool, from, until, .. } = self.entries[number];
            (pool.who == Who::Any, pool.kind == Kind::Family, -from, until.unwrap_or(Night::MAX), number)
        });
        let mut order: Vec<usize> = (0..party.members.len()).collect();
        order.sort_by_key(|&member| party.members[member]);
        let mut left: Vec<u32> = self.entries.iter().map(|entry| entry.count).collect();
        let mut seats = vec![0; order.len()];
        self.seat_rest(party, &order, &fitting, &mut left, &mut seats).then_some(seats)
    }

    fn seat_rest(
        &self,
        party: &Asks,
        order: &[usize],
        fitting: &[usize],
        left: &mut Vec<u32>,
        seats: &mut Vec<usize>,
    ) -> bool {
        let Some((&member, after)) = order.split_first() else { return true };
        for &number in fitting {
            if left[number] == 0 || !self.entries[number].pool.who.fits(party.members[member]) {
                continue;
            }
            left[number] -= 1;
            seats[member] = number;
            if self.seat_rest(party, after, fitting, left, seats) {
                return true;
            }
            left[number] += 1;
        }
        false
    }
}
