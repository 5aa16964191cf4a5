//! The proofs of the access rules: random people and random edits, against a model that was
//! written from the specification and not from the code.
//!
//! `PROPTEST_CASES` sets how many are tried; `make soak` tries many.

mod evaluation;
mod guards;
mod model;
mod random;
mod walk;
mod world;
