//! Countries, by the two capital letters of ISO 3166-1.

use std::fmt;
use std::str::FromStr;

/// Every code there is, in order: those of ISO 3166-1 alpha-2, `XK` as the world writes Kosovo, and `ZZ`.
#[rustfmt::skip]
const CODES: [&str; 251] = [
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW",
    "AX", "AZ", "BA", "BB", "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN",
    "BO", "BQ", "BR", "BS", "BT", "BV", "BW", "BY", "BZ", "CA", "CC", "CD", "CF", "CG",
    "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ",
    "DE", "DJ", "DK", "DM", "DO", "DZ", "EC", "EE", "EG", "EH", "ER", "ES", "ET", "FI",
    "FJ", "FK", "FM", "FO", "FR", "GA", "GB", "GD", "GE", "GF", "GG", "GH", "GI", "GL",
    "GM", "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY", "HK", "HM", "HN", "HR",
    "HT", "HU", "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT", "JE", "JM",
    "JO", "JP", "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ", "LA",
    "LB", "LC", "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY", "MA", "MC", "MD", "ME",
    "MF", "MG", "MH", "MK", "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS", "MT", "MU",
    "MV", "MW", "MX", "MY", "MZ", "NA", "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP",
    "NR", "NU", "NZ", "OM", "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM", "PN", "PR",
    "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS", "RU", "RW", "SA", "SB", "SC", "SD",
    "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS", "ST", "SV",
    "SX", "SY", "SZ", "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO",
    "TR", "TT", "TV", "TW", "TZ", "UA", "UG", "UM", "US", "UY", "UZ", "VA", "VC", "VE",
    "VG", "VI", "VN", "VU", "WF", "WS", "XK", "YE", "YT", "ZA", "ZM", "ZW", "ZZ",
];

/// A country, by the two capital letters of ISO 3166-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

/// The text is no country.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a country: write its two capital letters, like RO; ZZ for a country not known, or none"
)]
pub struct NotACountry(String);

impl Country {
    /// A country nobody knows, or none: `ZZ`, which ISO 3166-1 gives to no country.
    pub const UNKNOWN: Self = Self(*b"ZZ");

    /// The codes of all countries there are, in order.
    #[must_use]
    pub fn codes() -> &'static [&'static str] {
        &CODES
    }
}

impl FromStr for Country {
    type Err = NotACountry;

    fn from_str(text: &str) -> Result<Self, NotACountry> {
        match *text.as_bytes() {
            [first, second] if CODES.binary_search(&text).is_ok() => Ok(Self([first, second])),
            _ => Err(NotACountry(text.chars().take(40).collect())),
        }
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([first, second]) = *self;
        write!(f, "{}{}", char::from(first), char::from(second))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_one_of_iso_3166_or_kosovo_or_unknown() {
        for text in ["AD", "RO", "SE", "XK", "ZW", "ZZ"] {
            assert_eq!(text.parse::<Country>().unwrap().to_string(), text);
        }
        for text in [
            "AA", "XQ", "EU", "UK", "YU", "ZY", "", "R", "ro", "Ro", "rO", "ROU", "R0", "0R", " RO", "Å",
            "[A", "A@",
        ] {
            assert_eq!(text.parse::<Country>(), Err(NotACountry(text.to_owned())), "{text:?}");
        }
        assert_eq!("å".repeat(99).parse::<Country>(), Err(NotACountry("å".repeat(40))));
        assert_eq!("ZZ".parse(), Ok(Country::UNKNOWN));
    }

    #[test]
    fn every_code_is_found_where_it_is_looked_for() {
        assert!(CODES.is_sorted_by(|one, other| one < other));
        assert_eq!(CODES.len(), 249 + 2);
        for code in CODES {
            assert_eq!(code.parse::<Country>().unwrap().to_string(), code);
        }
    }

    #[test]
    fn countries_are_ordered_as_text() {
        let ascending = ["AZ", "BA", "BG", "RO", "ZZ"].map(|text| text.parse::<Country>().unwrap());
        assert!(ascending.is_sorted_by(|one, other| one < other));
    }
}
