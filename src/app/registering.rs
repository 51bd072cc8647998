//! Registering a party: who they are, what the rules say, and the number on their slip (domain.md, *What happens*,
//! *Eligibility*, *Modes of a desk day*; draw.md, section 1).

use chrono::NaiveDate;

use super::people::{LISTED_TWICE, Person, find, keep_newcomer};
use super::queue::{self, wait};
use super::{Ctx, FieldError, Refusal, RefusalKind, codes, facts, issuing};
use crate::domain::audit::{Event, LotGuest};
use crate::domain::ban::Ban;
use crate::domain::desk_day::DeskDay;
use crate::domain::document::Document;
use crate::domain::eligibility::{
    DayFacts, PartyFacts, PersonFacts, ReasonKind, Verdict, judge, without_minors,
};
use crate::domain::guest::{Country, DocumentShown, Referral, Sex};
use crate::domain::hand_out::{Directly, Rank};
use crate::domain::party::{AskedFor, LotNumber, LotStatus, Member};
use crate::domain::role::Power;
use crate::domain::shelter::ShelterCode;
use crate::domain::ticket::Ticket;
use crate::domain::word::Word;
use crate::store::{GuestEntry, LotEntry, MemberEntry, Read, SavedDay, Tx};

/// What a party asks.
#[derive(Clone)]
pub struct Ask {
    /// Its members, in listed order.
    pub members: Vec<Person>,
    /// The shelters it accepts, most wished first.
    pub wishes: Vec<ShelterCode>,
    /// Whether its women accept women's places only.
    pub women_only: bool,
    /// Whom a minor among them is referred to.
    pub referral: Referral,
    /// Whether the adults ask without the minors among them.
    pub adults_ask: bool,
}

/// The facts of a person, gathered from the database.
struct Gathered {
    guest: GuestEntry,
    /// Not yet known to the service: the document to be kept.
    new: Option<Document>,
    shown: DocumentShown,
    tickets: Vec<Ticket>,
    bans: Vec<Ban>,
    lots_today: Vec<(LotNumber, LotStatus)>,
}

impl Gathered {
    fn facts(&self) -> PersonFacts<'_> {
        PersonFacts {
            guest: self.guest.id,
            sex: self.guest.sex,
            birth: self.guest.birth,
            shown: self.shown,
            tickets: &self.tickets,
            bans: &self.bans,
            lots_today: &self.lots_today,
        }
    }
}

/// What the rules say of a party, without registering it.
pub struct Judged {
    /// The guests, in listed order; of a person not known to the service, what was said.
    pub guests: Vec<GuestEntry>,
    /// The verdict.
    pub verdict: Verdict,
}

/// Gives a party its numbers: one for it, and one for each minor among its members. Everything the rules say is kept with
/// it. A family is registered whole or not at all.
///
/// # Errors
/// A refusal if the desk takes no parties, or these people make none.
pub fn register(tx: &mut Tx<'_>, ctx: &Ctx, date: NaiveDate, ask: &Ask) -> Result<Vec<LotNumber>, Refusal> {
    ctx.must(Power::Register)?;
    let mut saved = facts::desk_day(tx, date)?;
    // Asked before any guest is made.
    saved.day.clone().register()?;
    let mut gathered = gather(tx, ctx, &saved.day, ask)?;
    for person in &mut gathered {
        keep_if_new(tx, ctx, person)?;
    }
    let persons = gathered.iter().map(Gathered::facts).collect();
    let party = PartyFacts::new(persons, ask.wishes.clone(), ask.women_only)?;
    let parted = without_minors(&party, saved.day.start_nights.nights());
    let mut numbers = Vec::new();
    if let Some(adults) = parted.adults.filter(|_| ask.adults_ask || parted.minors.is_empty()) {
        numbers.push(give_lot(tx, ctx, &mut saved, &gathered, (&adults, ask, None))?);
    }
    for minor in &parted.minors {
        numbers.push(give_lot(tx, ctx, &mut saved, &gathered, (minor, ask, Some(ask.referral)))?);
    }
    Ok(numbers)
}

/// What the rules would say of a party if it asked now.
///
/// # Errors
/// A refusal if these people make no party.
pub fn dry_run(read: &mut Read<'_>, ctx: &Ctx, day: &DeskDay, ask: &Ask) -> Result<Judged, Refusal> {
    ctx.must(Power::Register)?;
    let gathered = gather(read, ctx, day, ask)?;
    let persons = gathered.iter().map(Gathered::facts).collect();
    let party = PartyFacts::new(persons, ask.wishes.clone(), ask.women_only)?;
    let verdict = verdict(read, ctx, day, &party)?;
    Ok(Judged { guests: gathered.into_iter().map(|person| person.guest).collect(), verdict })
}

/// Logs a person who can be given nothing and has no document to be known by: sex and country, and that the rule about
/// documents said no.
///
/// # Errors
/// A refusal if the desk takes no parties.
pub fn log_without_document(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    date: NaiveDate,
    (sex, country): (Sex, Country),
) -> Result<LotNumber, Refusal> {
    ctx.must(Power::Register)?;
    let mut saved = facts::desk_day(tx, date)?;
    let (day, number, _) = saved.day.register()?;
    saved.day = day;
    let member = MemberEntry {
        guest: None,
        sex,
        country,
        shown: DocumentShown::Nothing,
        main_reason: Some(ReasonKind::NoDocument),
    };
    let entry = LotEntry {
        day: date,
        number,
        asks: AskedFor::Logged,
        status: LotStatus::Refused,
        slip: codes::new_slip(tx)?,
        women_only: false,
        wishes: Vec::new(),
        accepts: Vec::new(),
        from: None,
        verdict: "null".to_owned(),
        referral: None,
        at: ctx.now,
        members: vec![member],
    };
    keep_lot(tx, ctx, &saved, &entry)?;
    Ok(number)
}

/// Wishes for shelters that there are not: one mistyped must not be one forgotten.
fn unknown_wishes(read: &mut Read<'_>, wishes: &[ShelterCode]) -> Result<Vec<FieldError>, Refusal> {
    let known: Vec<ShelterCode> = read.shelters()?.iter().map(|shelter| shelter.code).collect();
    let unknown = wishes.iter().enumerate().filter(|(_, code)| !known.contains(code));
    let named = unknown.map(|(n, code)| FieldError {
        field: format!("accepts[{n}]"),
        text: format!("there is no shelter {code}: look its short name up again"),
    });
    Ok(named.collect())
}

fn gather(read: &mut Read<'_>, ctx: &Ctx, day: &DeskDay, ask: &Ask) -> Result<Vec<Gathered>, Refusal> {
    let mut gathered: Vec<Gathered> = Vec::with_capacity(ask.members.len());
    let mut wrong = unknown_wishes(read, &ask.wishes)?;
    for (n, person) in ask.members.iter().enumerate() {
        let field = format!("members[{n}]");
        let (guest, new, shown) = match find(read, ctx, &field, person) {
            Ok(found) => found,
            // Of the others it is said too what is wrong.
            Err(refusal) if refusal.kind == RefusalKind::Invalid => {
                wrong.extend(refusal.fields);
                continue;
            }
            Err(refusal) => return Err(refusal),
        };
        if gathered.iter().any(|other| other.guest.id == guest.id) {
            wrong.push(FieldError { field, text: LISTED_TWICE.to_owned() });
        }
        let mut person =
            Gathered { guest, new, shown, tickets: Vec::new(), bans: Vec::new(), lots_today: Vec::new() };
        // Of a newcomer nothing is kept yet.
        if person.new.is_none() {
            let (guest, first) = (person.guest.id, day.start_nights.nights().first());
            person.tickets = read.tickets_of(guest, first)?;
            person.bans = read.bans_of(guest, first)?.into_iter().map(|entry| entry.ban).collect();
            person.lots_today = read.lots_of_guest(guest, day.date())?;
        }
        gathered.push(person);
    }
    if wrong.is_empty() { Ok(gathered) } else { Err(Refusal::invalid(wrong)) }
}

fn keep_if_new(tx: &mut Tx<'_>, ctx: &Ctx, person: &mut Gathered) -> Result<(), Refusal> {
    match person.new.take() {
        Some(document) => keep_newcomer(tx, ctx, &person.guest, &document),
        None => Ok(()),
    }
}

fn verdict(
    read: &mut Read<'_>,
    ctx: &Ctx,
    day: &DeskDay,
    party: &PartyFacts<'_>,
) -> Result<Verdict, Refusal> {
    let waivers: Vec<_> = read.waivers(day.start_nights)?.into_iter().map(|(_, waiver)| waiver).collect();
    let shelters = facts::shelter_facts(read, day)?;
    let day_facts = DayFacts {
        start_nights: day.start_nights.nights(),
        week_rule: ctx.policy.week_rule,
        waivers: &waivers,
        shelters: &shelters,
    };
    Ok(judge(party, &day_facts))
}

fn give_lot(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    saved: &mut SavedDay,
    gathered: &[Gathered],
    (party, ask, referral): (&PartyFacts<'_>, &Ask, Option<Referral>),
) -> Result<LotNumber, Refusal> {
    let verdict = verdict(tx, ctx, &saved.day, party)?;
    let (day, number, asks) = saved.day.clone().register()?;
    saved.day = day;
    let status = verdict.status();
    let is_in = status == LotStatus::In;
    let entry = LotEntry {
        day: saved.day.date(),
        number,
        asks: asks.into(),
        status,
        slip: codes::new_slip(tx)?,
        women_only: ask.women_only,
        wishes: ask.wishes.clone(),
        accepts: if is_in { verdict.accepts.clone() } else { Vec::new() },
        from: verdict.from.filter(|_| is_in),
        verdict: serde_json::to_string(&verdict).map_err(|error| Refusal::internal(&error.to_string()))?,
        referral,
        at: ctx.now,
        members: members_of(party, gathered, &verdict),
    };
    keep_lot(tx, ctx, saved, &entry)?;
    if is_in {
        give_place(tx, ctx, saved, &entry)?;
    }
    Ok(number)
}

/// The members as they are kept with the lot, each with the reason under which it is counted.
fn members_of(party: &PartyFacts<'_>, gathered: &[Gathered], verdict: &Verdict) -> Vec<MemberEntry> {
    let entry = |member: &Member| {
        let person = gathered.iter().find(|person| person.guest.id == member.guest)?;
        Some(MemberEntry {
            guest: Some(member.guest),
            sex: member.sex,
            country: person.guest.country,
            shown: person.shown,
            main_reason: verdict.main_reason(member.guest).map(|reason| reason.kind()),
        })
    };
    party.party().members().iter().filter_map(entry).collect()
}

fn keep_lot(tx: &mut Tx<'_>, ctx: &Ctx, saved: &SavedDay, entry: &LotEntry) -> Result<(), Refusal> {
    tx.add_lot(entry)?;
    tx.save_desk_day(&saved.day, ctx.now)?;
    let members = entry.members.iter();
    ctx.record(
        tx,
        &Event::LotGiven {
            day: entry.day,
            lot: entry.number,
            status: entry.status,
            asks: entry.asks.word().to_owned(),
            members: members
                .map(|member| LotGuest { guest: member.guest.map(|guest| guest.0), sex: member.sex })
                .collect(),
            accepts: entry.accepts.clone(),
            from: entry.from,
        },
    )
}

/// What follows at once from a lot that is `in`: nothing before a draw, a place or the reserve list in direct mode, the end
/// of the queue for a late-comer.
fn give_place(tx: &mut Tx<'_>, ctx: &Ctx, saved: &SavedDay, entry: &LotEntry) -> Result<(), Refusal> {
    let Some(lot) = entry.as_lot() else { return Ok(()) };
    match entry.asks {
        AskedFor::InTheDraw | AskedFor::Logged => Ok(()),
        AskedFor::AsLateComer => wait(tx, ctx, entry, Rank::LateComer(entry.number)),
        AskedFor::AtOnce => {
            let free = facts::free_places(tx, saved)?;
            match queue::of_day(tx, saved.day.date())?.place_directly(&free, &lot) {
                Directly::Placed(seat) => {
                    issuing::issue(tx, ctx, saved, entry, &entry.positions(), (&seat, &free))?;
                    Ok(())
                }
                Directly::Waits(rank) => wait(tx, ctx, entry, rank),
            }
        }
    }
}
