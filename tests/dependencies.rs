//! Every dependency has a licence that deny.toml allows.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here says where")]

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

fn root(file: &str) -> String {
    format!("{}/{file}", env!("CARGO_MANIFEST_DIR"))
}

/// The quoted words of the `allow` list.
fn allowed() -> BTreeSet<String> {
    let deny = std::fs::read_to_string(root("deny.toml")).unwrap();
    let list = deny.split("allow = [").nth(1).unwrap().split(']').next().unwrap();
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Whether a licence expression is satisfied: every AND part has an OR choice that is allowed.
fn permits(allowed: &BTreeSet<String>, expression: &str) -> bool {
    let expression = expression.replace(['(', ')'], "").replace('/', " OR ");
    expression.split(" AND ").all(|part| part.split(" OR ").any(|licence| allowed.contains(licence.trim())))
}

#[test]
fn every_dependency_has_a_licence_that_deny_toml_allows() {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version=1",
            "--locked",
            "--offline",
            "--manifest-path",
            &root("Cargo.toml"),
        ])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let allowed = allowed();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 20, "the list of packages is whole");
    let refused: Vec<String> = packages
        .iter()
        .filter(|package| !permits(&allowed, package["license"].as_str().unwrap_or("none")))
        .map(|package| format!("{} {}: {}", package["name"], package["version"], package["license"]))
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn a_licence_that_is_not_allowed_is_seen() {
    let allowed = allowed();
    assert!(permits(&allowed, "MIT OR Apache-2.0"));
    assert!(permits(&allowed, "(MIT OR GPL-3.0) AND Unicode-3.0"));
    assert!(!permits(&allowed, "GPL-3.0-only"));
    assert!(!permits(&allowed, "MIT AND GPL-3.0-only"));
}
