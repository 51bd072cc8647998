//! A source file as tokens, without comments and the text of literals, and its paths, each resolved against its
//! module: a path cannot hide in a `use` tree, behind `super`, or on several lines.

use std::fs;
use std::path::Path;

/// A name, a `::`, any other single character, or `"` for a literal; with the line it stands on.
type Token = (usize, String);

/// What is wrong, and on which line.
pub(crate) type Fault = (usize, String);

pub(crate) struct Source {
    pub(crate) name: String,
    /// Where it stands below the root of the crate: `["domain", "place", "plan"]`.
    pub(crate) module: Vec<String>,
    tokens: Vec<Token>,
}

impl Source {
    pub(crate) fn new(name: &str, text: &str) -> Self {
        let stem = name.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
        let module = stem.split('/').map(str::to_owned).collect();
        Self { name: name.to_owned(), module, tokens: tokens(text) }
    }

    pub(crate) fn read(name: &str) -> Self {
        let path = root().join(name);
        assert!(path.is_file(), "there is no file {name}");
        Self::new(name, &fs::read_to_string(path).unwrap())
    }

    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |(_, word)| word)
    }

    /// Where a sequence of tokens stands, and how it reads.
    pub(crate) fn finds(&self, sought: &str) -> Vec<Fault> {
        let sequence = tokens(sought);
        let same = |found: &&[Token]| found.iter().zip(&sequence).all(|(one, other)| one.1 == other.1);
        self.tokens.windows(sequence.len()).filter(same).map(|w| (w[0].0, sought.to_owned())).collect()
    }

    /// Whether it has a test of this name: a function under an attribute, or one listed for both databases.
    pub(crate) fn has_test(&self, name: &str) -> bool {
        let opens = |at: &usize| (0..3).all(|n| self.word(at + n) == ["on_both_databases", "!", "{"][n]);
        let listed = (0..self.tokens.len()).find(opens).is_some_and(|at| {
            self.tokens[at..].iter().take_while(|(_, word)| word != "}").any(|(_, word)| word == name)
        });
        let is_there = |text: String| !self.finds(&text).is_empty();
        is_there(format!("] fn {name}(")) || listed && is_there(format!("fn {name}("))
    }

    /// Every path, from `use` trees and inline, resolved against its module.
    pub(crate) fn paths(&self) -> Vec<(usize, Vec<String>)> {
        let mut module = self.module.clone();
        let (mut paths, mut depth, mut opened, mut at) = (Vec::new(), 0_usize, Vec::new(), 0);
        while at < self.tokens.len() {
            let (from, mut found) = (at, Vec::new());
            at += 1;
            match self.word(from) {
                "{" => depth += 1,
                "}" => {
                    depth = depth.saturating_sub(1);
                    if opened.pop_if(|outer| *outer == depth).is_some() {
                        module.pop();
                    }
                }
                "mod" if self.word(from + 2) == "{" => {
                    module.push(self.word(at).to_owned());
                    opened.push(depth);
                    at += 1;
                }
                "use" if self.word(at) != "<" => at = self.use_tree(at, &[], &mut found),
                name if is_name(name) => {
                    while self.word(at) == "::" && is_name(self.word(at + 1)) {
                        at += 2;
                    }
                    let visibility = from > 1 && self.word(from - 2) == "pub" && self.word(from - 1) == "(";
                    if !(visibility && self.word(at) == ")" && at == from + 1) {
                        found.push((
                            self.tokens[from].0,
                            (from..at).step_by(2).map(|n| self.word(n)).collect(),
                        ));
                    }
                }
                _ => {}
            }
            paths.extend(found.into_iter().map(|(line, path)| (line, resolved(&path, &module))));
        }
        paths
    }

    /// Reads one branch of a `use` and gives where it ends.
    fn use_tree<'a>(
        &'a self,
        mut at: usize,
        stem: &[&'a str],
        found: &mut Vec<(usize, Vec<&'a str>)>,
    ) -> usize {
        let mut path = stem.to_vec();
        loop {
            match self.word(at) {
                "{" => {
                    at += 1;
                    while !["}", ""].contains(&self.word(at)) {
                        at = self.use_tree(at, &path, found);
                        at += usize::from([",", ";"].contains(&self.word(at)));
                    }
                    return at + 1;
                }
                "," | "}" | ";" | "" => {
                    found.push((self.tokens[at - 1].0, path));
                    return at;
                }
                "as" => at += 1,
                "::" => {}
                part => path.push(part),
            }
            at += 1;
        }
    }
}

fn is_name(word: &str) -> bool {
    word.starts_with(|first: char| first.is_alphanumeric() || first == '_' || first == '$') && word != "$"
}

/// A path from the root of the crate, or from another crate.
fn resolved(path: &[&str], module: &[String]) -> Vec<String> {
    let mut resolved = Vec::new();
    if matches!(path, ["self" | "super", ..]) {
        resolved.push("crate".to_owned());
        resolved.extend_from_slice(module);
    }
    for part in path {
        match *part {
            "self" => {}
            "super" => drop(resolved.pop()),
            "inskrivning" if resolved.is_empty() => resolved.push("crate".to_owned()),
            part => resolved.push(part.to_owned()),
        }
    }
    resolved
}

fn tokens(text: &str) -> Vec<Token> {
    let (mut tokens, mut line, mut rest) = (Vec::new(), 1, text);
    while let Some(first) = rest.chars().next() {
        let prefix = if rest.starts_with("r#") { 2 } else { usize::from(['$', '\''].contains(&first)) };
        let name = rest[prefix..].find(|c: char| !c.is_alphanumeric() && c != '_');
        let name = name.map_or(rest.len(), |length| prefix + length);
        let (length, word) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), "")
        } else if rest.starts_with("/*") {
            (block_comment(rest), "")
        } else if let Some(length) = literal(rest) {
            (length, "\"")
        } else if name > prefix {
            // A raw name is the name, and `$crate` is the crate.
            let bare = prefix == 2 || &rest[..name] == "$crate";
            (name, &rest[if bare { prefix } else { 0 }..name])
        } else if rest.starts_with("::") {
            (2, "::")
        } else {
            (first.len_utf8(), rest[..first.len_utf8()].trim())
        };
        if !word.is_empty() {
            tokens.push((line, word.to_owned()));
        }
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    tokens
}

/// The length of a comment that may hold others.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        let (change, step) = match text.as_bytes()[at..] {
            [b'/', b'*', ..] => (1, 2),
            [b'*', b'/', ..] => (-1, 2),
            _ => (0, 1),
        };
        (depth, at) = (depth + change, at + step);
        if depth == 0 {
            break;
        }
    }
    at
}

/// The length of the string or character that begins here, if one does.
fn literal(text: &str) -> Option<usize> {
    let unprefixed = text.trim_start_matches(['b', 'c', 'r']);
    let body = unprefixed.trim_start_matches('#');
    let (prefix, hashes) = (&text[..text.len() - unprefixed.len()], unprefixed.len() - body.len());
    let start = text.len() - body.len() + 1;
    let quote = body.chars().next().filter(|quote| ['"', '\''].contains(quote))?;
    if prefix.ends_with('r') && quote == '"' {
        let end = format!("\"{}", "#".repeat(hashes));
        return Some(text[start..].find(&end).map_or(text.len(), |length| start + length + end.len()));
    }
    let mut inside = text[start..].chars();
    let lifetime = quote == '\'' && inside.next() != Some('\\') && inside.next() != Some('\'');
    if hashes > 0 || lifetime {
        return None;
    }
    let mut escaped = false;
    let end = text[start..].find(|c| {
        let ends = c == quote && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    Some(end.map_or(text.len(), |length| start + length + 1))
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
