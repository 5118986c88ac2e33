//! gradus-metrics
#![forbid(unsafe_code)]
