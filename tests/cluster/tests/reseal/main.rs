//! An environment re-sealed for a new controller key, from the fingerprint check to Argo CD in sync, with nobody noticing.

mod arrival;
mod consumers;
mod estate;
mod faults;
mod files;
mod held;
mod hook;
mod kills;
mod locks;
mod program;
mod races;
