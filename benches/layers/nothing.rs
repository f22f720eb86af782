//! The package has benches only.
