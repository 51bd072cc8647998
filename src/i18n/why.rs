//! Why a lot got what it got, in plain English: "why not me?" (draw.md, section 8).

use std::fmt::Write;

use crate::domain::lottery::Draw;
use crate::domain::lottery::explain::{Explanation, Offer, Passed, Taken, Turn, explain};
use crate::domain::lottery::placement::{Phase, Places, Seat};
use crate::domain::party::LotNumber;
use crate::domain::place::{Kind, Who};

/// What a lot got in a draw, and why; none if the day had no such lot.
#[must_use]
pub fn why(draw: &Draw, lot: LotNumber) -> Option<String> {
    let explanation = explain(draw, lot)?;
    Some(Words { draw, places: &draw.manifest().content().places }.of(lot.0, &explanation))
}

/// The words for one draw.
struct Words<'a> {
    draw: &'a Draw,
    places: &'a Places,
}

impl Words<'_> {
    fn of(&self, number: u32, explanation: &Explanation) -> String {
        match explanation {
            Explanation::Out(lot) => {
                let what = if lot.refused { "refused" } else { "withdrawn" };
                format!("Lot {number} was {what} before the list was frozen. It was not in the draw.\n")
            }
            Explanation::PlacedSingle { rank, phase, seat, passed } => {
                self.placed(number, *rank, seat) + self.admitted(*phase) + &self.passed(passed)
            }
            Explanation::PlacedFamily { rank, phase, seat, turns } => {
                self.placed(number, *rank, seat)
                    + self.admitted(*phase)
                    + &self.turns(self.members(number), turns)
            }
            Explanation::ReserveSingle { rank, reserve, taken } => {
                self.reserve(number, *rank, *reserve) + &self.taken(*rank, taken)
            }
            Explanation::ReserveFamily { rank, reserve, turns } => {
                self.reserve(number, *rank, *reserve) + &self.turns(self.members(number), turns)
            }
        }
    }

    /// How many members a lot has.
    fn members(&self, number: u32) -> usize {
        let lots = &self.draw.manifest().content().lots;
        lots.iter().find(|lot| lot.number == LotNumber(number)).map_or(0, |lot| lot.members.len())
    }

    fn drawn(&self, number: u32, rank: u32) -> String {
        let of = self.draw.order().len();
        let key = self.draw.randomness().and_then(|randomness| {
            let keys = &randomness.keys;
            keys.iter().find(|(lot, _)| *lot == LotNumber(number)).map(|(_, key)| *key)
        });
        match key {
            Some(key) => format!("It was drawn as number {rank} of {of} (key {key}).\n"),
            None => format!(
                "Everyone fits, so nothing was drawn: it is number {rank} of {of} in the order of asking.\n"
            ),
        }
    }

    fn placed(&self, number: u32, rank: u32, seat: &Seat) -> String {
        let Seat { shelter, start, nights, entries } = seat;
        let mut text =
            format!("Lot {number} got shelter {shelter} for {} from {start}.\n", count(*nights, "night"));
        for entry in entries {
            let _ = writeln!(text, "  {}", self.entry(*entry));
        }
        text + &self.drawn(number, rank)
    }

    fn reserve(&self, number: u32, rank: u32, reserve: u32) -> String {
        format!("Lot {number} is number {reserve} on the reserve list.\n") + &self.drawn(number, rank)
    }

    fn admitted(&self, phase: Phase) -> &'static str {
        match phase {
            Phase::F1 => "It was seated in F1: families on family places, in order.\n",
            Phase::F2 => {
                "It was seated in F2: families passed over, on places of both kinds beside the singles admitted.\n"
            }
            Phase::F3 => "It was seated in F3: families still not seated, on the places left over.\n",
            Phase::S1 => {
                "It was admitted in S1: singles on single places, as many as can have one, in order.\n"
            }
            Phase::S2 => {
                "It was admitted in S2: singles not admitted before, on places of both kinds that no family took.\n"
            }
        }
    }

    fn passed(&self, passed: &[Passed]) -> String {
        if passed.is_empty() {
            return "It got the best place it could use.\n".to_owned();
        }
        let mut text = "It would have preferred, best first:\n".to_owned();
        for Passed { entry, start, nights, full } in passed {
            let why = if *full {
                "full when its turn came"
            } else {
                "needed, so that everyone admitted has a place"
            };
            let nights = count(*nights, "night");
            let _ = writeln!(text, "  {nights} from {start} on {}: {why}", self.entry(*entry));
        }
        text
    }

    fn taken(&self, rank: u32, taken: &[Taken]) -> String {
        if taken.is_empty() {
            let least = count(self.places.min_nights, "night");
            return format!("No place of the shelters it accepts fits it for at least {least}.\n");
        }
        let mut text = "All places it could use, and all that could have been freed for it by moving others, are held:\n".to_owned();
        for Taken { entry, places, families, singles, .. } in taken {
            let (places, families) = (count(*places, "place"), count(*families, "family member"));
            let _ = writeln!(
                text,
                "  {}: {places}, held by {families} and {}",
                self.entry(*entry),
                count(*singles, "single")
            );
        }
        text + &match taken.iter().filter_map(|taken| taken.last_rank).max() {
            None => "No single holds any of them.\n".to_owned(),
            Some(last) if last < rank => {
                format!("None of these singles was drawn after it; the last was number {last}.\n")
            }
            Some(last) => {
                format!("One of these singles was drawn after it, as number {last}: report this record.\n")
            }
        }
    }

    fn turns(&self, members: usize, turns: &[Turn]) -> String {
        let least = count(self.places.min_nights, "night");
        let mut text = String::new();
        for Turn { phase, offers } in turns {
            let on = match phase {
                Phase::F1 => "family places",
                Phase::F2 => "places of both kinds, while every single admitted keeps one",
                _ => "the places left over",
            };
            let _ = writeln!(text, "At its turn in {phase:?}, on {on}, for at least {least}:");
            let free: Vec<&Offer> = offers.iter().filter(|offer| offer.free > 0).collect();
            for Offer { shelter, start, free, members: seated } in &free {
                let free = count(*free, "place");
                let _ = writeln!(
                    text,
                    "  {shelter} from {start}: {free} for some of them, enough for {seated} of {members}"
                );
            }
            text += match (offers.len(), free.len()) {
                (0, _) => "  no start night on which all its members may sleep\n",
                (_, 0) => "  nothing free in the shelters it accepts\n",
                (all, some) if some < all => "  nothing free in its other shelters and nights\n",
                _ => "",
            };
        }
        text
    }

    fn entry(&self, number: usize) -> String {
        let Some(entry) = self.places.entries.get(number) else { return format!("entry {number}") };
        let kind = match entry.pool.kind {
            Kind::Single => "single place",
            Kind::Family => "family place",
        };
        let who = match entry.pool.who {
            Who::Any => "anyone",
            Who::Men => "men",
            Who::Women => "women",
        };
        let until = entry.until.map_or_else(|| "on".to_owned(), |until| format!("through {until}"));
        format!("entry {number} ({} {kind} for {who}, free from {} {until})", entry.pool.shelter, entry.from)
    }
}

fn count(number: u32, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
