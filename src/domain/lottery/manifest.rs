//! The frozen list: what is given out, and who asks (draw.md, section 2).

use serde::{Deserialize, Serialize};

use super::bounded;
use super::canonical::{self, Refused};
use super::entropy::Source;
use super::hash::Hash32;
use super::order;
use super::placement::{Lot, Places, ShelterNights};
use crate::domain::guest::Sex;
use crate::domain::night::{LONGEST_TICKET, Night};
use crate::domain::party::{LotNumber, LotStatus, MAX_MEMBERS, MAX_WISHES};
use crate::domain::place::{Kind, PlaceEntry, Pool, Who};
use crate::domain::shelter::ShelterCode;

/// The specification a manifest and a record are made by.
pub const VERSION: &str = "inskrivning-draw/1";
/// The longest manifest that can be valid, with room to spare, in bytes: a million lots that accept 64 shelters each.
pub const MAX_BYTES: u64 = 2 << 30;

/// The most lots of a desk day.
pub const MAX_LOTS: u32 = 1_000_000;
/// The most draws of a desk day.
pub const MAX_DRAWS: u32 = 99;
/// The most start nights of a desk day.
pub const MAX_START_NIGHTS: u32 = 31;

const MAX_ENTRIES: u32 = 1024;
const MAX_SHELTERS: u32 = 64;
const MAX_COUNT: u32 = 1_000_000;

/// What a manifest says. Lists may be in any order; [`Manifest::freeze`] puts them into the one that is hashed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The date of the desk day.
    pub day: Night,
    /// Which draw of that day, from 1.
    pub draw: u32,
    /// The commitment of the draw before, from the second on.
    pub previous: Option<Hash32>,
    /// The hash at the head of the audit chain when the list was frozen.
    pub log: Hash32,
    /// 32 bytes from the operating system, drawn for this manifest alone.
    pub salt: Hash32,
    /// Where the randomness will come from.
    pub source: Source,
    /// What is given out.
    pub places: Places,
    /// The lots that are `in`.
    pub lots: Vec<Lot>,
    /// The lots that are not.
    pub out: Vec<OutLot>,
}

/// A lot that was withdrawn or refused before the list was frozen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutLot {
    /// Its number.
    pub number: LotNumber,
    /// Its members, in listed order.
    pub members: Vec<Sex>,
    /// Whether it was refused; otherwise it was withdrawn.
    pub refused: bool,
}

/// A manifest that keeps every clause of draw.md, section 2: its bytes, and what they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    bytes: String,
    content: Content,
}

impl Manifest {
    /// Reads a manifest from its bytes.
    ///
    /// # Errors
    /// The first clause that is broken, with its place and the reason.
    pub fn read(bytes: &[u8]) -> Result<Self, Refused> {
        let written: Written = canonical::read(bytes)?;
        written.check()?;
        // Whatever serde_json reads as a struct of strings and numbers is UTF-8.
        let bytes =
            String::from_utf8(bytes.to_vec()).map_err(|_| Refused::new("the whole", "it is not UTF-8"))?;
        Ok(Self { bytes, content: written.into_content() })
    }

    /// Freezes a list: puts it into order, writes it down, and reads it back as anyone else would.
    ///
    /// # Errors
    /// The first clause that is broken, with its place in the written form and the reason.
    pub fn freeze(content: Content) -> Result<Self, Refused> {
        let bytes = canonical::to_string(&Written::from_content(content))?;
        Self::read(bytes.as_bytes())
    }

    /// The bytes that are stored and hashed.
    #[must_use]
    pub fn bytes(&self) -> &str {
        &self.bytes
    }

    /// What they say.
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// C: what is shown, printed and read out before any dice are thrown (draw.md, section 3).
    #[must_use]
    pub fn commitment(&self) -> Hash32 {
        order::commitment(self.bytes.as_bytes())
    }

    /// The number of the last lot, whether in or not.
    #[must_use]
    pub fn last_lot(&self) -> usize {
        self.content.lots.len() + self.content.out.len()
    }
}

/// A manifest as it is written: fields in the order of RFC 8785.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    day: Night,
    draw: u32,
    entropy: Source,
    log: Hash32,
    lots: Vec<WrittenLot>,
    min_nights: u32,
    places: Vec<WrittenEntry>,
    #[serde(deserialize_with = "bounded::present")]
    previous: Option<Hash32>,
    salt: Hash32,
    shelters: Vec<ShelterNights>,
    start_nights: Vec<Night>,
    v: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLot {
    #[serde(deserialize_with = "bounded::list::<_, _, MAX_WISHES>")]
    accepts: Vec<ShelterCode>,
    #[serde(deserialize_with = "bounded::present")]
    from: Option<Night>,
    kind: Kind,
    lot: LotNumber,
    members: Vec<Sex>,
    status: LotStatus,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEntry {
    count: u32,
    from: Night,
    kind: Kind,
    shelter: ShelterCode,
    #[serde(deserialize_with = "bounded::present")]
    until: Option<Night>,
    who: Who,
}

impl Written {
    fn from_content(content: Content) -> Self {
        let Places { mut shelters, start_nights, min_nights, mut entries } = content.places;
        shelters.sort_unstable_by_key(|shelter| shelter.code);
        entries.sort_unstable_by_key(PlaceEntry::sort_key);
        let lots = content.lots.into_iter().map(WrittenLot::of_in);
        let mut lots: Vec<WrittenLot> = lots.chain(content.out.into_iter().map(WrittenLot::of_out)).collect();
        lots.sort_unstable_by_key(|lot| lot.lot);
        Self {
            day: content.day,
            draw: content.draw,
            entropy: content.source,
            log: content.log,
            lots,
            min_nights,
            places: entries.iter().map(WrittenEntry::of).collect(),
            previous: content.previous,
            salt: content.salt,
            shelters,
            start_nights,
            v: VERSION.to_owned(),
        }
    }

    fn into_content(self) -> Content {
        let mut content = Content {
            day: self.day,
            draw: self.draw,
            previous: self.previous,
            log: self.log,
            salt: self.salt,
            source: self.entropy,
            places: Places {
                shelters: self.shelters,
                start_nights: self.start_nights,
                min_nights: self.min_nights,
                entries: self.places.iter().map(WrittenEntry::entry).collect(),
            },
            lots: Vec::new(),
            out: Vec::new(),
        };
        for WrittenLot { accepts, from, lot: number, members, status, .. } in self.lots {
            match from {
                Some(from) => content.lots.push(Lot { number, members, from, accepts }),
                None => content.out.push(OutLot { number, members, refused: status == LotStatus::Refused }),
            }
        }
        content
    }

    fn check(&self) -> Result<(), Refused> {
        self.check_head()?;
        self.check_start_nights()?;
        self.check_shelters()?;
        self.check_places()?;
        self.check_lots()
    }

    fn check_head(&self) -> Result<(), Refused> {
        require(self.v == VERSION, || Refused::new("v", format!("{:?} is not {VERSION:?}", self.v)))?;
        require((1..=MAX_DRAWS).contains(&self.draw), || {
            Refused::new("draw", format!("{} is not 1-{MAX_DRAWS}", self.draw))
        })?;
        require(self.previous.is_none() == (self.draw == 1), || {
            Refused::new("previous", "must be null for draw 1, else the commitment of the draw before")
        })?;
        check_nights(self.min_nights, || "min_nights".to_owned())
    }

    fn check_start_nights(&self) -> Result<(), Refused> {
        check_length("start_nights", self.start_nights.len(), MAX_START_NIGHTS)?;
        let first = self.start_nights.first();
        require(first.is_some(), || Refused::new("start_nights", "there must be one at least"))?;
        require(first >= Some(&self.day), || {
            Refused::new("start_nights[0]", format!("comes before the day, {}", self.day))
        })?;
        check_ascending("start_nights", &self.start_nights, |&night| night)
    }

    fn check_shelters(&self) -> Result<(), Refused> {
        check_length("shelters", self.shelters.len(), MAX_SHELTERS)?;
        for (n, shelter) in self.shelters.iter().enumerate() {
            check_nights(shelter.nights, || format!("shelters[{n}].nights"))?;
        }
        check_ascending("shelters", &self.shelters, |shelter| shelter.code)
    }

    fn check_places(&self) -> Result<(), Refused> {
        check_length("places", self.places.len(), MAX_ENTRIES)?;
        for (n, entry) in self.places.iter().enumerate() {
            let refused = |field: &str, reason: String| Refused::new(format!("places[{n}].{field}"), reason);
            require((1..=MAX_COUNT).contains(&entry.count), || {
                refused("count", format!("{} is not 1-{MAX_COUNT}", entry.count))
            })?;
            require(self.position(entry.shelter).is_some(), || {
                refused("shelter", format!("{} is not among the shelters", entry.shelter))
            })?;
            require(self.start_nights.contains(&entry.from), || {
                refused("from", format!("{} is not a start night", entry.from))
            })?;
            require(entry.until.is_none_or(|until| until >= entry.from), || {
                refused("until", format!("comes before from, {}", entry.from))
            })?;
        }
        check_ascending("places", &self.places, |entry| entry.entry().sort_key())
    }

    fn check_lots(&self) -> Result<(), Refused> {
        check_length("lots", self.lots.len(), MAX_LOTS)?;
        self.lots.iter().zip(1..).try_for_each(|(lot, number)| self.check_lot(lot, number))
    }

    fn check_lot(&self, lot: &WrittenLot, number: u32) -> Result<(), Refused> {
        let refused =
            |field: &str, reason: String| Refused::new(format!("lots[{}].{field}", number - 1), reason);
        require(lot.lot == LotNumber(number), || {
            refused("lot", format!("{} stands where {number} should: lots are numbered 1, 2, 3 ...", lot.lot))
        })?;
        let wanted = if lot.kind == Kind::Single { 1..=1 } else { 2..=MAX_MEMBERS };
        require(wanted.contains(&lot.members.len()), || {
            refused(
                "members",
                format!("{} of them; a single has one, a family 2-{MAX_MEMBERS}", lot.members.len()),
            )
        })?;
        let is_in = lot.status == LotStatus::In;
        require(lot.accepts.is_empty() != is_in, || {
            refused("accepts", "must name a shelter if status is \"in\", otherwise be empty".to_owned())
        })?;
        require(lot.from.is_some() == is_in, || {
            refused("from", "must be a date if status is \"in\", otherwise null".to_owned())
        })?;
        let mut named = 0_u64;
        for (n, wish) in lot.accepts.iter().enumerate() {
            let refused = |reason: &str| Err(refused(&format!("accepts[{n}]"), format!("{wish} {reason}")));
            match self.position(*wish) {
                None => return refused("is not among the shelters"),
                Some(position) if named & (1 << position) != 0 => return refused("is named twice"),
                Some(position) => named |= 1 << position,
            }
        }
        Ok(())
    }

    /// A shelter's position, below [`MAX_SHELTERS`]; the shelters are in ascending order by the time it is asked.
    fn position(&self, code: ShelterCode) -> Option<usize> {
        self.shelters.binary_search_by_key(&code, |shelter| shelter.code).ok()
    }
}

impl WrittenLot {
    fn of_in(lot: Lot) -> Self {
        Self {
            kind: kind_of(&lot.members),
            accepts: lot.accepts,
            from: Some(lot.from),
            lot: lot.number,
            members: lot.members,
            status: LotStatus::In,
        }
    }

    fn of_out(lot: OutLot) -> Self {
        let status = if lot.refused { LotStatus::Refused } else { LotStatus::Withdrawn };
        Self {
            kind: kind_of(&lot.members),
            accepts: Vec::new(),
            from: None,
            lot: lot.number,
            members: lot.members,
            status,
        }
    }
}

fn kind_of(members: &[Sex]) -> Kind {
    if members.len() > 1 { Kind::Family } else { Kind::Single }
}

impl WrittenEntry {
    fn of(entry: &PlaceEntry) -> Self {
        let PlaceEntry { pool: Pool { shelter, kind, who }, from, until, count } = *entry;
        Self { count, from, kind, shelter, until, who }
    }

    fn entry(&self) -> PlaceEntry {
        let pool = Pool { shelter: self.shelter, kind: self.kind, who: self.who };
        PlaceEntry { pool, from: self.from, until: self.until, count: self.count }
    }
}

fn require(holds: bool, refused: impl FnOnce() -> Refused) -> Result<(), Refused> {
    if holds { Ok(()) } else { Err(refused()) }
}

fn check_nights(nights: u32, place: impl FnOnce() -> String) -> Result<(), Refused> {
    require((1..=LONGEST_TICKET).contains(&nights), || {
        Refused::new(place(), format!("{nights} is not 1-{LONGEST_TICKET}"))
    })
}

fn check_length(list: &str, length: usize, most: u32) -> Result<(), Refused> {
    require(u32::try_from(length).is_ok_and(|length| length <= most), || {
        Refused::new(list, format!("{length} of them; at most {most} are allowed"))
    })
}

fn check_ascending<T, K: Ord>(list: &str, items: &[T], key: impl Fn(&T) -> K) -> Result<(), Refused> {
    match items.windows(2).position(|pair| key(&pair[0]) >= key(&pair[1])) {
        None => Ok(()),
        Some(n) => Err(Refused::new(format!("{list}[{}]", n + 1), "must come after the one before it")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A valid manifest in which so many lots were refused. Reading a million lots takes too long without optimisation, so this
    /// one is not written down.
    fn with_lots(count: u32) -> Written {
        let lot = |number| WrittenLot {
            accepts: Vec::new(),
            from: None,
            kind: Kind::Single,
            lot: LotNumber(number),
            members: vec![Sex::Woman],
            status: LotStatus::Refused,
        };
        let day: Night = "2026-11-27".parse().unwrap();
        Written {
            day,
            draw: 1,
            entropy: Source::Service,
            log: Hash32([0; 32]),
            lots: (1..=count).map(lot).collect(),
            min_nights: 1,
            places: Vec::new(),
            previous: None,
            salt: Hash32([0; 32]),
            shelters: Vec::new(),
            start_nights: vec![day],
            v: VERSION.to_owned(),
        }
    }

    #[test]
    fn there_are_at_most_1_000_000_lots() {
        assert_eq!(with_lots(1_000_000).check(), Ok(()));
        let refused = with_lots(1_000_001).check().unwrap_err();
        assert_eq!(refused.to_string(), "lots: 1000001 of them; at most 1000000 are allowed");
    }

    #[test]
    fn what_is_checked_unwritten_is_accepted_written() {
        let bytes = canonical::to_string(&with_lots(3)).unwrap();
        assert_eq!(Manifest::read(bytes.as_bytes()).unwrap().last_lot(), 3);
    }
}
