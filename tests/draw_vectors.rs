//! The draw agrees with the vectors to the last byte.

use std::fs;
use std::path::{Path, PathBuf};

use inskrivning::domain::lottery::manifest::Manifest;
use inskrivning::domain::lottery::{Draw, record};

fn manifests(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(folder);
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(".manifest.json"))
        .collect();
    found.sort();
    found
}

#[test]
fn every_vector_is_drawn_byte_for_byte() {
    let found = manifests("shared");
    assert_eq!(found.len(), 13, "{found:?}");
    for path in found {
        let manifest = Manifest::read(&fs::read(&path).unwrap()).unwrap();
        let expected = fs::read_to_string(path.to_string_lossy().replace(".manifest.", ".record.")).unwrap();
        let entropy: serde_json::Value = serde_json::from_str(&expected).unwrap();
        let draw = Draw::new(manifest, entropy["entropy"].as_str()).unwrap();
        assert_eq!(record::write(&draw).unwrap(), expected, "{}", path.display());
    }
}
