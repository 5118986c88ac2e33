//! gradus-train
#![forbid(unsafe_code)]
