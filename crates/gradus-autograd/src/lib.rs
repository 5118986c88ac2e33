//! gradus-autograd
#![forbid(unsafe_code)]
