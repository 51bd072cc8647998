//! What the Debian package is made of: its list of files, its scripts, its units. The package itself is made and tried by
//! `packaging/try`, which takes a release and minutes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that fails here says where"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn packaging(name: &str) -> PathBuf {
    root().join("packaging").join(name)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files of the package, as Cargo.toml lists them: from where, to where, with which mode.
fn assets() -> Vec<[String; 3]> {
    let text = read(&root().join("Cargo.toml"));
    let (_, rest) = text.split_once("\nassets = [\n").expect("Cargo.toml lists no files of a package");
    let lines = rest.lines().take_while(|line| *line != "]");
    let words = |line: &str| line.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    lines.map(|line| words(line).try_into().unwrap_or_else(|_| panic!("{line}"))).collect()
}

fn run(command: &mut Command) -> (bool, String) {
    let Output { status, stdout, stderr } = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}; tests/run installs what is missing"));
    let said = [stdout, stderr].concat();
    (status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn the_package_holds_every_file_it_lists_and_every_file_made_for_it() {
    let assets = assets();
    for [from, to, mode] in &assets {
        let built = from.starts_with("target/");
        assert!(built || root().join(from).is_file(), "{from} is not there");
        let program = to.starts_with("usr/bin/") || to.starts_with("usr/lib/inskrivning/");
        assert_eq!(mode, if program { "755" } else { "644" }, "{from}");
    }
    // What makes and tries the package, and what cargo-deb takes by itself.
    let not_inside = ["deb", "try", "debian", "copyright"];
    for entry in fs::read_dir(packaging("")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let listed = assets.iter().any(|[from, ..]| *from == format!("packaging/{name}"));
        assert!(listed || not_inside.contains(&name.as_str()), "packaging/{name} is not in the package");
    }
    for document in ["README.md", "LICENSE-MIT", "LICENSE-APACHE", "docs/OPERATIONS.md"] {
        assert!(
            assets
                .iter()
                .any(|[from, to, _]| from == document && to.starts_with("usr/share/doc/inskrivning/")),
            "{document}"
        );
    }
    let manifest = read(&root().join("Cargo.toml"));
    assert!(
        manifest.contains("conf-files = [\"/etc/default/inskrivning\"]"),
        "an upgrade would overwrite the settings"
    );
}

#[test]
fn the_scripts_of_the_package_can_be_read_and_remove_nobodys_data() {
    for name in ["debian/postinst", "debian/prerm", "debian/postrm", "daily-backup"] {
        let path = packaging(name);
        assert_ne!(fs::metadata(&path).unwrap().permissions().mode() & 0o111, 0, "{name} cannot be run");
        let (passed, said) = run(Command::new("sh").arg("-n").arg(&path));
        assert!(passed, "{name}: {said}");
        let text = read(&path);
        assert!(text.starts_with("#!/bin/sh\n") && text.contains("\nset -e"), "{name}");
        for harm in ["rm -r", "rm -f", "userdel", "deluser", "chpasswd", "passwd -", "token new --role desk"]
        {
            assert!(!text.contains(harm), "{name} says {harm:?}");
        }
    }
}

/// The units, with the programs of the package named where they are now.
fn units() -> (tempfile::TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let mut units = Vec::new();
    for entry in fs::read_dir(packaging("")).unwrap() {
        let from = entry.unwrap().path();
        if from.extension().is_some_and(|end| end == "service" || end == "timer") {
            let text = read(&from)
                .replace("/usr/bin/inskrivning", env!("CARGO_BIN_EXE_inskrivning"))
                .replace("/usr/lib/inskrivning/daily-backup", packaging("daily-backup").to_str().unwrap());
            let to = folder.path().join(from.file_name().unwrap());
            fs::write(&to, text).unwrap();
            units.push(to);
        }
    }
    assert_eq!(units.len(), 5);
    (folder, units)
}

#[test]
fn systemd_takes_the_units_without_a_word() {
    let (_folder, units) = units();
    let (passed, said) = run(Command::new("systemd-analyze").arg("verify").args(&units));
    assert!(passed && said.is_empty(), "{said}");
}

/// How much of the machine a unit is open to, as systemd counts it: 0 to 100. Ours stood at 14.
const EXPOSURE: &str = "--threshold=15";

#[test]
fn the_units_stay_as_closed_as_they_are() {
    let (_folder, units) = units();
    for unit in units.iter().filter(|unit| unit.extension().is_some_and(|end| end == "service")) {
        let (passed, said) = run(Command::new("systemd-analyze")
            .args(["security", "--offline=true", "--no-pager", EXPOSURE])
            .arg(unit));
        assert!(passed, "{}: {said}", unit.display());
        // What the figure does not count, or counts little.
        let text = read(unit);
        for line in [
            "User=inskrivning",
            "UMask=0077",
            "StateDirectoryMode=0700",
            "NoNewPrivileges=yes",
            "CapabilityBoundingSet=",
            "ProtectSystem=strict",
            "MemoryDenyWriteExecute=yes",
            "EnvironmentFile=-/etc/inskrivning/secrets",
        ] {
            assert!(text.lines().any(|stands| stands == line), "{} lacks {line}", unit.display());
        }
    }
    let service = read(&packaging("inskrivning.service"));
    for line in ["Restart=on-failure", "RestartPreventExitStatus=64", "LimitNOFILE=65536", "MemoryMax=1G"] {
        assert!(service.lines().any(|stands| stands == line), "the service lacks {line}");
    }
}

#[test]
fn the_service_may_have_all_the_threads_it_can_come_to() {
    let service = read(&packaging("inskrivning.service"));
    let most = service.lines().find_map(|line| line.strip_prefix("TasksMax=")).expect("it says no TasksMax");
    // One for each processor of a large machine; those that read; and main, accepting, writing, stopping, and three of the pool.
    let (processors, besides) = (256, 7);
    let threads = processors + inskrivning::store::READERS + besides;
    assert!(most.parse::<u32>().unwrap() >= threads, "TasksMax={most}, and there may be {threads}");
}

#[test]
fn every_setting_that_the_package_names_is_one() {
    let text = read(&packaging("default"));
    let data = tempfile::tempdir().unwrap();
    let mut doctor = Command::new(env!("CARGO_BIN_EXE_inskrivning"));
    doctor.arg("doctor").env("INSKRIVNING_DATA", data.path());
    let mut named = 0;
    for line in text.lines().filter_map(|line| line.strip_prefix("#INSKRIVNING_")) {
        let (name, value) = line.split_once('=').unwrap();
        named += 1;
        // Where to look is said above; what is tried here is whether the names and the values are understood.
        if name != "DATABASE" && name != "KEY_FILE" {
            doctor.env(format!("INSKRIVNING_{name}"), value);
        }
    }
    assert!(named >= 7, "{named}");
    let (_, said) = run(&mut doctor);
    assert!(said.contains("settings") && !said.contains("is no setting"), "{said}");
    for whence in
        ["min-nights 3 (by INSKRIVNING_MIN_NIGHTS)", "release-after 3 (by INSKRIVNING_RELEASE_AFTER)"]
    {
        assert!(said.contains(whence), "{said}");
    }
}

#[test]
fn the_daily_backup_keeps_the_newest_and_touches_nothing_else() {
    let (data, backups) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let program = Path::new(env!("CARGO_BIN_EXE_inskrivning"));
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let backup = |kept: &str, database: Option<&str>| {
        let mut command = Command::new(packaging("daily-backup"));
        command
            .env("PATH", &path)
            .env("INSKRIVNING_DATA", data.path())
            .env("BACKUPS", backups.path())
            .env("BACKUPS_KEPT", kept);
        command.env_remove("INSKRIVNING_DATABASE").envs(database.map(|url| ("INSKRIVNING_DATABASE", url)));
        run(&mut command)
    };
    let there = || {
        let names = fs::read_dir(backups.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    };
    assert!(backup("2", None).1.contains("there are no data yet"));
    assert!(backup("2", Some("postgres://x/y")).1.contains("with its own tools"));
    assert_eq!(there(), Vec::<String>::new());
    let begun = Command::new(program).arg("migrate").env("INSKRIVNING_DATA", data.path()).output().unwrap();
    assert!(begun.status.success());
    for name in ["2020-01-01-000000.sqlite", "2020-01-02-000000.sqlite", "before-the-move.sqlite"] {
        fs::write(backups.path().join(name), "").unwrap();
    }
    let (passed, said) = backup("2", None);
    assert!(passed, "{said}");
    let names = there();
    assert_eq!(names.len(), 3, "{names:?}");
    assert_eq!(
        (names[0].as_str(), names[2].as_str()),
        ("2020-01-02-000000.sqlite", "before-the-move.sqlite")
    );
    assert!(fs::metadata(backups.path().join(&names[1])).unwrap().len() > 0);
    // A backup that is not made removes none.
    fs::write(data.path().join("inskrivning.sqlite"), "damaged").unwrap();
    assert!(!backup("1", None).0);
    assert_eq!(there(), names);
}
