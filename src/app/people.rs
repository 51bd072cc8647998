//! Who stands at the desk or at a door: a guest known by a document or a UNO code, or somebody seen for the first time
//! (domain.md, *What happens*).

use chrono::NaiveDate;

use super::{Ctx, FieldError, Refusal, codes, random_uuid};
use crate::domain::audit::Event;
use crate::domain::code::UnoCode;
use crate::domain::document::Document;
use crate::domain::guest::{Country, DocumentShown, GuestId, Sex, is_born};
use crate::domain::night::wall_clock;
use crate::domain::party::PartyError;
use crate::store::{GuestEntry, NewGuest, Read, Tx};

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
    if let Some(birth) = person.said.birth {
        must_be_born(ctx, &format!("{field}.birth"), birth)?;
    }
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

/// Stops a date of birth, in this field, that is still to come on the day of asking.
///
/// # Errors
/// A refusal that names the field.
pub(super) fn must_be_born(ctx: &Ctx, field: &str, birth: NaiveDate) -> Result<(), Refusal> {
    is_born(birth, wall_clock(ctx.now).date()).map_err(|error| Refusal::field(field, error.to_string()))
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
    Ok(GuestEntry {
        id: GuestId(random_uuid()?),
        uno: codes::new_uno(read)?,
        sex: about.sex,
        birth: about.birth,
        country: about.country,
        language: about.language.clone(),
    })
}

/// Keeps a guest seen for the first time, with the mark of the document.
///
/// # Errors
/// A refusal if the document was shown before in this step: twice in one party, which is seen before it is kept. Whose it is then
/// is not known here, so the refusal names the second, the first that it can be.
pub(super) fn keep_newcomer(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    guest: &GuestEntry,
    document: &Document,
) -> Result<(), Refusal> {
    let document = ctx.keys.document(document);
    if tx.guest_by_document(document)?.is_some() {
        return Err(PartyError::MemberTwice { place: 2 }.into());
    }
    tx.add_guest(&NewGuest { guest: guest.clone(), document }, ctx.now)?;
    ctx.record(tx, &Event::GuestRegistered { guest: guest.id.0 })
}
