//! The rules: each one's examples, the hard cases, and what holds for all of them.

#[path = "lint/catalogue.rs"]
mod catalogue;
#[path = "lint/example.rs"]
mod example;
#[path = "lint/hostile.rs"]
mod hostile;
#[path = "lint/survey.rs"]
mod survey;
