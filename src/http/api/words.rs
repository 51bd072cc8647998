//! The words that stand in JSON for the domain's choices.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::ban::BanReason;
use crate::domain::desk_day::Mode;
use crate::domain::document::DocumentKind;
use crate::domain::guest::{DocumentShown, Referral, Sex};
use crate::domain::party::{AskedFor, LotStatus};
use crate::domain::place::parts::Decision;
use crate::domain::place::plan::Direction;
use crate::domain::place::{Kind, Pool, Who};
use crate::domain::shelter::Admission;
use crate::domain::ticket::{EndCause, State};

macro_rules! words {
    ($($(#[$doc:meta])* $word:ident for $domain:ident { $($(#[$variant_doc:meta])* $variant:ident),+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub(in crate::http) enum $word {
            $($(#[$variant_doc])* $variant),+
        }

        impl From<$domain> for $word {
            fn from(value: $domain) -> Self {
                match value { $($domain::$variant => Self::$variant),+ }
            }
        }

        impl From<$word> for $domain {
            fn from(word: $word) -> Self {
                match word { $($word::$variant => Self::$variant),+ }
            }
        }
    )+};
}

words! {
    /// How guests come to a shelter's places: by tickets checked at the door, by tickets while the door counts heads, or the
    /// shelter admits on its own.
    AdmissionWord for Admission { Scanned, Counted, Own }
    /// As it decides which places fit.
    SexWord for Sex { Man, Woman, Other }
    /// For singles or for families first.
    KindWord for Kind { Single, Family }
    /// For whom.
    WhoWord for Who { Men, Women, Any }
    /// From whom to whom places are lent.
    DirectionWord for Direction { MenToWomen, WomenToMen }
    /// What is decided.
    FactWord for Decision {
        /// So many places from a night on.
        Number,
        /// A shelter, a pool, or so many places of it are closed over a span of nights.
        Closure,
        /// Places are lent between men and women over a span of nights.
        Lending,
        /// So many more places for a single night.
        Extra
    }
    /// How a desk day's places are given out.
    ModeWord for Mode { Lottery, Direct }
    /// What was shown.
    ShownWord for DocumentShown { Valid, NotValid, Nothing }
    /// What kind of document.
    DocumentWord for DocumentKind { Passport, IdCard, ResidencePermit, DrivingLicence, Other }
    /// Where a lot stands in the list.
    StatusWord for LotStatus { In, Withdrawn, Refused }
    /// What a lot asked for.
    AskedWord for AskedFor { InTheDraw, AtOnce, AsLateComer, Logged }
    /// Whom a minor is referred to.
    ReferralWord for Referral { Socialjouren, EuTeam }
    /// Why a ticket ended before its time.
    EndCauseWord for EndCause { GivenBack, Revoked, Banned, Released, PlaceGone }
    /// Why a guest is banned.
    BanWord for BanReason { Violence, Threats, Drugs, Theft, Other }
}

/// Places of one shelter that are alike.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(in crate::http) struct PoolView {
    /// Whose.
    #[schema(value_type = String, example = "fa")]
    pub(super) shelter: crate::domain::shelter::ShelterCode,
    /// For singles or for families first.
    pub(super) kind: KindWord,
    /// For whom.
    pub(super) who: WhoWord,
}

impl From<Pool> for PoolView {
    fn from(pool: Pool) -> Self {
        Self { shelter: pool.shelter, kind: pool.kind.into(), who: pool.who.into() }
    }
}

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::http) enum TicketStateWord {
    /// It waits to be collected; the place is kept.
    Waiting,
    /// In the guest's hands.
    Collected,
    /// The guest did not want it.
    Declined,
    /// The guest was called twice and did not come.
    Lapsed,
    /// It ended before its time.
    Ended,
}

impl TicketStateWord {
    pub(super) fn of(state: &State) -> Self {
        match state {
            State::Waiting(_) => Self::Waiting,
            State::Collected { .. } => Self::Collected,
            State::Declined => Self::Declined,
            State::Lapsed => Self::Lapsed,
            State::Ended { .. } => Self::Ended,
        }
    }
}
