//! Bodies that are too large, or come too slowly.

use std::thread::sleep;
use std::time::Duration;

use crate::desk::Desk;
use crate::line::{Line, status};

const MEGABYTE: usize = 1 << 20;

/// What is asked with a body that is too large or too slow, and what may be answered; nothing, if the line was cut before that was read.
fn asked(desk: &Desk) -> [(String, [u16; 3]); 5] {
    [
        (desk.registration(), [413, 408, 0]),
        // Nobody reads the body of these.
        (desk.head("POST", "/nowhere"), [404, 404, 0]),
        (desk.head("DELETE", "/shelters"), [405, 405, 0]),
        ("GET /healthz HTTP/1.1\r\nhost: desk\r\n".to_owned(), [200, 200, 0]),
        (desk.registration().replace("Bearer ins", "Bearer out"), [401, 401, 0]),
    ]
}

/// Sends pieces of a body until the service hangs up: how many it took.
fn pour(line: &mut Line, piece: &[u8], most: usize) -> usize {
    (0..most).take_while(|_| line.send(piece)).count()
}

#[test]
fn a_body_of_a_hundred_megabytes_is_refused_and_not_kept() {
    let desk = Desk::open();
    let piece = vec![b' '; MEGABYTE];
    for (head, answers) in asked(&desk) {
        let mut lines = [desk.line(), desk.line()];
        for line in &mut lines {
            line.send(format!("{head}content-length: 104857600\r\n\r\n"));
            pour(line, &piece, 100);
        }
        desk.works();
        for line in &mut lines {
            let answer = line.hung_up();
            assert!(answers.contains(&status(&answer)), "{head}: {answer}");
        }
    }
    desk.stays_well("bodies of a hundred megabytes");
}

#[test]
fn a_body_without_end_is_hung_up_on() {
    let desk = Desk::open();
    let chunk = [format!("{MEGABYTE:x}\r\n").into_bytes(), vec![b' '; MEGABYTE], b"\r\n".to_vec()].concat();
    for (slowly, chunk) in [(false, chunk.as_slice()), (true, b"1\r\n \r\n")] {
        std::thread::scope(|scope| {
            for (head, answers) in asked(&desk) {
                let mut line = desk.line();
                scope.spawn(move || {
                    line.send(format!("{head}transfer-encoding: chunked\r\n\r\n"));
                    // A hundred gigabytes at once, or for two minutes.
                    let most = if slowly { 120 } else { 100_000 };
                    let wait = Duration::from_millis(if slowly { 1_000 } else { 0 });
                    let taken = (0..most)
                        .take_while(|_| {
                            sleep(wait);
                            line.send(chunk)
                        })
                        .count();
                    assert!(taken < most, "{head}: it is read for ever");
                    let answer = line.hung_up();
                    assert!(answers.contains(&status(&answer)), "{head}: {answer}");
                });
            }
            desk.works();
        });
    }
    desk.stays_well("bodies without end");
}

#[test]
fn a_body_without_a_length_is_read_as_any() {
    let desk = Desk::open();
    let mut line = desk.line();
    let close = desk.registration() + "connection: close\r\ntransfer-encoding: chunked\r\n\r\n";
    line.send(close + "b\r\n{\"members\":\r\n11\r\n[],\"accepts\":[]} \r\n0\r\n\r\n");
    let answer = line.hung_up();
    assert_eq!(status(&answer), 422, "{answer}");
    assert!(answer.contains("/problems/invalid-fields"), "{answer}");
}

#[test]
fn a_large_body_is_refused_by_name_to_who_sends_little_of_it() {
    let desk = Desk::open();
    let mut line = desk.line();
    line.send(format!("{}content-length: 104857600\r\n\r\n{{", desk.registration()));
    let answer = line.hung_up();
    assert_eq!(status(&answer), 413, "{answer}");
    assert!(answer.contains("/problems/body-too-large"), "{answer}");
    desk.stays_well("a large body announced");
}

#[test]
fn a_body_that_comes_a_byte_a_second_is_not_waited_for() {
    let desk = Desk::open();
    let mut lines: Vec<_> = (0..200).map(|_| desk.line()).collect();
    for line in &mut lines {
        line.send(format!("{}content-length: 1000\r\n\r\n", desk.registration()));
    }
    let mut held = lines.len();
    // Three times as long as a body may take, and shorter than this one would.
    for second in 0..60 {
        held = lines.iter_mut().map(|line| usize::from(line.send(" "))).sum::<usize>();
        if held == 0 {
            break;
        }
        if second == 3 {
            desk.works();
        }
        sleep(Duration::from_secs(1));
    }
    assert_eq!(held, 0, "each byte gives the body time anew");
    desk.stays_well("bodies that come slowly");
}

#[test]
fn who_stops_in_the_middle_of_a_body_is_told_so() {
    let desk = Desk::open();
    let mut line = desk.line();
    line.send(format!("{}content-length: 1000\r\n\r\n{{\"members\":", desk.registration()));
    let answer = line.hung_up();
    assert_eq!(status(&answer), 408, "{answer}");
    assert!(answer.contains("/problems/body-too-slow"), "{answer}");
    desk.stays_well("a body that stops");
}
