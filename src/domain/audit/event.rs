//! What may stand in the audit log. A field may be added, never renamed or removed: entries are kept for ever.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::guest::Sex;
use crate::domain::lottery::hash::Hash32;
use crate::domain::night::{Night, Nights};
use crate::domain::party::{LotNumber, LotStatus};
use crate::domain::place::parts::Parts;
use crate::domain::place::plan::Fact;
use crate::domain::place::{Kind, Pool, Who};
use crate::domain::shelter::ShelterCode;
use crate::domain::word::Word;

/// A pool, written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolEvent {
    /// Whose.
    pub shelter: ShelterCode,
    /// For singles or families first.
    pub kind: Kind,
    /// For whom.
    pub who: Who,
}

impl From<Pool> for PoolEvent {
    fn from(Pool { shelter, kind, who }: Pool) -> Self {
        Self { shelter, kind, who }
    }
}

/// The nights of a stay, the first and the last counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    /// The first night.
    pub first: Night,
    /// The last night.
    pub last: Night,
}

impl From<Nights> for Stay {
    fn from(nights: Nights) -> Self {
        Self { first: nights.first(), last: nights.last() }
    }
}

/// A decision about places, written out: what does not apply is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactEvent {
    /// Its key.
    pub id: Uuid,
    /// `number`, `closure`, `lending` or `extra`.
    pub fact: String,
    /// Whose places.
    pub shelter: ShelterCode,
    /// Of which kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// For whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<Who>,
    /// From whom to whom they are lent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<String>,
    /// The first night.
    pub first: Night,
    /// The last night.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Night>,
    /// How many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
}

impl FactEvent {
    /// A decision with its key.
    #[must_use]
    pub fn of(id: Uuid, fact: &Fact) -> Self {
        let Parts { decision, shelter, kind, who, direction, first, last, count } = fact.parts();
        let direction = direction.map(|direction| direction.word().to_owned());
        let fact = decision.word().to_owned();
        Self { id, fact, shelter, kind, who, direction, first, last, count }
    }
}

/// A step of the service. Guests, tickets and tokens are named by their keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[expect(missing_docs, reason = "fields are what their names say; the variants are documented")]
pub enum Event {
    /// The first start of the service on these data: its key file was made.
    KeyFileMade,
    /// A shelter was added, or its name or terms changed.
    ShelterSet {
        shelter: ShelterCode,
        full_nights: u32,
        karens_nights: u32,
        admission: String,
        protected: bool,
    },
    /// A token was made.
    TokenMade {
        token: Uuid,
        role: String,
        shelter: Option<ShelterCode>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        powers: Option<Vec<String>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_date: Option<NaiveDate>,
    },
    /// A token was ended.
    TokenEnded { token: Uuid },
    /// Places: a number, a closure, a lending or extra places were decided.
    PlacesDecided(FactEvent),
    /// Such a decision was ended on another night, or taken back (`last` none).
    PlacesChanged { id: Uuid, shelter: ShelterCode, last: Option<Night> },
    /// A desk day was opened or closed by hand in the calendar.
    CalendarSet { date: NaiveDate, desk: String },
    /// A person was registered for the first time.
    GuestRegistered { guest: Uuid },
    /// A guest's other document was registered.
    DocumentAdded { guest: Uuid },
    /// What is known of a guest was corrected.
    GuestCorrected { guest: Uuid, fields: Vec<String> },
    /// A guest was banned from a shelter.
    BanMade { ban: Uuid, guest: Uuid, shelter: ShelterCode, nights: Stay, reason: String },
    /// A ban was ended.
    BanLifted { ban: Uuid, guest: Uuid, shelter: ShelterCode },
    /// Karens and the week rule were lifted, for one guest or (none) for everyone.
    WaiverMade { waiver: Uuid, guest: Option<Uuid>, day: NaiveDate, from: Night },
    /// The desk was opened.
    DeskDayOpened { day: NaiveDate, last_start_night: Night, mode: String, min_nights: u32 },
    /// The mode was chosen.
    ModeChosen { day: NaiveDate, mode: String },
    /// A party asked and got the next number: this binds the lot to its guests.
    LotGiven {
        day: NaiveDate,
        lot: LotNumber,
        status: LotStatus,
        asks: String,
        members: Vec<LotGuest>,
        accepts: Vec<ShelterCode>,
        from: Option<Night>,
    },
    /// A lot took its question back.
    LotWithdrawn { day: NaiveDate, lot: LotNumber },
    /// A lot refused or withdrawn by mistake waits again.
    LotReinstated { day: NaiveDate, lot: LotNumber, countersigned_by: Uuid },
    /// A coordinator signed beforehand for another's step.
    Countersigned { signature: Uuid, step: String, day: NaiveDate, number: u32, reason: String },
    /// The registering ended.
    DeskDayClosed { day: NaiveDate, last_lot: u32 },
    /// A list was frozen.
    ListFrozen { day: NaiveDate, draw: u32, commitment: Hash32, lots_in: u32, last_lot: u32, entropy: String },
    /// The frozen lots were placed in the order of their numbers; so many were left over.
    PlacedByNumber { day: NaiveDate, draw: u32, left_over: u32 },
    /// A digit was typed.
    DigitTyped { day: NaiveDate, draw: u32, place: u32, shown: u8 },
    /// The service drew its own 32 bytes; they stand in the record.
    ServiceBytesStored { day: NaiveDate, draw: u32 },
    /// A result was stored.
    Drawn { day: NaiveDate, draw: u32, record: Hash32, placed: u32, reserve: u32 },
    /// A list was set aside.
    ListSetAside {
        day: NaiveDate,
        draw: u32,
        why: String,
        reason: Option<String>,
        countersigned_by: Option<Uuid>,
    },
    /// A ticket was issued: a place is held.
    TicketIssued { ticket: Uuid, guest: Uuid, day: NaiveDate, lot: LotNumber, pool: PoolEvent, nights: Stay },
    /// The guest was called.
    TicketCalled { ticket: Uuid, call: u32 },
    /// A ticket was handed out.
    TicketCollected { ticket: Uuid, sl_ticket: bool },
    /// A ticket was not wanted.
    TicketDeclined { ticket: Uuid },
    /// A ticket lapsed.
    TicketLapsed { ticket: Uuid },
    /// A ticket ended early, from that night on.
    TicketEnded { ticket: Uuid, cause: String, from: Night },
    /// A ticket was printed anew.
    TicketReprinted { ticket: Uuid },
    /// A ticket was moved, from that night on.
    TicketMoved { ticket: Uuid, from: Night, pool: PoolEvent },
    /// A lot waits for a place.
    LotWaits { day: NaiveDate, lot: LotNumber, part: u32, place: u32 },
    /// It waits no more.
    LotWaitsNoMore { day: NaiveDate, lot: LotNumber, how: String },
    /// The place of a member, by position from 1, was offered for a short stay and not wanted; the rank is kept.
    ShortStayDeclined { day: NaiveDate, lot: LotNumber, position: u32, pool: PoolEvent, nights: Stay },
    /// A lot, or a party that waits, no longer accepts a shelter, by a ban.
    ShelterLostByBan { day: NaiveDate, lot: LotNumber, shelter: ShelterCode },
    /// A lot is refused after all, by a ban.
    LotRefusedByBan { day: NaiveDate, lot: LotNumber, position: u32 },
    /// The desk day is over.
    DeskDayFinished { day: NaiveDate, by: String, turned_away: u32 },
    /// The desk day could not be held.
    DeskDayNotHeld { day: NaiveDate },
    /// A guest came in.
    Arrived { ticket: Uuid, night: Night, shelter: ShelterCode, correction: bool },
    /// An arrival was taken back.
    ArrivalUndone { ticket: Uuid, night: Night, shelter: ShelterCode, correction: bool },
    /// A place was given to a guest without a ticket.
    WalkedIn { guest: Uuid, night: Night, pool: PoolEvent, correction: bool },
    /// That was taken back.
    WalkInUndone { guest: Uuid, night: Night, shelter: ShelterCode },
    /// A night was closed at a door.
    NightClosed { shelter: ShelterCode, night: Night, valid: u32, arrived: u32 },
    /// A head count was reported, or corrected.
    HeadCounted { shelter: ShelterCode, night: Night, number: u32, women: u32, men: u32, other: u32 },
    /// A guest's page was opened, or a code that leads to one.
    GuestLookedUp { guest: Uuid },
    /// A backup was made.
    BackupMade,
}

/// A member of a lot: the guest, or none for a person logged without a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotGuest {
    /// Who.
    pub guest: Option<Uuid>,
    /// As it decides which places fit.
    pub sex: Sex,
}

impl Event {
    /// The version of the written form.
    const VERSION: u32 = 1;

    /// The event as it is stored and hashed: JSON on one line, with the version `v` of its form.
    ///
    /// # Errors
    /// When it cannot be written as JSON, which an event always can.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        #[derive(Serialize)]
        struct Written<'a> {
            v: u32,
            #[serde(flatten)]
            event: &'a Event,
        }
        serde_json::to_string(&Written { v: Self::VERSION, event: self })
    }

    /// The name under which it is listed.
    #[must_use]
    pub fn name(&self) -> String {
        let value = serde_json::to_value(self).ok();
        value.and_then(|value| Some(value.get("event")?.as_str()?.to_owned())).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_line_that_says_its_name_and_version_and_is_read_back() {
        let event = Event::DigitTyped {
            day: NaiveDate::from_ymd_opt(2026, 11, 27).unwrap(),
            draw: 1,
            place: 30,
            shown: 6,
        };
        let json = event.to_json().unwrap();
        assert_eq!(
            json,
            "{\"v\":1,\"event\":\"digit_typed\",\"day\":\"2026-11-27\",\"draw\":1,\"place\":30,\"shown\":6}"
        );
        assert_eq!(serde_json::from_str::<Event>(&json).unwrap(), event);
        assert_eq!(event.name(), "digit_typed");
    }
}
