//! gradus-testkit
#![forbid(unsafe_code)]
