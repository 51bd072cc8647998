//! The controls of the kills: harm is done on purpose while the killed process lies, and the very looking of `kill.rs` must find it. It
//! begins with a scene in which nothing is wrong, so what is found was done here.

use std::fs;

use crate::house::{House, Kind};
use crate::scene::Scene;
use crate::settling::Judged;
use crate::threads::Moment;

/// Enough answers for more than the leader of the day could take alone.
const MANY: Moment = Moment::After(60);

/// The files of the database, with those SQLite keeps beside it.
const FILES: [&str; 2] = ["inskrivning.sqlite", "inskrivning.sqlite-wal"];

/// A scene with a day that is open, a restart behind it, and nothing lost.
fn scene(before: impl FnOnce(&House)) -> Scene {
    let mut scene = Scene::new(Kind::Sqlite, 1, Judged::Fairly);
    scene.round_with(&MANY, before);
    scene.nothing_is_lost(1);
    scene
}

fn there(house: &House) -> impl Iterator<Item = &'static str> {
    FILES.into_iter().filter(|file| house.home.file(file).exists())
}

/// What a disk does that did not keep what it was told to: what was answered since a moment is gone.
#[test]
fn a_database_put_back_to_an_earlier_moment_is_found_to_lack_what_was_answered_since() {
    let kept = tempfile::tempdir().unwrap();
    let mut scene = scene(|house| {
        for file in there(house) {
            fs::copy(house.home.file(file), kept.path().join(file)).unwrap();
        }
    });
    scene.round_with(&MANY, |house| {
        for file in there(house).collect::<Vec<_>>() {
            fs::remove_file(house.home.file(file)).unwrap();
        }
        for file in FILES.into_iter().filter(|file| kept.path().join(file).exists()) {
            fs::copy(kept.path().join(file), house.home.file(file)).unwrap();
        }
    });
    let promised = scene.lost.iter().filter(|lost| lost.contains(": promised [") && lost.contains("found "));
    assert!(promised.count() > 0, "seed {}: lost {:#?}, wrong {:#?}", scene.seed, scene.lost, scene.wrong);
}

/// One value among all.
#[test]
fn one_answered_write_that_is_undone_is_named() {
    let mut scene = scene(|_| {});
    scene.round_with(&MANY, |house| house.says("UPDATE shelter SET name = 'as it was' WHERE code LIKE 'c_'"));
    let named =
        |lost: &&String| lost.starts_with("Shelter { code: \"c") && lost.ends_with("found \"as it was\"");
    assert!(scene.lost.iter().any(|lost| named(&lost)), "seed {}: {:#?}", scene.seed, scene.lost);
    assert!(scene.lost.iter().all(|lost| named(&lost)), "nothing else was done: {:#?}", scene.lost);
}

/// A step that was taken twice.
#[test]
fn what_is_there_twice_is_counted() {
    let mut scene = scene(|_| {});
    // As many again as ever asked, since of what was sent some may not have been done.
    scene.round_with(&MANY, |house| {
        house.says(
            "INSERT INTO guest SELECT randomblob(16), substr(hex(randomblob(4)), 1, 8), sex, birth, country, language, made_at \
             FROM guest",
        );
    });
    let found = |wrong: &String| wrong.contains("rows in guest, and ") && wrong.ends_with(" were sent");
    assert!(scene.wrong.iter().any(found), "seed {}: {:#?}", scene.seed, scene.wrong);
}
