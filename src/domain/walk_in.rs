//! Walk-ins.
