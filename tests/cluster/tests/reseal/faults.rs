//! What goes wrong on the way, and how it ends.
