//! Why a lot got what it got, in plain words: "why not me?" (draw.md, section 8).
//!
//! A line is one sentence of the language's file; what stands below another is set in by two spaces.

use super::Language;
use super::text::{Named, say, short_date};
use crate::domain::lottery::Draw;
use crate::domain::lottery::explain::{Explanation, Offer, Passed, Taken, Turn};
use crate::domain::lottery::placement::{Phase, Places, Seat};
use crate::domain::night::Night;
use crate::domain::party::LotNumber;
use crate::domain::place::{Kind, Who};

/// What a lot got in a draw, and why: its explanation in words, line by line.
#[must_use]
pub fn why(draw: &Draw, lot: LotNumber, explanation: &Explanation, language: Language) -> String {
    let places = &draw.manifest().content().places;
    let mut words = Words { draw, places, lot, language, said: String::new() };
    words.tell(explanation);
    words.said
}

/// The words for one lot of a draw, as far as they are said.
struct Words<'a> {
    draw: &'a Draw,
    places: &'a Places,
    lot: LotNumber,
    language: Language,
    said: String,
}

impl Words<'_> {
    fn tell(&mut self, explanation: &Explanation) {
        match explanation {
            Explanation::Out(lot) => {
                let key = if lot.refused { "why-out-refused" } else { "why-out-withdrawn" };
                self.line(key, [("lot", self.lot.0.into())]);
            }
            Explanation::PlacedSingle { rank, phase, seat, passed } => {
                self.placed(*rank, seat);
                self.admitted(*phase);
                self.passed(passed);
            }
            Explanation::PlacedFamily { rank, phase, seat, turns } => {
                self.placed(*rank, seat);
                self.admitted(*phase);
                self.turns(turns);
            }
            Explanation::ReserveSingle { rank, reserve, taken } => {
                self.reserve(*rank, *reserve);
                self.taken(*rank, taken);
            }
            Explanation::ReserveFamily { rank, reserve, turns } => {
                self.reserve(*rank, *reserve);
                self.turns(turns);
            }
        }
    }

    fn say<const N: usize>(&self, key: &str, named: [Named<'_>; N]) -> String {
        say(self.language, key, named)
    }

    fn line<const N: usize>(&mut self, key: &str, named: [Named<'_>; N]) {
        self.write("", &self.say(key, named));
    }

    /// A line that stands below another.
    fn below<const N: usize>(&mut self, key: &str, named: [Named<'_>; N]) {
        self.write("  ", &self.say(key, named));
    }

    fn write(&mut self, before: &str, line: &str) {
        self.said.extend([before, line, "\n"]);
    }

    fn count(&self, key: &str, count: u32) -> String {
        self.say(key, [("count", count.into())])
    }

    fn night(&self, night: Night) -> String {
        short_date(night.date(), self.language)
    }

    /// How many members the lot has.
    fn members(&self) -> usize {
        let lots = &self.draw.manifest().content().lots;
        lots.iter().find(|lot| lot.number == self.lot).map_or(0, |lot| lot.members.len())
    }

    fn drawn(&mut self, rank: u32) {
        let (rank, of) = (("rank", rank.into()), ("of", self.draw.order().len().into()));
        let key = self.draw.randomness().and_then(|randomness| {
            let keys = &randomness.keys;
            keys.iter().find(|(lot, _)| *lot == self.lot).map(|(_, key)| key.to_string())
        });
        match key {
            Some(key) => self.line("why-drawn", [rank, of, ("key", key.into())]),
            None => self.line("why-not-drawn", [rank, of]),
        }
    }

    fn placed(&mut self, rank: u32, seat: &Seat) {
        let named = [
            ("lot", self.lot.0.into()),
            ("shelter", seat.shelter.to_string().into()),
            ("nights", self.count("why-nights", seat.nights).into()),
            ("start", self.night(seat.start).into()),
        ];
        self.line("why-placed", named);
        for &entry in &seat.entries {
            self.write("  ", &self.entry(entry));
        }
        self.drawn(rank);
    }

    fn reserve(&mut self, rank: u32, reserve: u32) {
        self.line("why-reserve", [("lot", self.lot.0.into()), ("reserve", reserve.into())]);
        self.drawn(rank);
    }

    fn admitted(&mut self, phase: Phase) {
        let key = match phase {
            Phase::F1 => "why-phase-f1",
            Phase::F2 => "why-phase-f2",
            Phase::F3 => "why-phase-f3",
            Phase::S1 => "why-phase-s1",
            Phase::S2 => "why-phase-s2",
        };
        self.line(key, []);
    }

    fn passed(&mut self, passed: &[Passed]) {
        if passed.is_empty() {
            return self.line("why-best", []);
        }
        self.line("why-preferred", []);
        for Passed { entry, start, nights, full } in passed {
            let named = [
                ("nights", self.count("why-nights", *nights).into()),
                ("start", self.night(*start).into()),
                ("entry", self.entry(*entry).into()),
            ];
            self.below(if *full { "why-passed-full" } else { "why-passed-needed" }, named);
        }
    }

    fn taken(&mut self, rank: u32, taken: &[Taken]) {
        if taken.is_empty() {
            let least = self.count("why-nights", self.places.min_nights);
            return self.line("why-nothing-fits", [("least", least.into())]);
        }
        self.line("why-taken", []);
        for Taken { entry, places, families, singles, .. } in taken {
            let named = [
                ("entry", self.entry(*entry).into()),
                ("places", self.count("why-places", *places).into()),
                ("families", self.count("why-family-members", *families).into()),
                ("singles", self.count("why-singles", *singles).into()),
            ];
            self.below("why-taken-entry", named);
        }
        match taken.iter().filter_map(|taken| taken.last_rank).max() {
            None => self.line("why-no-single", []),
            Some(last) if last < rank => self.line("why-none-later", [("last", last.into())]),
            Some(last) => self.line("why-one-later", [("last", last.into())]),
        }
    }

    fn turns(&mut self, turns: &[Turn]) {
        let least = self.count("why-nights", self.places.min_nights);
        for Turn { phase, offers } in turns {
            let key = match phase {
                Phase::F1 => "why-turn-f1",
                Phase::F2 => "why-turn-f2",
                Phase::F3 | Phase::S1 | Phase::S2 => "why-turn-f3",
            };
            self.line(key, [("least", least.clone().into())]);
            let free: Vec<&Offer> = offers.iter().filter(|offer| offer.free > 0).collect();
            free.iter().for_each(|offer| self.offer(offer));
            match (offers.len(), free.len()) {
                (0, _) => self.below("why-no-night", []),
                (_, 0) => self.below("why-nothing-free", []),
                (all, some) if some < all => self.below("why-nothing-else", []),
                _ => {}
            }
        }
    }

    fn offer(&mut self, offer: &Offer) {
        let named = [
            ("shelter", offer.shelter.to_string().into()),
            ("start", self.night(offer.start).into()),
            ("free", self.count("why-places", offer.free).into()),
            ("seated", offer.members.into()),
            ("members", self.members().into()),
        ];
        self.below("why-offer", named);
    }

    fn entry(&self, number: usize) -> String {
        let named = self.say("why-entry", [("number", number.into())]);
        let Some(entry) = self.places.entries.get(number) else { return named };
        let kind = match entry.pool.kind {
            Kind::Single => "why-single-place",
            Kind::Family => "why-family-place",
        };
        let who = match entry.pool.who {
            Who::Any => "why-for-anyone",
            Who::Men => "why-for-men",
            Who::Women => "why-for-women",
        };
        let entry_named = ("entry", named.into());
        let shelter = ("shelter", entry.pool.shelter.to_string().into());
        let place = ("place", self.say(kind, [("who", self.say(who, []).into())]).into());
        let from = ("from", self.night(entry.from).into());
        match entry.until {
            None => self.say("why-entry-on", [entry_named, shelter, place, from]),
            Some(until) => {
                let until = ("until", self.night(until).into());
                self.say("why-entry-until", [entry_named, shelter, place, from, until])
            }
        }
    }
}
