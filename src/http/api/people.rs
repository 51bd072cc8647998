//! People who ask: what is said of a person and of a party, at the desk and at a door.

use serde::Deserialize;
use utoipa::ToSchema;

use super::kinds;
use super::words::{DocumentWord, ReferralWord, SexWord, ShownWord};
use crate::app::people::{LISTED_TWICE, Person, Said, Shown};
use crate::app::registering::Ask;
use crate::app::{Checks, Refusal};
use crate::domain::document::Document;
use crate::domain::guest::{Country, DocumentShown, birth_date, language_tag};
use crate::domain::party::{MAX_AT_ONCE, MAX_WISHES, PartyError, registered_at_once};
use crate::domain::shelter::ShelterCode;

/// A person who asks: by a document, or by a UNO code and what was shown beside it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonBody {
    /// The document, for a person who shows one.
    document: Option<DocumentBody>,
    /// The UNO code, for a guest who is known.
    #[schema(value_type = Option<kinds::Uno>)]
    uno: Option<String>,
    /// What was shown beside the UNO code; `nothing` if left out.
    shown: Option<ShownWord>,
    /// As it decides which places fit; needed when a document is shown for the first time.
    sex: Option<SexWord>,
    /// The country the person comes from, two capital letters; that of the document if left out.
    #[schema(value_type = Option<kinds::CountryCode>)]
    country: Option<String>,
    /// The date of birth, `YYYY-MM-DD`; needed when a document is shown for the first time.
    #[schema(value_type = Option<kinds::Birth>)]
    birth: Option<String>,
    /// The language the guest is spoken to in, as `ro`; needed when a document is shown for the first time.
    #[schema(value_type = Option<kinds::Language>)]
    language: Option<String>,
}

/// A document. It is not kept: only what the key file makes of it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DocumentBody {
    /// The country that issued it, two capital letters.
    #[schema(value_type = kinds::CountryCode)]
    country: String,
    /// What kind it is.
    kind: DocumentWord,
    /// Its number, as it stands on it.
    #[schema(value_type = kinds::DocumentNumber)]
    number: String,
    /// Whether it is valid: not expired, not damaged, and this person's.
    valid: bool,
}

/// A party that asks.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PartyBody {
    /// Its members, 1-12. Two or more are a family, placed together or not at all.
    #[schema(min_items = 1, max_items = 12)]
    members: Vec<PersonBody>,
    /// The shelters it accepts, most wished first. Staff do not advise on it.
    #[schema(value_type = Vec<kinds::ShelterName>, min_items = 1, max_items = 64, example = json!(["fa", "vb"]))]
    accepts: Vec<String>,
    /// Whether its women accept women's places only.
    #[serde(default)]
    women_only: bool,
    /// Whom a minor among them is referred to; `socialjouren` if left out.
    referral: Option<ReferralWord>,
    /// Whether the adults ask without the minors among them; yes if left out.
    adults_ask: Option<bool>,
}

impl PersonBody {
    fn check(&self, checks: &mut Checks, field: &str) -> Option<Person> {
        let read = self.document.as_ref().map(|document| {
            let field = format!("{field}.document");
            document_of(checks, &field, &document.country, document.kind, &document.number)
        });
        let of_document = read.as_ref().and_then(Option::as_ref).map(Document::country);
        let said = self.said(checks, field, of_document);
        match (&self.document, &self.uno) {
            (Some(document), None) => {
                Some(Person { shown: Shown::Document { document: read??, valid: document.valid }, said })
            }
            (None, Some(uno)) => {
                let shown = self.shown.map_or(DocumentShown::Nothing, Into::into);
                Some(Person { shown: Shown::Uno(checks.parse(&format!("{field}.uno"), uno)?, shown), said })
            }
            _ => {
                checks.wrong(field, "name a document or a UNO code, one of the two");
                None
            }
        }
    }

    /// What is said of the person.
    fn said(&self, checks: &mut Checks, field: &str, of_document: Option<Country>) -> Said {
        let country = match &self.country {
            Some(country) => checks.parse(&format!("{field}.country"), country),
            None => of_document,
        };
        let birth = self.birth.as_deref();
        let language = self.language.as_deref();
        Said {
            sex: self.sex.map(Into::into),
            birth: birth.and_then(|text| checks.note(&format!("{field}.birth"), birth_date(text))),
            country,
            language: language.and_then(|tag| checks.note(&format!("{field}.language"), language_tag(tag))),
        }
    }
}

/// People who ask together, each named once: by the same document or the same UNO code nobody stands there twice. Who shows
/// two documents is seen where guests are looked up.
pub(super) fn people(checks: &mut Checks, field: &str, bodies: &[PersonBody]) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    for (n, body) in bodies.iter().take(MAX_AT_ONCE).enumerate() {
        let field = format!("{field}[{n}]");
        let Some(person) = body.check(checks, &field) else { continue };
        let stands_before = people.iter().any(|other| other.shown.is_of_the_same(&person.shown));
        checks.require(&field, !stands_before, LISTED_TWICE);
        people.push(person);
    }
    people
}

/// A document as it was shown. Its number is looked at whatever its country is, so that both are mended at once.
pub(super) fn document_of(
    checks: &mut Checks,
    field: &str,
    country: &str,
    kind: DocumentWord,
    number: &str,
) -> Option<Document> {
    let country: Option<Country> = checks.parse(&format!("{field}.country"), country);
    let any = country.unwrap_or(Country::UNKNOWN);
    let document = checks.note(&format!("{field}.number"), Document::new(any, kind.into(), number))?;
    country.map(|_| document)
}

impl PartyBody {
    pub(super) fn check(&self) -> Result<Ask, Refusal> {
        let mut checks = Checks::default();
        checks.note("members", registered_at_once(self.members.len()));
        let members = people(&mut checks, "members", &self.members);
        let wishes = self.wishes(&mut checks);
        checks.finish(Some(Ask {
            members,
            wishes,
            women_only: self.women_only,
            referral: self.referral.unwrap_or(ReferralWord::Socialjouren).into(),
            adults_ask: self.adults_ask.unwrap_or(true),
        }))
    }

    /// The shelters it accepts, each named once.
    fn wishes(&self, checks: &mut Checks) -> Vec<ShelterCode> {
        checks.require("accepts", !self.accepts.is_empty(), "name at least one shelter it accepts");
        let count = self.accepts.len();
        checks.require("accepts", count <= MAX_WISHES, PartyError::TooManyWishes(count));
        let mut wishes = Vec::new();
        for (n, code) in self.accepts.iter().take(MAX_WISHES).enumerate() {
            let field = format!("accepts[{n}]");
            let Some(code) = checks.parse(&field, code) else { continue };
            checks.require(&field, !wishes.contains(&code), PartyError::WishTwice(code));
            wishes.push(code);
        }
        wishes
    }
}
