//! Registering a party: who they are, what the rules say, and the number on their slip (domain.md, *What happens*,
//! *Eligibility*, *Modes of a desk day*; draw.md, section 1).

use chrono::NaiveDate;

use super::document::Document;
use super::{Ctx, FieldError, Refusal, RefusalKind, facts, issuing, random_number, random_uuid};
use crate::domain::audit::{Event, LotGuest};
use crate::domain::ban::Ban;
use crate::domain::code::{SlipCode, UnoCode};
use crate::domain::desk_day::{Asks, DeskDay};
use crate::domain::eligibility::{
    DayFacts, PartyFacts, PersonFacts, ReasonKind, Verdict, judge, without_minors,
};
use crate::domain::guest::{Country, DocumentShown, GuestId, Sex};
use crate::domain::hand_out::{Directly, Queue, Rank, Waiting};
use crate::domain::lottery::placement::Lot;
use crate::domain::party::{LotNumber, LotStatus};
use crate::domain::shelter::ShelterCode;
use crate::domain::ticket::Ticket;
use crate::store::{
    Asked, GuestEntry, LotEntry, MemberEntry, NewGuest, Read, Referral, SavedDay, Tx, WaitingEntry,
};

/// How a person at the desk is known.
#[derive(Clone)]
pub enum Shown {
    /// By a document, valid or not.
    Document {
        /// The document.
        document: Document,
        /// Whether it is valid.
        valid: bool,
    },
    /// By a UNO code, and what was shown beside it.
    Uno(UnoCode, DocumentShown),
}

/// What is said of a person who stands twice in one list.
pub const LISTED_TWICE: &str = "this person is listed twice: leave one of the two out";

impl Shown {
    /// Whether both are the same document, or the same UNO code.
    #[must_use]
    pub fn is_of_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Document { document: one, .. }, Self::Document { document: other, .. }) => one == other,
            (Self::Uno(one, _), Self::Uno(other, _)) => one == other,
            _ => false,
        }
    }
}

/// A person who asks.
#[derive(Clone)]
pub struct Person {
    /// How the person is known.
    pub shown: Shown,
    /// What is said of a person seen for the first time; of one known by a document it must agree with what is known.
    pub said: Said,
}

/// What was said of a person, as far as anything was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// As it decides which places fit.
    pub sex: Option<Sex>,
    /// The date of birth.
    pub birth: Option<NaiveDate>,
    /// The country.
    pub country: Option<Country>,
    /// The language the guest is spoken to in.
    pub language: Option<String>,
}

impl Said {
    /// All of it, for a person seen for the first time; else what is missing.
    fn complete(&self) -> Result<About, Vec<&'static str>> {
        match (self.sex, self.birth, self.country, self.language.clone()) {
            (Some(sex), Some(birth), Some(country), Some(language)) => {
                Ok(About { sex, birth, country, language })
            }
            (sex, birth, country, language) => Err([
                ("sex", sex.is_none()),
                ("birth", birth.is_none()),
                ("country", country.is_none()),
                ("language", language.is_none()),
            ]
            .into_iter()
            .filter_map(|(field, missing)| missing.then_some(field))
            .collect()),
        }
    }
}

/// What is said of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// As it decides which places fit.
    pub sex: Sex,
    /// The date of birth.
    pub birth: NaiveDate,
    /// The country.
    pub country: Country,
    /// The language the guest is spoken to in.
    pub language: String,
}

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
        asks: Asked::Logged,
        status: LotStatus::Refused,
        slip: new_slip()?,
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

fn gather(read: &mut Read<'_>, ctx: &Ctx, day: &DeskDay, ask: &Ask) -> Result<Vec<Gathered>, Refusal> {
    let mut gathered: Vec<Gathered> = Vec::with_capacity(ask.members.len());
    let mut wrong = Vec::new();
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
        let first = day.start_nights.nights().first();
        gathered.push(Gathered {
            tickets: read.tickets_of(guest.id, first)?,
            bans: read.bans_of(guest.id, first)?.into_iter().map(|entry| entry.ban).collect(),
            lots_today: read.lots_of_guest(guest.id, day.date())?,
            guest,
            new,
            shown,
        });
    }
    if wrong.is_empty() { Ok(gathered) } else { Err(Refusal::invalid(wrong)) }
}

/// The guest behind what was shown, or a new one made of what was said, with the document to be kept. `field` is where the
/// person stands in the request.
///
/// # Errors
/// A refusal that names the field, if nobody is known by it and too little was said.
pub(super) fn find(
    read: &mut Read<'_>,
    ctx: &Ctx,
    field: &str,
    person: &Person,
) -> Result<(GuestEntry, Option<Document>, DocumentShown), Refusal> {
    match &person.shown {
        Shown::Uno(code, shown) => {
            let known = read.guest_by_uno(*code)?;
            let unknown = || {
                Refusal::field(
                    format!("{field}.uno"),
                    "nobody has this UNO code: read it again, or register the guest with a document",
                )
            };
            Ok((known.ok_or_else(unknown)?, None, *shown))
        }
        Shown::Document { document, valid } => {
            let shown = if *valid { DocumentShown::Valid } else { DocumentShown::NotValid };
            if let Some(known) = read.guest_by_document(ctx.keys.document(document))? {
                same_person(field, &known, &person.said)?;
                return Ok((known, None, shown));
            }
            let about = person.said.complete().map_err(|missing| {
                let text = "this document is shown for the first time: add this too";
                let of =
                    |missing: &str| FieldError { field: format!("{field}.{missing}"), text: text.to_owned() };
                Refusal::invalid(missing.into_iter().map(of).collect())
            })?;
            Ok((newcomer(read, &about)?, Some(document.clone()), shown))
        }
    }
}

/// What was said must agree with what is known: a slip of the pen here would give a place that does not fit.
fn same_person(person: &str, known: &GuestEntry, said: &Said) -> Result<(), Refusal> {
    let differs = |field: &str| {
        Err(Refusal::field(
            format!("{person}.{field}"),
            format!(
                "the guest with this document, {}, is registered with another: read the document again, or correct the guest first",
                known.uno
            ),
        ))
    };
    if said.birth.is_some_and(|birth| birth != known.birth) {
        return differs("birth");
    }
    if said.sex.is_some_and(|sex| sex != known.sex) {
        return differs("sex");
    }
    Ok(())
}

fn newcomer(read: &mut Read<'_>, about: &About) -> Result<GuestEntry, Refusal> {
    let mut uno = UnoCode::from_random(random_number()?);
    while read.guest_by_uno(uno)?.is_some() {
        uno = UnoCode::from_random(random_number()?);
    }
    Ok(GuestEntry {
        id: GuestId(random_uuid()?),
        uno,
        sex: about.sex,
        birth: about.birth,
        country: about.country,
        language: about.language.clone(),
    })
}

fn keep_if_new(tx: &mut Tx<'_>, ctx: &Ctx, person: &mut Gathered) -> Result<(), Refusal> {
    match person.new.take() {
        Some(document) => keep_newcomer(tx, ctx, &person.guest, &document),
        None => Ok(()),
    }
}

/// Keeps a guest seen for the first time, with the mark of the document.
///
/// # Errors
/// A refusal if the document is known: it was shown twice in one party, which is seen before.
pub(super) fn keep_newcomer(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    guest: &GuestEntry,
    document: &Document,
) -> Result<(), Refusal> {
    let document = ctx.keys.document(document);
    if tx.guest_by_document(document)?.is_some() {
        return Err(crate::domain::party::PartyError::MemberTwice { place: 2 }.into());
    }
    tx.add_guest(&NewGuest { guest: guest.clone(), document }, ctx.now)?;
    ctx.record(tx, &Event::GuestRegistered { guest: guest.id.0 })
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
    let members = party.party().members().iter().filter_map(|member| {
        let person = gathered.iter().find(|person| person.guest.id == member.guest)?;
        Some(MemberEntry {
            guest: Some(member.guest),
            sex: member.sex,
            country: person.guest.country,
            shown: person.shown,
            main_reason: verdict.main_reason(member.guest).map(|reason| reason.kind()),
        })
    });
    let is_in = status == LotStatus::In;
    let entry = LotEntry {
        day: saved.day.date(),
        number,
        asks: match asks {
            Asks::InTheDraw => Asked::InTheDraw,
            Asks::AtOnce => Asked::AtOnce,
            Asks::AsLateComer => Asked::AsLateComer,
        },
        status,
        slip: new_slip()?,
        women_only: ask.women_only,
        wishes: ask.wishes.clone(),
        accepts: if is_in { verdict.accepts.clone() } else { Vec::new() },
        from: verdict.from.filter(|_| is_in),
        verdict: serde_json::to_string(&verdict).map_err(|error| Refusal::internal(&error.to_string()))?,
        referral,
        at: ctx.now,
        members: members.collect(),
    };
    keep_lot(tx, ctx, saved, &entry)?;
    if is_in {
        give_place(tx, ctx, saved, &entry)?;
    }
    Ok(number)
}

fn keep_lot(tx: &mut Tx<'_>, ctx: &Ctx, saved: &SavedDay, entry: &LotEntry) -> Result<(), Refusal> {
    tx.add_lot(entry)?;
    tx.save_desk_day(&saved.day, ctx.now)?;
    let asks = match entry.asks {
        Asked::InTheDraw => "draw",
        Asked::AtOnce => "at_once",
        Asked::AsLateComer => "late",
        Asked::Logged => "logged",
    };
    let members = entry.members.iter();
    ctx.record(
        tx,
        &Event::LotGiven {
            day: entry.day,
            lot: entry.number,
            status: entry.status,
            asks: asks.to_owned(),
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
    let Some(lot) = in_the_queue(entry) else { return Ok(()) };
    match entry.asks {
        Asked::InTheDraw | Asked::Logged => Ok(()),
        Asked::AsLateComer => wait(tx, ctx, entry, Rank::LateComer(entry.number)),
        Asked::AtOnce => {
            let free = facts::free_places(tx, saved)?;
            match queue(tx, saved.day.date())?.place_directly(&free, lot)? {
                Directly::Placed(seat) => {
                    let members: Vec<u32> = (1..).take(entry.members.len()).collect();
                    issuing::issue(tx, ctx, saved, entry, &members, (&seat, &free))?;
                    Ok(())
                }
                Directly::Waits(_) => wait(tx, ctx, entry, Rank::Reserve(entry.number.0)),
            }
        }
    }
}

/// A lot as the hand-out sees it; none for one that is not `in`.
#[must_use]
pub fn in_the_queue(entry: &LotEntry) -> Option<Lot> {
    Some(Lot {
        number: entry.number,
        members: entry.members.iter().map(|member| member.sex).collect(),
        from: entry.from?,
        accepts: entry.accepts.clone(),
    })
}

/// Puts all members of a lot into the queue.
///
/// # Errors
/// When the database fails or stands against it.
pub fn wait(tx: &mut Tx<'_>, ctx: &Ctx, entry: &LotEntry, rank: Rank) -> Result<(), Refusal> {
    let from = entry.from.ok_or_else(|| Refusal::internal("a lot without a night waits"))?;
    let waiting = WaitingEntry {
        day: entry.day,
        rank,
        lot: entry.number,
        members: (1..).take(entry.members.len()).collect(),
        accepts: entry.accepts.clone(),
        from,
        declined: Vec::new(),
        ended: None,
    };
    enqueue(tx, ctx, &waiting)
}

/// Keeps that a party waits, and says so in the audit log.
///
/// # Errors
/// When the database fails or stands against it.
pub fn enqueue(tx: &mut Tx<'_>, ctx: &Ctx, waiting: &WaitingEntry) -> Result<(), Refusal> {
    let stood_there =
        tx.queue(waiting.day)?.into_iter().any(|entry| entry.rank == waiting.rank && entry.ended.is_some());
    if stood_there {
        tx.wait_anew(waiting)?
    } else {
        tx.add_waiting(waiting, ctx.now)?
    }
    let (part, place) = match waiting.rank {
        Rank::Head(place) => (0, place),
        Rank::Reserve(place) => (1, place),
        Rank::Reinstated(lot) => (2, lot.0),
        Rank::LateComer(lot) => (3, lot.0),
    };
    ctx.record(tx, &Event::LotWaits { day: waiting.day, lot: waiting.lot, part, place })
}

/// Those who wait on a day.
///
/// # Errors
/// When the database fails.
pub fn queue(read: &mut Read<'_>, day: NaiveDate) -> Result<Queue, Refusal> {
    let entries = read.queue(day)?;
    let mut waiting = Vec::new();
    for entry in entries.into_iter().filter(|entry| entry.ended.is_none()) {
        let lot =
            read.lot(day, entry.lot)?.ok_or_else(|| Refusal::internal("a lot that waits is missing"))?;
        let sex_of = |position: &u32| {
            let at = usize::try_from(*position).ok()?.checked_sub(1)?;
            lot.members.get(at).map(|member| member.sex)
        };
        waiting.push(Waiting {
            rank: entry.rank,
            lot: Lot {
                number: entry.lot,
                members: entry.members.iter().filter_map(sex_of).collect(),
                from: entry.from,
                accepts: entry.accepts,
            },
            declined: entry.declined,
        });
    }
    Ok(Queue::new(waiting)?)
}

fn new_slip() -> Result<SlipCode, Refusal> {
    // One in use is refused by the database, and so rare that the desk may press the key again.
    Ok(SlipCode::from_random(random_number()?))
}
