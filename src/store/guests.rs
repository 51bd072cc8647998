//! Guests, the marks of their documents, their bans and waivers.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::asking::Ask;
use super::change::update;
use super::convert::{Word, corrupt, instant, key, nights, stamp, uuid};
use super::schema::{ban, bed, document, guest, waiver};
use super::{Read, StoreError, Tx, convert};
use crate::domain::ban::{Ban, BanReason};
use crate::domain::calendar::StartNights;
use crate::domain::code::UnoCode;
use crate::domain::countersigned::{CoordinatorId, StatedReason};
use crate::domain::guest::{Country, GuestId, Sex};
use crate::domain::hand_out::Choice;
use crate::domain::lottery::hash::Hash32;
use crate::domain::night::Night;
use crate::domain::shelter::ShelterCode;
use crate::domain::waiver::{Waiver, Whom};

/// What the key file makes of a document: the only thing kept of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mac(pub Hash32);

/// A guest, as known to the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestEntry {
    /// The service's key.
    pub id: GuestId,
    /// The code people know the guest by.
    pub uno: UnoCode,
    /// As it decides which places fit.
    pub sex: Sex,
    /// The date of birth.
    pub birth: NaiveDate,
    /// The country of the document.
    pub country: Country,
    /// The language the guest is spoken to in, as `ro` or `sv`.
    pub language: String,
}

/// A guest seen for the first time.
#[derive(Clone, Debug)]
pub struct NewGuest {
    /// What is known.
    pub guest: GuestEntry,
    /// The mark of the document shown.
    pub document: Mac,
}

/// A ban that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BanEntry {
    /// Its key.
    pub id: Uuid,
    /// Who, where and when.
    pub ban: Ban,
    /// Why.
    pub reason: BanReason,
    /// What the rest of a family chose, should the ban take a place not yet handed out.
    pub family: Choice,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// When it was lifted, if it was.
    pub lifted_at: Option<DateTime<Utc>>,
}

type GuestRow = (Vec<u8>, String, String, NaiveDate, String, String);
const GUEST: (guest::id, guest::uno, guest::sex, guest::birth, guest::country, guest::language) =
    (guest::id, guest::uno, guest::sex, guest::birth, guest::country, guest::language);

fn read_guest((id, uno, sex, birth, country, language): GuestRow) -> Result<GuestEntry, StoreError> {
    Ok(GuestEntry {
        id: GuestId(uuid(&id)?),
        uno: uno.parse().map_err(|_| corrupt("a UNO code", &uno))?,
        sex: Sex::read(&sex)?,
        birth,
        country: country.parse().map_err(|_| corrupt("a country", &country))?,
        language,
    })
}

type BanRow = (
    Vec<u8>,
    Vec<u8>,
    String,
    NaiveDate,
    NaiveDate,
    String,
    String,
    chrono::NaiveDateTime,
    Option<chrono::NaiveDateTime>,
);
const BAN: (
    ban::id,
    ban::guest,
    ban::shelter,
    ban::first_night,
    ban::last_night,
    ban::reason,
    ban::family,
    ban::made_at,
    ban::lifted_at,
) = (
    ban::id,
    ban::guest,
    ban::shelter,
    ban::first_night,
    ban::last_night,
    ban::reason,
    ban::family,
    ban::made_at,
    ban::lifted_at,
);

fn read_ban(
    (id, guest, shelter, first, last, reason, family, made_at, lifted_at): BanRow,
) -> Result<BanEntry, StoreError> {
    Ok(BanEntry {
        id: uuid(&id)?,
        ban: Ban {
            guest: GuestId(uuid(&guest)?),
            shelter: convert::shelter(&shelter)?,
            nights: nights(first, last)?,
        },
        reason: BanReason::read(&reason)?,
        family: Choice::read(&family)?,
        made_at: instant(made_at),
        lifted_at: lifted_at.map(instant),
    })
}

impl Read<'_> {
    /// A guest by key.
    ///
    /// # Errors
    /// When the database fails.
    pub fn guest(&mut self, id: GuestId) -> Result<Option<GuestEntry>, StoreError> {
        let row: Option<GuestRow> = guest::table.find(key(id.0)).select(GUEST).row(self.conn).optional()?;
        row.map(read_guest).transpose()
    }

    /// The guests who have a bed at a shelter on a night, by key.
    ///
    /// # Errors
    /// When the database fails.
    pub fn guests_with_a_bed(
        &mut self,
        shelter: ShelterCode,
        on: Night,
    ) -> Result<BTreeMap<GuestId, GuestEntry>, StoreError> {
        let rows: Vec<GuestRow> = bed::table
            .inner_join(guest::table.on(guest::id.eq(bed::guest)))
            .filter(bed::night.eq(on.date()))
            .filter(bed::shelter.eq(shelter.as_str()))
            .select(GUEST)
            .rows(self.conn)?;
        rows.into_iter().map(|row| read_guest(row).map(|guest| (guest.id, guest))).collect()
    }

    /// A guest by UNO code.
    ///
    /// # Errors
    /// When the database fails.
    pub fn guest_by_uno(&mut self, uno: UnoCode) -> Result<Option<GuestEntry>, StoreError> {
        let found = guest::table.filter(guest::uno.eq(uno.as_str()));
        let row: Option<GuestRow> = found.select(GUEST).row(self.conn).optional()?;
        row.map(read_guest).transpose()
    }

    /// A guest by the mark of a document.
    ///
    /// # Errors
    /// When the database fails.
    pub fn guest_by_document(&mut self, mac: Mac) -> Result<Option<GuestEntry>, StoreError> {
        let row: Option<GuestRow> = document::table
            .inner_join(guest::table.on(guest::id.eq(document::guest)))
            .filter(document::mac.eq(mac.0.0.to_vec()))
            .select(GUEST)
            .row(self.conn)
            .optional()?;
        row.map(read_guest).transpose()
    }

    /// How many guests are known.
    ///
    /// # Errors
    /// When the database fails.
    pub fn count_guests(&mut self) -> Result<u64, StoreError> {
        let count: i64 = guest::table.count().get_result(self.conn)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// A guest's bans that were not lifted and end on `from` or later.
    ///
    /// # Errors
    /// When the database fails.
    pub fn bans_of(&mut self, guest: GuestId, from: Night) -> Result<Vec<BanEntry>, StoreError> {
        let rows: Vec<BanRow> = ban::table
            .filter(ban::guest.eq(key(guest.0)))
            .filter(ban::last_night.ge(from.date()))
            .filter(ban::lifted_at.is_null())
            .order((ban::made_at, ban::id))
            .select(BAN)
            .rows(self.conn)?;
        rows.into_iter().map(read_ban).collect()
    }

    /// Bans not lifted that end on `from` or later; all of them, or those of one shelter. By last night.
    ///
    /// # Errors
    /// When the database fails.
    pub fn bans(&mut self, at: Option<ShelterCode>, from: Night) -> Result<Vec<BanEntry>, StoreError> {
        let mut query = ban::table
            .filter(ban::last_night.ge(from.date()))
            .filter(ban::lifted_at.is_null())
            .order((ban::last_night, ban::id))
            .select(BAN)
            .into_boxed();
        if let Some(shelter) = &at {
            query = query.filter(ban::shelter.eq(shelter.as_str().to_owned()));
        }
        let rows: Vec<BanRow> = query.load(self.conn)?;
        rows.into_iter().map(read_ban).collect()
    }

    /// A ban by key.
    ///
    /// # Errors
    /// When the database fails.
    pub fn ban(&mut self, id: Uuid) -> Result<Option<BanEntry>, StoreError> {
        let row: Option<BanRow> = ban::table.find(key(id)).select(BAN).row(self.conn).optional()?;
        row.map(read_ban).transpose()
    }

    /// The waivers of a desk day, with their keys.
    ///
    /// # Errors
    /// When the database fails.
    pub fn waivers(&mut self, start_nights: StartNights) -> Result<Vec<(Uuid, Waiver)>, StoreError> {
        type Row = (Vec<u8>, Option<Vec<u8>>, NaiveDate, String, Vec<u8>, chrono::NaiveDateTime);
        let of_day = start_nights.nights();
        let rows: Vec<Row> = waiver::table
            .filter(waiver::day.eq(of_day.first().date()))
            .order((waiver::made_at, waiver::id))
            .select((
                waiver::id,
                waiver::guest,
                waiver::from_night,
                waiver::reason,
                waiver::made_by,
                waiver::made_at,
            ))
            .rows(self.conn)?;
        let read = |(id, whom, from, reason, by, at): Row| {
            let whom = match whom {
                Some(guest) => Whom::Guest(GuestId(uuid(&guest)?)),
                None => Whom::Everyone,
            };
            let reason =
                StatedReason::new(&reason).map_err(|error| corrupt("a reason", &error.to_string()))?;
            // A calendar changed by hand after the waiver may have taken the night it names: then it lifts nothing.
            let from = convert::night(from)?;
            let made = Waiver::new(whom, of_day, from, reason, CoordinatorId(uuid(&by)?), instant(at));
            Ok(made.ok().map(|made| (id, made)))
        };
        let read: Result<Vec<_>, StoreError> = rows.into_iter().map(read).collect();
        read?.into_iter().flatten().map(|(id, made)| Ok((uuid(&id)?, made))).collect()
    }
}

impl Tx<'_> {
    /// Keeps a guest seen for the first time, with the mark of the document.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if the document is known already; [`StoreError::AgainstARule`] if the code is; when the database fails.
    pub fn add_guest(&mut self, new: &NewGuest, at: DateTime<Utc>) -> Result<(), StoreError> {
        let NewGuest { guest: entry, document } = new;
        self.change(diesel::insert_into(guest::table).values((
            guest::id.eq(key(entry.id.0)),
            guest::uno.eq(entry.uno.as_str()),
            guest::sex.eq(entry.sex.word()),
            guest::birth.eq(entry.birth),
            guest::country.eq(entry.country.to_string()),
            guest::language.eq(&entry.language),
            guest::made_at.eq(stamp(at)),
        )))?;
        self.add_document(entry.id, *document, at)
    }

    /// Keeps the mark of another document of a guest.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if it is known already; when the database fails.
    pub fn add_document(&mut self, guest: GuestId, mac: Mac, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.change(diesel::insert_into(document::table).values((
            document::mac.eq(mac.0.0.to_vec()),
            document::guest.eq(key(guest.0)),
            document::made_at.eq(stamp(at)),
        )))?;
        Ok(())
    }

    /// Corrects what is known of a guest.
    ///
    /// # Errors
    /// When the database fails.
    pub fn save_guest(&mut self, entry: &GuestEntry) -> Result<(), StoreError> {
        self.change(update(guest::table.find(key(entry.id.0))).set((
            guest::sex.eq(entry.sex.word()),
            guest::birth.eq(entry.birth),
            guest::country.eq(entry.country.to_string()),
            guest::language.eq(&entry.language),
        )))?;
        Ok(())
    }

    /// Keeps a new ban.
    ///
    /// # Errors
    /// When the database fails.
    pub fn add_ban(&mut self, entry: &BanEntry, by: Uuid) -> Result<(), StoreError> {
        self.change(diesel::insert_into(ban::table).values((
            ban::id.eq(key(entry.id)),
            ban::guest.eq(key(entry.ban.guest.0)),
            ban::shelter.eq(entry.ban.shelter.as_str()),
            ban::first_night.eq(entry.ban.nights.first().date()),
            ban::last_night.eq(entry.ban.nights.last().date()),
            ban::reason.eq(entry.reason.word()),
            ban::family.eq(entry.family.word()),
            ban::made_by.eq(key(by)),
            ban::made_at.eq(stamp(entry.made_at)),
        )))?;
        Ok(())
    }

    /// Lifts a ban. Whether there was one to lift.
    ///
    /// # Errors
    /// When the database fails.
    pub fn lift_ban(&mut self, id: Uuid, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let standing = ban::table.filter(ban::id.eq(key(id))).filter(ban::lifted_at.is_null());
        Ok(self.change(update(standing).set(ban::lifted_at.eq(Some(stamp(at)))))? > 0)
    }

    /// Keeps a waiver.
    ///
    /// # Errors
    /// When the database fails.
    pub fn add_waiver(&mut self, id: Uuid, made: &Waiver) -> Result<(), StoreError> {
        let whom = match made.whom() {
            Whom::Guest(guest) => Some(key(guest.0)),
            Whom::Everyone => None,
        };
        self.change(diesel::insert_into(waiver::table).values((
            waiver::id.eq(key(id)),
            waiver::guest.eq(whom),
            waiver::day.eq(made.desk_day()),
            waiver::from_night.eq(made.from().date()),
            waiver::reason.eq(made.reason().as_str()),
            waiver::made_by.eq(key(made.by().0)),
            waiver::made_at.eq(stamp(made.at())),
        )))?;
        Ok(())
    }
}
