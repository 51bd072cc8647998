//! A migration that was released never changes again: a database knows it by its name and never looks at it twice.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::{file, released};

const DATABASES: [&str; 2] = ["sqlite", "postgres"];

fn migrations(database: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(database)
}

#[test]
fn a_released_migration_is_never_edited() {
    for migration in released() {
        for (database, hash) in DATABASES.iter().zip(&migration.hashes) {
            let path = migrations(database).join(&migration.migration).join("up.sql");
            let text = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let found = hex::encode(Sha256::digest(text));
            assert_eq!(
                &found,
                hash,
                "{} was released with version {} and is in the hands of others: take the change back, and put it into a migration \
                 of its own",
                path.display(),
                migration.version
            );
        }
    }
}

#[test]
fn a_new_migration_comes_after_all_that_were_released() {
    let released: BTreeSet<String> = released().into_iter().map(|released| released.migration).collect();
    for database in DATABASES {
        for entry in fs::read_dir(migrations(database)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let is_last = released.last().is_some_and(|last| name > *last);
            assert!(
                released.contains(&name) || is_last,
                "{database}/{name} would be applied out of order: date it after {:?}",
                released.last()
            );
        }
    }
}

#[test]
fn every_released_version_left_data_to_come_from() {
    let versions: BTreeSet<String> = released().into_iter().map(|released| released.version).collect();
    assert!(!versions.is_empty());
    for version in versions {
        for end in ["sql", "json"] {
            assert!(file(&format!("{version}.{end}")).exists(), "version {version} left no {version}.{end}");
        }
    }
}
