//! What the document says of the texts and numbers that a request may hold: how they are written and how large they may be. The
//! domain reads them; here only its limits are told.
//!
//! A pattern may take more than the domain does (a check character, a day that exists), never less.

use std::borrow::Cow;

use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::domain::code::{SlipCode, TicketCode, UnoCode};
use crate::domain::countersigned::MAX_REASON;
use crate::domain::document::MAX_NUMBER;
use crate::domain::guest::Country;
use crate::domain::lottery::entropy::DICE;
use crate::domain::lottery::manifest::{MAX_DRAWS, MAX_LOTS};
use crate::domain::night::LONGEST_TICKET;
use crate::domain::party::MAX_AT_ONCE;
use crate::domain::place::plan::MAX_PLACES;
use crate::domain::shelter::MAX_NAME;

const DAY: &str = "(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";
/// Spaces and hyphens may stand anywhere in a code, O for 0, I and L for 1.
const CODE: &str = r"^[\s\-‐‑]*([0-9AC-HJ-NP-RTV-YIOac-hj-np-rtv-yio][\s\-‐‑]*){8}$";
const UUID: &str = "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$";
/// One line that is not blank.
const LINE: &str = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$";

/// Kinds of texts and numbers, each with its schema.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $name:ident: $object:expr;)+) => {
        $(
            $(#[doc = $doc])+
            pub(in crate::http) struct $name;

            impl PartialSchema for $name {
                fn schema() -> RefOr<Schema> {
                    let description = [$($doc.trim()),+].join(" ");
                    let mut described = $object;
                    described.description = Some(description);
                    Schema::Object(described).into()
                }
            }

            impl ToSchema for $name {
                fn name() -> Cow<'static, str> {
                    stringify!($name).into()
                }
            }
        )+

        /// All of them, by name: for the parts of the document that only point at them.
        pub(in crate::http) fn all() -> Vec<(Cow<'static, str>, RefOr<Schema>)> {
            vec![$(($name::name(), $name::schema())),+]
        }
    };
}

kinds! {
    /// A date, or the night from its evening to the next morning.
    DateAsked: text(&format!("^2[01][0-9]{{2}}-{DAY}$"), "2026-11-27", (10, 10), Some(KnownFormat::Date));
    /// The date of a night's evening; or `tonight`, which is yesterday's until noon.
    NightAsked: text(&format!("^(tonight|2[01][0-9]{{2}}-{DAY})$"), "tonight", (7, 10), None);
    /// A date of birth.
    Birth: text(&format!("^(19|20|21)[0-9]{{2}}-{DAY}$"), "1980-01-05", (10, 10), Some(KnownFormat::Date));
    /// The short name of a shelter.
    ShelterName: text("^[a-z0-9]{1,16}$", "fa", (1, 16), None);
    /// The name of a shelter in full.
    FullName: text(LINE, "Filadelfia", (1, MAX_NAME), None);
    /// A UNO code as it is typed; the last of its eight characters checks the others.
    Uno: text(CODE, &UnoCode::from_random(7).to_string(), (8, LONGEST_TYPED), None);
    /// The code on a ticket as it is typed; the last of its eight characters checks the others.
    TicketTyped: text(CODE, &TicketCode::from_random(7).to_string(), (8, LONGEST_TYPED), None);
    /// The check code on a slip as it is typed; the last of its eight characters checks the others.
    SlipTyped: text(CODE, &SlipCode::from_random(7).to_string(), (8, LONGEST_TYPED), None);
    /// A ticket, by the code on it or by its key.
    TicketAsked: text(&format!("{CODE}|{UUID}"), &TicketCode::from_random(7).to_string(), (8, LONGEST_TYPED), None);
    /// A tag of a language: small letters and hyphens.
    Language: text("^[a-z-]{2,8}$", "ro", (2, 8), None);
    /// A document's number, as it stands on it: letters and digits; spaces, hyphens, dots and slashes do not count.
    DocumentNumber: text(
        r##"^[^\x00-\x08\x0a-\x1f\x7f-\x9f!-,:-@\[-`{-~]*[^\x00-/:-@\[-`{-~\x7f-\xa0][^\x00-\x08\x0a-\x1f\x7f-\x9f!-,:-@\[-`{-~]*$"##,
        "AB 123456", (1, 4 * MAX_NUMBER), None);
    /// A reason in a few words, on one line.
    Reason: text(LINE, "minus fourteen", (1, MAX_REASON), None);
    /// The number of a lot.
    Lot: number(1, MAX_LOTS);
    /// The number of a draw of its day.
    DrawNumber: number(1, MAX_DRAWS);
    /// The position of a member in its party.
    Position: number(1, u32::try_from(MAX_AT_ONCE).unwrap_or(u32::MAX));
    /// How many nights.
    NightCount: number(1, LONGEST_TICKET);
    /// How many nights of karens.
    KarensCount: number(0, LONGEST_TICKET);
    /// How many places.
    PlaceCount: number(0, MAX_PLACES);
    /// How many dice.
    Dice: number(*DICE.start(), *DICE.end());
    /// What a die shows.
    Die: number(1, 6);
    /// A country, by the two capital letters of ISO 3166-1; `XK` for Kosovo, `ZZ` for one not known, or none.
    CountryCode: ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(Country::codes().iter().copied()))
        .examples(["RO"])
        .build();
}

/// Room for the spaces and hyphens somebody types between eight characters.
const LONGEST_TYPED: usize = 64;

fn text(pattern: &str, example: &str, (min, max): (usize, usize), format: Option<KnownFormat>) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(pattern))
        .min_length(Some(min))
        .max_length(Some(max))
        .format(format.map(SchemaFormat::KnownFormat))
        .examples([example])
        .build()
}

fn number(least: u32, most: u32) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(f64::from(least)))
        .maximum(Some(f64::from(most)))
        .build()
}
