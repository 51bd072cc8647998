use super::*;
use crate::app::doctor::State;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn room_on_the_disk_is_judged_by_bytes_and_by_how_long_it_lasts() {
    let now = at("2027-11-22T09:00:00Z");
    let of = |free, growth| disk(Disk { free, files: 9 }, growth, now).state;
    assert_eq!(of(100 * MIB - 1, None), State::Fault);
    assert_eq!(of(100 * MIB, None), State::Warning);
    assert_eq!(of(1024 * MIB - 1, None), State::Warning);
    assert_eq!(of(1024 * MIB, None), State::Ok);
    // Twelve months have filled 120 GiB: ten a month.
    let grown = |since: &str| Some(Growth { bytes: 120 * 1024 * MIB, since: at(since) });
    let year = grown("2026-11-22T03:00:00Z");
    assert_eq!(of(9 * 1024 * MIB, year), State::Fault);
    assert_eq!(of(11 * 1024 * MIB, year), State::Warning);
    assert_eq!(of(59 * 1024 * MIB, year), State::Warning);
    assert_eq!(of(61 * 1024 * MIB, year), State::Ok);
    // In the first month nobody knows.
    assert_eq!(of(9 * 1024 * MIB, grown("2027-11-01T09:00:00Z")), State::Ok);
    assert_eq!(disk(Disk { free: u64::MAX, files: 0 }, None, now).state, State::Fault);
}

#[test]
fn the_folder_and_what_lies_in_it_belong_to_one_user_alone() {
    let owned = |path: &str, owner, mode| Owned { path: path.into(), owner, mode };
    let of = |mode, file: Owned, me| folder(&owned("data", 7, mode), &[file], me);
    let file = || owned("data/inskrivning.sqlite", 7, 0o600);
    assert_eq!(of(0o700, file(), 7).state, State::Ok);
    assert_eq!(of(0o700, file(), 0).state, State::Ok, "root looks for the service's user");
    assert!(of(0o700, file(), 8).says.contains("belongs to user 7, and this is user 8"));
    assert_eq!(of(0o750, file(), 7).state, State::Warning);
    assert_eq!(of(0o720, file(), 7).state, State::Fault);
    assert_eq!(of(0o702, file(), 7).state, State::Fault);
    assert!(
        of(0o700, owned("data/key", 0, 0o600), 0)
            .says
            .contains("data/key belongs to user 0, its folder to user 7")
    );
    assert!(of(0o700, owned("data/x", 7, 0o640), 7).says.contains("others may read data/x (mode 640)"));
}

#[test]
fn a_year_whose_summer_time_nobody_knows_is_a_fault() {
    assert_eq!(zone(at("2026-07-01T09:00:00Z")).state, State::Ok);
    assert_eq!(zone(at("2098-12-31T22:00:00Z")).state, State::Ok);
    assert_eq!(zone(at("2099-07-01T09:00:00Z")).state, State::Warning);
    assert_eq!(zone(at("2100-01-01T09:00:00Z")).state, State::Fault);
    assert_eq!(zone(at("1999-01-01T09:00:00Z")).state, State::Fault);
}

#[test]
fn how_many_files_may_be_open_is_asked_of_the_service_if_it_runs() {
    let serving = |open_files| Holder {
        process: 3,
        name: "inskrivning".to_owned(),
        serves: true,
        replaced: false,
        open_files: Some(open_files),
    };
    assert_eq!(open_files(Some(9), &[serving(4096)]).state, State::Ok);
    assert_eq!(open_files(Some(65536), &[serving(4095)]).state, State::Warning);
    assert_eq!(open_files(Some(65536), &[serving(255)]).state, State::Fault);
    assert_eq!(open_files(Some(255), &[]).state, State::Warning);
    assert_eq!(open_files(Some(1024), &[]).state, State::Ok);
    let replaced = Holder { replaced: true, ..serving(65536) };
    assert!(running(&[replaced], None).todo.unwrap().contains("restart the service"));
    assert!(running(&[serving(1)], None).says.contains("the service runs on these data (process 3)"));
    assert!(
        running(&[Holder { serves: false, ..serving(1) }], None)
            .says
            .contains("also open in inskrivning (process 3)")
    );
}
