//! Any text as a UNO code or a ticket code: refused, or read as one of the two and read again as it displays; and any random
//! value as a code that is read back.

#![no_main]

use inskrivning::domain::code::{TicketCode, UnoCode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u64, &str)| {
    let (random, text) = input;
    let (uno, ticket) = (UnoCode::from_random(random), TicketCode::from_random(random));
    assert_eq!(uno.to_string().parse(), Ok(uno));
    assert_eq!(ticket.to_string().parse(), Ok(ticket));
    assert!(uno.as_str().parse::<TicketCode>().is_err());
    assert!(ticket.as_str().parse::<UnoCode>().is_err());

    match (text.parse::<UnoCode>(), text.parse::<TicketCode>()) {
        (Ok(code), Err(_)) => {
            assert_eq!(code.as_str().len(), 8);
            assert_eq!(code.to_string().to_lowercase().parse(), Ok(code));
        }
        (Err(_), Ok(code)) => {
            assert_eq!(code.as_str().len(), 8);
            assert_eq!(code.to_string().to_lowercase().parse(), Ok(code));
        }
        (Err(uno), Err(ticket)) => assert!(!uno.to_string().is_empty() && !ticket.to_string().is_empty()),
        (Ok(uno), Ok(ticket)) => panic!("{uno} and {ticket} are read from one text"),
    }
});
