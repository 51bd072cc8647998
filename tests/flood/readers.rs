//! Who asks much at once, and who does not read what is answered.

use crate::desk::Desk;

#[test]
fn a_thousand_requests_sent_at_once_are_answered_one_by_one() {
    let desk = Desk::open();
    let mut all: String = (0..999)
        .map(|n| format!("GET /healthz HTTP/1.1\r\nhost: desk\r\nx-request-id: number-{n}-\r\n\r\n"))
        .collect();
    all += "GET /healthz HTTP/1.1\r\nhost: desk\r\nx-request-id: number-999-\r\nconnection: close\r\n\r\n";
    let mut lines: Vec<_> = (0..20).map(|_| desk.line()).collect();
    for line in &mut lines {
        assert!(line.send(&all));
    }
    desk.works();
    for line in &mut lines {
        let answers = line.hung_up();
        let numbers: Vec<_> = answers
            .split("x-request-id: number-")
            .skip(1)
            .map(|rest| rest.split('-').next().unwrap().parse::<usize>().unwrap())
            .collect();
        assert_eq!(numbers, (0..1_000).collect::<Vec<_>>());
    }
    desk.stays_well("requests sent at once");
}

#[test]
fn an_answer_that_nobody_reads_is_not_kept_for_ever() {
    let desk = Desk::open();
    // Some hundred kilobytes are answered to each: more than the system itself takes for who does not read.
    let ask = "GET /api/v1/openapi.json HTTP/1.1\r\nhost: desk\r\n\r\n".repeat(40);
    let mut lines: Vec<_> = (0..100).map(|_| desk.line()).collect();
    for line in &mut lines {
        assert!(line.send_what_is_taken(ask.as_bytes()) > 0);
    }
    desk.works();
    // All lines are still held here, and none is read.
    desk.stays_well("answers that nobody reads");
    drop(lines);
}
