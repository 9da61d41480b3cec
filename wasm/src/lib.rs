//! Sealsmith for the browser page: translation only, sealing only.
