//! The reasons for which the rules say no, as data and in plain English; sentences for the guest are made from the data.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::guest::DocumentShown;
use crate::domain::night::Night;
use crate::domain::party::LotNumber;
use crate::domain::shelter::ShelterCode;
use crate::domain::word::words;

/// The rules that may say no, in the order of *Eligibility*, which decides the one under which a refused person is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonKind {
    /// No valid document.
    NoDocument,
    /// Under 18.
    #[serde(rename = "under_18")]
    Under18,
    /// Holds a ticket for that start night.
    HoldsTicket,
    /// In karens.
    Karens,
    /// One ticket a week.
    WeekRule,
    /// Already in a lot of today that is `in`.
    InALot,
    /// Banned at every shelter the party accepts that could take it.
    Banned,
    /// No shelter the party accepts ever takes such a party, even if empty.
    NeverFits,
}

words! {
    ReasonKind {
        NoDocument = "no_document",
        Under18 = "under_18",
        HoldsTicket = "holds_ticket",
        Karens = "karens",
        WeekRule = "week_rule",
        InALot = "in_a_lot",
        Banned = "banned",
        NeverFits = "never_fits",
    }
}

/// Why a rule says no, with the date on which it ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// No valid document.
    NoDocument {
        /// What was shown.
        shown: DocumentShown,
    },
    /// Under 18 on the evening of that start night.
    #[serde(rename = "under_18")]
    Under18 {
        /// The date from which the person may sleep in the shelters.
        comes_of_age: NaiveDate,
    },
    /// Holds a ticket for that start night.
    HoldsTicket {
        /// The last night the ticket keeps.
        through: Night,
    },
    /// In karens.
    Karens {
        /// Its last night.
        through: Night,
    },
    /// One ticket a week.
    WeekRule {
        /// The first night on which it lets the guest start again.
        from: Night,
    },
    /// Already in a lot of today.
    InALot {
        /// Which.
        lot: LotNumber,
    },
    /// Banned at every shelter the party accepts that could take it.
    Banned {
        /// The bans.
        bans: Vec<Barred>,
        /// The wishes the party could add.
        remaining: Remaining,
    },
    /// No shelter the party accepts ever takes such a party, even if empty.
    NeverFits {
        /// The wishes the party could add.
        remaining: Remaining,
    },
}

/// A shelter from which a ban bars the party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Barred {
    /// Which.
    pub shelter: ShelterCode,
    /// The last night of the ban.
    pub through: Night,
}

/// The shelters that would remain for a party that widens its wishes: able to take it, and none of its members banned there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remaining {
    /// If it adds these shelters to its wishes.
    pub shelters: Vec<ShelterCode>,
    /// If its women also accept places that are for any. Some of these shelters may be among its wishes.
    pub if_not_women_only: Vec<ShelterCode>,
}

impl Reason {
    /// The rule that says no.
    #[must_use]
    pub fn kind(&self) -> ReasonKind {
        match self {
            Self::NoDocument { .. } => ReasonKind::NoDocument,
            Self::Under18 { .. } => ReasonKind::Under18,
            Self::HoldsTicket { .. } => ReasonKind::HoldsTicket,
            Self::Karens { .. } => ReasonKind::Karens,
            Self::WeekRule { .. } => ReasonKind::WeekRule,
            Self::InALot { .. } => ReasonKind::InALot,
            Self::Banned { .. } => ReasonKind::Banned,
            Self::NeverFits { .. } => ReasonKind::NeverFits,
        }
    }

    /// The first night on which an earlier stay stands in the way no more; none for what does not come from one, and for a
    /// ticket, after which there may be karens.
    #[must_use]
    pub fn over_from(&self) -> Option<Night> {
        match self {
            Self::Karens { through } => Some(through.next()),
            Self::WeekRule { from } => Some(*from),
            Self::NoDocument { .. }
            | Self::Under18 { .. }
            | Self::HoldsTicket { .. }
            | Self::InALot { .. }
            | Self::Banned { .. }
            | Self::NeverFits { .. } => None,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDocument { shown: DocumentShown::Nothing } => f.write_str("showed no identity document"),
            Self::NoDocument { .. } => f.write_str("showed no valid identity document"),
            Self::Under18 { comes_of_age } => write!(f, "under 18 until {comes_of_age}"),
            Self::HoldsTicket { through } => write!(f, "holds a ticket through the night of {through}"),
            Self::Karens { through } => {
                write!(f, "in karens through the night of {through}, over on {}", through.next())
            }
            Self::WeekRule { from } => write!(f, "one ticket a week: may start again on {from}"),
            Self::InALot { lot } => write!(f, "already in lot {lot} today"),
            Self::Banned { bans, remaining } => {
                join(f, "banned at every shelter named that could take the party (", bans)?;
                write!(f, "); {remaining}")
            }
            Self::NeverFits { remaining } => {
                write!(f, "no shelter named ever takes such a party; {remaining}")
            }
        }
    }
}

impl fmt::Display for Barred {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} through the night of {}", self.shelter, self.through)
    }
}

impl fmt::Display for Remaining {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.shelters.as_slice(), self.if_not_women_only.as_slice()) {
            ([], []) => f.write_str("no other shelter could"),
            (shelters, []) => join(f, "these could: ", shelters),
            ([], more) => join(f, "these could, outside women's places: ", more),
            (shelters, more) => {
                join(f, "these could: ", shelters)?;
                join(f, "; outside women's places also ", more)
            }
        }
    }
}

fn join(f: &mut fmt::Formatter<'_>, before: &str, items: &[impl fmt::Display]) -> fmt::Result {
    for (n, item) in items.iter().enumerate() {
        write!(f, "{}{item}", if n == 0 { before } else { ", " })?;
    }
    Ok(())
}
