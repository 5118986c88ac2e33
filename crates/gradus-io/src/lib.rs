//! gradus-io
#![forbid(unsafe_code)]
