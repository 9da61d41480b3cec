//! The program reaches real controllers in each of the three ways, and none of what they answer is taken on trust.

mod faults;
mod reach;
mod scene;
mod ways;
