//! gradus-nn
#![forbid(unsafe_code)]
