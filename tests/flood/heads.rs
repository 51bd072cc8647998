//! Heads of requests that do not come, come slowly, do not end, or are none.

use std::thread::sleep;
use std::time::Duration;

use crate::desk::Desk;
use crate::line::{Line, status};

/// Sends a byte a second on every line until the service has hung up on all of them, before the head is whole.
fn drip(lines: &mut [Line], bytes: &[u8], desk: &Desk) {
    for (n, byte) in bytes.iter().enumerate() {
        let mut held = 0;
        for line in &mut *lines {
            held += usize::from(line.send([*byte]));
        }
        if held == 0 {
            return;
        }
        if n == 2 {
            desk.works();
        }
        sleep(Duration::from_secs(1));
    }
    panic!("each byte gives the head time anew");
}

#[test]
fn a_head_that_comes_a_byte_a_second_is_not_waited_for() {
    let desk = Desk::open();
    let mut lines: Vec<_> = (0..200).map(|_| desk.line()).collect();
    drip(&mut lines, desk.registration().as_bytes(), &desk);
    for line in &mut lines {
        assert!([408, 0].contains(&status(&line.hung_up())));
    }
    desk.stays_well("heads that come slowly");
}

#[test]
fn half_requests_and_requests_cut_off_leave_nothing_behind() {
    let desk = Desk::open();
    let body = r#"{"members":[],"accepts":["fa"]}"#;
    let whole = format!("{}content-length: {}\r\n\r\n{body}", desk.registration(), body.len());
    let halves: Vec<_> = (0..whole.len())
        .map(|half| {
            let mut line = desk.line();
            assert!(line.send(&whole[..half]));
            line
        })
        .collect();
    assert!(desk.connections() > 100, "they are held at once");
    desk.works();
    // Every other one hangs up in the middle of its request; the rest wait to be hung up on.
    let waiting: Vec<_> = halves.into_iter().skip(1).step_by(2).collect();
    desk.works();
    for mut line in waiting {
        let answer = line.hung_up();
        assert!([408, 0].contains(&status(&answer)), "{answer}");
    }
    desk.stays_well("half requests");
}

#[test]
fn heads_without_measure_are_refused() {
    let desk = Desk::open();
    let many: String = (0..5_000).map(|n| format!("x-{n}: y\r\n")).collect();
    let long = format!("x-long: {}\r\n", "y".repeat(1 << 20));
    let address = "y".repeat(1 << 20);
    for flood in [
        format!("{}{many}\r\n", desk.head("GET", "/shelters")),
        format!("{}{long}\r\n", desk.head("GET", "/shelters")),
        format!("GET /{address} HTTP/1.1\r\nhost: desk\r\n\r\n"),
    ] {
        let mut lines: Vec<_> = (0..50).map(|_| desk.line()).collect();
        for line in &mut lines {
            line.send(&flood);
        }
        desk.works();
        for line in &mut lines {
            let answer = line.hung_up();
            assert!([400, 413, 414, 431, 0].contains(&status(&answer)), "{answer}");
        }
    }
    desk.stays_well("heads without measure");
}

#[test]
fn a_head_that_never_ends_is_cut_off() {
    let desk = Desk::open();
    let mut lines: Vec<_> = (0..20).map(|_| desk.line()).collect();
    for line in &mut lines {
        line.send(desk.head("GET", "/shelters"));
        let some = "x-more: and more of it\r\n".repeat(1_000);
        // A hundred times what a head may hold.
        let taken = (0..600).take_while(|_| line.send(&some)).count();
        assert!(taken < 600, "it took 14 MB of a head");
    }
    desk.stays_well("heads that never end");
}

#[test]
fn what_is_no_http_is_hung_up_on() {
    let desk = Desk::open();
    let noise: Vec<u8> = (0..=u8::MAX).cycle().take(100_000).collect();
    for garbage in [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".as_slice(),
        b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
        b"\0\0\0\0\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        &noise,
    ] {
        let mut lines: Vec<_> = (0..50).map(|_| desk.line()).collect();
        for line in &mut lines {
            line.send(garbage);
        }
        desk.works();
        for line in &mut lines {
            let answer = line.hung_up();
            assert!([400, 408, 505, 0].contains(&status(&answer)), "{garbage:?}: {answer}");
        }
    }
    desk.stays_well("what is no HTTP");
}
