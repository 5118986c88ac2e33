//! gradus-data
#![forbid(unsafe_code)]
