//! gradus-resample
#![forbid(unsafe_code)]
