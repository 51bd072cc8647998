//! The vectors, for every test that reads them.

#![allow(dead_code, reason = "each test reads what it needs")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A manifest, its record, and the entropy between them.
pub(crate) struct Vector {
    pub(crate) name: String,
    pub(crate) manifest_file: PathBuf,
    pub(crate) record_file: PathBuf,
    pub(crate) manifest: Vec<u8>,
    pub(crate) record: String,
    pub(crate) entropy: Option<String>,
    pub(crate) commitment: String,
}

/// One vector of a folder under `tests/vectors`.
pub(crate) fn vector(folder: &str, name: &str) -> Vector {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(folder);
    let manifest_file = folder.join(format!("{name}.manifest.json"));
    let record_file = folder.join(format!("{name}.record.json"));
    let record = fs::read_to_string(&record_file).unwrap();
    let fields: Value = serde_json::from_str(&record).unwrap();
    Vector {
        name: name.to_owned(),
        manifest: fs::read(&manifest_file).unwrap(),
        entropy: fields["entropy"].as_str().map(str::to_owned),
        commitment: fields["commitment"].as_str().unwrap().to_owned(),
        manifest_file,
        record_file,
        record,
    }
}

/// All vectors of a folder under `tests/vectors`, by name.
pub(crate) fn vectors(folder: &str) -> Vec<Vector> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(folder);
    let files = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> =
        files.filter_map(|file| file.strip_suffix(".manifest.json").map(str::to_owned)).collect();
    names.sort();
    names.iter().map(|name| vector(folder, name)).collect()
}
