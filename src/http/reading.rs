//! Reading a body as what is asked, and, where it is not, every fault at once, in words for who typed it.
//!
//! The reader stops at the first fault. So that all are named, what is at fault is replaced by something that can be read, and
//! the body is read again.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use serde_path_to_error::Segment;

use super::objects::Objects;
use super::saying::{in_words, named_in};
use crate::app::FieldError;

/// The most faults that are named at once.
const MOST_FAULTS: usize = 20;

/// Why a body is not what is asked.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is no JSON object.
    NotAnObject(String),
    /// These fields are at fault.
    Fields(Vec<FieldError>),
}

/// One step on the way to a value inside a body.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

/// Where the reader stopped, and what it said.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fault {
    at: Vec<Step>,
    said: String,
}

/// Reads a JSON object as what is asked.
///
/// # Errors
/// [`Unread`]: every field at fault, up to a bound.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unread> {
    // Whatever else it is, no field of it can be named.
    if !matches!(bytes.trim_ascii_start(), [b'{', ..]) {
        let text = "the body is not a JSON object: send {\"field\": value, ...}";
        return Err(Unread::NotAnObject(text.to_owned()));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    match serde_path_to_error::deserialize(Objects(&mut reader)) {
        Ok(read) => reader.end().map(|()| read).map_err(|_| {
            Unread::NotAnObject("the body goes on after its end: send one JSON object".to_owned())
        }),
        Err(error) => {
            let body = serde_json::from_slice(bytes)
                .map_err(|error| Unread::NotAnObject(format!("the body is not JSON: {error}")))?;
            Err(Unread::Fields(faults::<T>(Fault::of(error), body)))
        }
    }
}

/// Every fault of a body of which the first is known.
fn faults<T: DeserializeOwned>(first: Fault, mut body: Value) -> Vec<FieldError> {
    let mut found = vec![first.clone()];
    // Of a field that stands twice only one is left here: the body is read anew.
    let mut next = if first.said.starts_with("duplicate field") { fault_of::<T>(&body) } else { Some(first) };
    let mut left = MOST_FAULTS;
    while let Some(fault) = next.take().filter(|_| left > 0) {
        left -= 1;
        // What a replacement lacks was asked of nobody.
        if !found.iter().any(|known| fault.at.starts_with(&known.at)) {
            found.push(fault.clone());
        }
        next = mended::<T>(&mut body, &fault);
    }
    found.iter().take(MOST_FAULTS).map(Fault::field_error).collect()
}

/// Replaces what is at fault by something that can be read there: the next fault, if there is one. None also where nothing
/// helps.
fn mended<T: DeserializeOwned>(body: &mut Value, fault: &Fault) -> Option<Fault> {
    if fault.said.starts_with("unknown field") {
        remove(body, &fault.at)?;
        return fault_of::<T>(body);
    }
    for value in replacements() {
        put(body, &fault.at, value)?;
        let said = match fault_of::<T>(body) {
            Some(next) if next.at == fault.at => next.said,
            next => return next,
        };
        // A word of a list is said by the reader, once it has met a text.
        if said.starts_with("unknown variant") {
            let word = said.rsplit_once("expected ").and_then(|(_, words)| named_in(words))?;
            put(body, &fault.at, json!(word))?;
            return fault_of::<T>(body).filter(|next| next.at != fault.at);
        }
    }
    None
}

/// Something of every kind.
fn replacements() -> [Value; 7] {
    [
        Value::Null,
        json!(false),
        json!(0),
        json!(""),
        json!([]),
        json!({}),
        json!(uuid::Uuid::nil().to_string()),
    ]
}

fn fault_of<T: DeserializeOwned>(body: &Value) -> Option<Fault> {
    serde_path_to_error::deserialize::<_, T>(Objects(body)).err().map(Fault::of)
}

impl Fault {
    fn of(error: serde_path_to_error::Error<serde_json::Error>) -> Self {
        let mut at: Vec<Step> = error.path().iter().filter_map(step).collect();
        let said = error.into_inner().to_string();
        // Line and column were typed by nobody.
        let said = said.split(" at line ").next().unwrap_or_default().to_owned();
        if let Some(name) = beside(&said).map(|name| Step::Key(name.to_owned()))
            && (said.starts_with("missing") || at.last() != Some(&name))
        {
            at.push(name);
        }
        Self { at, said }
    }

    fn field_error(&self) -> FieldError {
        FieldError { field: address(&self.at), text: in_words(&self.said) }
    }
}

/// The name of a field that the reader cannot stand in, because it is not there, or not known, or there twice.
fn beside(said: &str) -> Option<&str> {
    let rest = ["missing field ", "unknown field ", "duplicate field "];
    rest.iter().find_map(|start| said.strip_prefix(start)).and_then(named_in)
}

fn step(segment: &Segment) -> Option<Step> {
    match segment {
        Segment::Seq { index } => Some(Step::Index(*index)),
        Segment::Map { key } => Some(Step::Key(key.clone())),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

/// A place in a body, as `members[1].birth`; the body itself as `body`.
fn address(at: &[Step]) -> String {
    let mut address = String::new();
    for step in at {
        match step {
            Step::Key(key) if address.is_empty() => address.push_str(key),
            Step::Key(key) => address.extend([".", key]),
            Step::Index(index) => address.push_str(&format!("[{index}]")),
        }
    }
    if address.is_empty() { "body".to_owned() } else { address }
}

fn within<'v>(body: &'v mut Value, at: &[Step]) -> Option<&'v mut Value> {
    at.iter().try_fold(body, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Index(index) => value.get_mut(index),
    })
}

fn put(body: &mut Value, at: &[Step], value: Value) -> Option<()> {
    let (last, before) = at.split_last()?;
    let holder = within(body, before)?;
    match last {
        Step::Key(key) => drop(holder.as_object_mut()?.insert(key.clone(), value)),
        Step::Index(index) => *holder.get_mut(index)? = value,
    }
    Some(())
}

fn remove(body: &mut Value, at: &[Step]) -> Option<Value> {
    let (Step::Key(key), before) = at.split_last()? else { return None };
    within(body, before)?.as_object_mut().and_then(|holder: &mut Map<_, _>| holder.remove(key))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Asked {
        date: String,
        mode: Option<Mode>,
        #[serde(default)]
        sure: bool,
        count: Option<u8>,
        #[serde(default)]
        people: Vec<Person>,
        #[serde(default)]
        words: Vec<Mode>,
        key: Option<uuid::Uuid>,
        choice: Option<Choice>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    #[expect(dead_code, reason = "only read")]
    enum Choice {
        Neither,
        One(Document),
        Both { first: Document, second: Option<Document> },
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Person {
        name: String,
        document: Document,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Document {
        kind: Mode,
        valid: bool,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Mode {
        Lottery,
        Direct,
    }

    fn named(body: &str) -> Vec<String> {
        match read::<Asked>(body.as_bytes()) {
            Err(Unread::Fields(fields)) => {
                let mut named: Vec<String> = fields.into_iter().map(|fault| fault.field).collect();
                named.sort();
                named
            }
            other => panic!("{body}: {other:?}"),
        }
    }

    #[test]
    fn every_fault_is_named_at_once() {
        assert_eq!(named(r#"{"date":5,"mode":"x","zz":1}"#), ["date", "mode", "zz"]);
        assert_eq!(named(r#"{"sure":"yes","count":300,"key":"7"}"#), ["count", "date", "key", "sure"]);
        assert_eq!(
            named(r#"{"date":"x","words":["x",7,"direct","y"]}"#),
            ["words[0]", "words[1]", "words[3]"]
        );
    }

    #[test]
    fn faults_inside_people_are_named_where_they_stand() {
        let body = r#"{"date":"x","people":[{"name":7,"document":{"kind":"x","colour":1}},7,{"name":"n"}],"mode":1}"#;
        let expected = [
            "mode",
            "people[0].document.colour",
            "people[0].document.kind",
            "people[0].document.valid",
            "people[0].name",
            "people[1]",
            "people[2].document",
        ];
        assert_eq!(named(body), expected);
    }

    #[test]
    fn a_field_that_stands_twice_is_named_beside_the_others() {
        assert_eq!(named(r#"{"date":"x","date":"y"}"#), ["date"]);
        assert_eq!(named(r#"{"date":"x","date":"y","sure":1}"#), ["date", "sure"]);
        assert_eq!(
            named(
                r#"{"date":"x","people":[{"name":"n","name":"n","document":{"kind":"direct","valid":1}}]}"#
            ),
            ["people[0].document.valid", "people[0].name"]
        );
    }

    #[test]
    fn a_list_is_taken_for_the_fields_of_an_object_at_no_depth() {
        assert_eq!(named(r#"{"date":"x","people":[["n",{"kind":"direct","valid":true}]]}"#), ["people[0]"]);
        assert_eq!(
            named(r#"{"people":[{"name":"n","document":["direct",true]},["n"]],"sure":1}"#),
            ["date", "people[0].document", "people[1]", "sure"]
        );
        for choice in [
            r#"{"one":["direct",true]}"#,
            r#"{"both":[{"kind":"direct","valid":true}]}"#,
            r#"{"both":{"first":["direct",true]}}"#,
        ] {
            let body = format!(r#"{{"date":"x","choice":{choice}}}"#);
            assert!(read::<Asked>(body.as_bytes()).is_err(), "{body}");
        }
        let document = r#"{"kind":"direct","valid":true}"#;
        for choice in [
            "\"neither\"",
            &format!("{{\"one\":{document}}}"),
            &format!("{{\"both\":{{\"first\":{document}}}}}"),
        ] {
            let body = format!(
                r#"{{"date":"x","people":[{{"name":"n","document":{document}}}],"choice":{choice}}}"#
            );
            assert!(read::<Asked>(body.as_bytes()).is_ok(), "{body}");
        }
    }

    #[test]
    fn a_whole_number_may_be_written_with_noughts() {
        let read = |count: &str| read::<Asked>(format!(r#"{{"date":"x","count":{count}}}"#).as_bytes());
        for count in ["7", "7.0", "7e0", "0.7e1"] {
            assert_eq!(read(count).unwrap().count, Some(7), "{count}");
        }
        for count in ["7.5", "-7.0", "256.0", "1e400", "1e300"] {
            assert!(read(count).is_err(), "{count}");
        }
    }

    #[test]
    fn so_many_faults_are_named_and_no_more() {
        let many: Vec<u32> = (0..1000).collect();
        let body = json!({ "date": "x", "words": many }).to_string();
        assert_eq!(named(&body).len(), MOST_FAULTS);
    }

    #[test]
    fn what_is_no_object_is_said_so_whatever_else_is_wrong() {
        for body in
            ["[]", "7", "", "{", "{\"date\":5,", "{\"date\":\"x\"} {}", "{\"date\":5} {}", "{\"date\":5,}"]
        {
            let read = read::<Asked>(body.as_bytes());
            assert!(matches!(read, Err(Unread::NotAnObject(_))), "{body}: {read:?}");
        }
        assert!(read::<Asked>(br#"{"date":"x"}"#).is_ok());
    }
}
