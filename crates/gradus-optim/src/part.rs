//! A parameter in pieces, on one thread or several.

use gradus_linalg::Scalar;

use crate::changes::BLOCK;

/// Arrays at least this long are split over threads.
const PARALLEL_FROM: usize = 1 << 18;

/// The fixed size of a part; the update is elementwise, so parts never change a bit.
const PART: usize = 1 << 15;

/// A run of entries of a parameter with all that belongs to them.
pub(crate) struct Part<'a, T, const N: usize> {
    pub(crate) param: &'a mut [T],
    pub(crate) grad: &'a [T],
    /// Empty unless the parameter looks ahead.
    pub(crate) origin: &'a [T],
    pub(crate) state: [&'a mut [T]; N],
}

impl<'a, T: Scalar, const N: usize> Part<'a, T, N> {
    /// Works on all of it, long ones on several threads.
    pub(crate) fn update(self, work: &(impl Fn(Part<'_, T, N>) + Sync)) {
        if self.param.len() < PARALLEL_FROM {
            work(self);
        } else {
            self.halve(work);
        }
    }

    fn halve(self, work: &(impl Fn(Part<'_, T, N>) + Sync)) {
        let parts = self.param.len().div_ceil(PART);
        if parts <= 1 {
            return work(self);
        }
        let (left, right) = self.split_at(parts / 2 * PART);
        rayon::join(|| left.halve(work), || right.halve(work));
    }

    /// Works on one block after another, each small enough for the first cache.
    pub(crate) fn each_block(self, mut work: impl FnMut(Part<'_, T, N>)) {
        let mut rest = self;
        while !rest.param.is_empty() {
            let at = rest.param.len().min(BLOCK);
            let (block, after) = rest.split_at(at);
            work(block);
            rest = after;
        }
    }

    fn split_at(self, at: usize) -> (Self, Self) {
        let (param, right_param) = self.param.split_at_mut(at);
        let (grad, right_grad) = self.grad.split_at(at);
        let (origin, right_origin) = self.origin.split_at(at.min(self.origin.len()));
        let mut right_state: [&'a mut [T]; N] = std::array::from_fn(|_| <&mut [T]>::default());
        let mut places = right_state.iter_mut();
        let state = self.state.map(|array| {
            let (left, right) = array.split_at_mut(at);
            if let Some(place) = places.next() {
                *place = right;
            }
            left
        });
        let left = Part { param, grad, origin, state };
        let right =
            Part { param: right_param, grad: right_grad, origin: right_origin, state: right_state };
        (left, right)
    }
}
