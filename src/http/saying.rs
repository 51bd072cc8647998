//! What the reader of bodies and queries says, in words for who typed them: it speaks of the types of this program, which mean
//! nothing to anybody else.

/// What is wrong with a field.
pub(super) fn in_words(said: &str) -> String {
    let known = said.rsplit_once("expected ").map(|(_, known)| known);
    match said {
        _ if said.starts_with("missing field") => "it is missing: send it".to_owned(),
        _ if said.starts_with("duplicate field") => "this field stands twice: send it once".to_owned(),
        _ if said.starts_with("unknown field") => match known.map(names).filter(|names| !names.is_empty()) {
            Some(names) => format!("there is no such field here, but: {names}"),
            None => "there is no such field here: leave it out".to_owned(),
        },
        _ if said.starts_with("unknown variant") => {
            format!("this is none of the words that are asked here: {}", names(known.unwrap_or_default()))
        }
        _ if said.starts_with("UUID") || known.is_some_and(|known| known.contains("UUID")) => {
            "this is no key: copy it whole".to_owned()
        }
        _ => wrong_kind(said, known.unwrap_or_default()).to_owned(),
    }
}

fn wrong_kind(said: &str, asked: &str) -> &'static str {
    let whole = said.starts_with("invalid value: integer");
    match asked {
        "u8" | "u16" | "u32" | "u64" | "usize" if whole => {
            "a whole number is asked here, and this one is too large or below 0"
        }
        "i8" | "i16" | "i32" | "i64" | "isize" if whole => {
            "a whole number is asked here, and this one is too large or too small"
        }
        "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "isize" => {
            "a whole number is asked here: digits, without quotes"
        }
        "a boolean" => "yes or no is asked here: true or false, without quotes",
        "a string" | "a borrowed string" | "string or map" => "a text in quotes is asked here",
        "a sequence" => "a list is asked here: [...]",
        _ if asked.starts_with("struct ") || asked == "a map" => "an object is asked here: {...}",
        _ => "this is not what is asked here: see the description of this address in /api/v1/openapi.json",
    }
}

/// What is wrong with what stands after the `?` of an address.
pub(super) fn query_in_words(said: &str) -> String {
    let beside = ["missing field ", "duplicate field ", "unknown field "];
    if let Some(name) = beside.iter().find_map(|start| said.strip_prefix(start)).and_then(named_in) {
        return format!("{name}: {}", in_words(said));
    }
    let number = ["invalid digit", "number too", "cannot parse integer"];
    if number.iter().any(|start| said.starts_with(start)) {
        return "a whole number is asked, and what stands there is none, too large or below 0".to_owned();
    }
    if said.contains("`true` or `false`") {
        return "yes or no is asked: true or false".to_owned();
    }
    in_words(said)
}

/// The first name between backticks.
pub(super) fn named_in(said: &str) -> Option<&str> {
    said.split('`').nth(1)
}

/// All names between backticks, as a list.
fn names(said: &str) -> String {
    said.split('`').skip(1).step_by(2).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_another_kind_is_told_what_is_asked() {
        for (said, words) in [
            (
                "invalid value: integer `300`, expected u8",
                "a whole number is asked here, and this one is too large or below 0",
            ),
            (
                "invalid value: integer `-1`, expected usize",
                "a whole number is asked here, and this one is too large or below 0",
            ),
            (
                "invalid type: string \"6\", expected u8",
                "a whole number is asked here: digits, without quotes",
            ),
            (
                "invalid type: floating point `1.5`, expected i64",
                "a whole number is asked here: digits, without quotes",
            ),
            (
                "invalid type: string \"yes\", expected a boolean",
                "yes or no is asked here: true or false, without quotes",
            ),
            ("invalid type: integer `5`, expected a string", "a text in quotes is asked here"),
            ("invalid type: integer `5`, expected string or map", "a text in quotes is asked here"),
            ("invalid type: integer `1`, expected a sequence", "a list is asked here: [...]"),
            ("invalid type: integer `7`, expected struct PersonBody", "an object is asked here: {...}"),
            ("UUID parsing failed: invalid length", "this is no key: copy it whole"),
            ("duplicate field `date`", "this field stands twice: send it once"),
            ("missing field `date`", "it is missing: send it"),
            (
                "unknown variant `x`, expected `lottery` or `direct`",
                "this is none of the words that are asked here: lottery, direct",
            ),
            (
                "unknown field `x`, expected one of `date`, `mode`",
                "there is no such field here, but: date, mode",
            ),
            ("unknown field `x`, there are no fields", "there is no such field here: leave it out"),
        ] {
            assert_eq!(in_words(said), words, "{said}");
        }
        assert!(in_words("premature end of input").starts_with("this is not what is asked here"));
    }

    #[test]
    fn a_query_is_told_what_is_asked() {
        let number = "a whole number is asked, and what stands there is none, too large or below 0";
        assert_eq!(query_in_words("invalid digit found in string"), number);
        assert_eq!(query_in_words("number too large to fit in target type"), number);
        assert_eq!(query_in_words("missing field `check`"), "check: it is missing: send it");
        assert_eq!(
            query_in_words("provided string was not `true` or `false`"),
            "yes or no is asked: true or false"
        );
    }
}
