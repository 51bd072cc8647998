//! What the domain says, in sentences a person can read or have read out, each with its dates in words (domain.md,
//! *Eligibility*, *Arrivals*; docs/DECISIONS.md, *Languages*).
//!
//! It decides nothing and knows no screen, paper or request: it takes a reason or an answer and gives text without markup,
//! which whoever shows it must escape, since it holds shelters' names. All words stand in one file for each language,
//! `sv.ftl` and `en.ftl`, in the format of Fluent. A further language is such a file, its
//! place in [`Language::ALL`], and what the compiler then asks for: in this file, and where the API answers with a sentence in
//! every language.

mod door;
mod guest;
mod text;
mod why;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use door::door;
pub use guest::{left_out, reason};
pub use text::date;
pub use why::why;

/// A language in which sentences can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Swedish.
    Sv,
    /// English.
    En,
}

/// The text names no language in which sentences can be said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no language spoken here: write sv for Swedish or en for English")]
pub struct NotALanguage(String);

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::Sv, Self::En];

    /// Its tag, as in JSON and in a page's `lang`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Sv => "sv",
            Self::En => "en",
        }
    }

    /// Its sentences. They are part of the program, so that none can be missing where it runs.
    fn sentences(self) -> &'static str {
        match self {
            Self::Sv => include_str!("sv.ftl"),
            Self::En => include_str!("en.ftl"),
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl FromStr for Language {
    type Err = NotALanguage;

    /// Reads one language tag, as a browser sends several of them: `sv`, `sv-SE`, `EN_gb`. What follows the language is not
    /// looked at.
    fn from_str(text: &str) -> Result<Self, NotALanguage> {
        let language = text.split(['-', '_']).next().unwrap_or_default();
        let spoken = Self::ALL.into_iter().find(|one| one.tag().eq_ignore_ascii_case(language));
        spoken.ok_or_else(|| NotALanguage(text.chars().take(40).collect()))
    }
}

#[cfg(test)]
mod tests;
