//! The numbers a draw rests on can be recomputed with openssl, as docs/DRAW.md says.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails here says where")]

use std::path::Path;
use std::process::Command;

use serde_json::Value;

#[test]
fn commitment_seed_and_keys_are_what_openssl_makes_of_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for vector in ["small", "friday", "left-after-assignment"] {
        let manifest = root.join(format!("tests/vectors/shared/{vector}.manifest.json"));
        let record =
            std::fs::read_to_string(root.join(format!("tests/vectors/shared/{vector}.record.json"))).unwrap();
        let record: Value = serde_json::from_str(&record).unwrap();
        for (lot, key) in record["keys"].as_object().unwrap().iter().take(4) {
            let output = Command::new("bash")
                .arg(root.join("docs/recompute-key.sh"))
                .arg(&manifest)
                .args([record["entropy"].as_str().unwrap(), lot])
                .output()
                .expect("bash runs");
            let expected = format!(
                "commitment {}\nseed {}\nkey {}\n",
                record["commitment"].as_str().unwrap(),
                record["seed"].as_str().unwrap(),
                key.as_str().unwrap()
            );
            let errors = String::from_utf8_lossy(&output.stderr);
            assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{vector}, lot {lot}: {errors}");
        }
    }
}
