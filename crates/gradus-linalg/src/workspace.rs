//! Buffers that outlive a call, one pair for each thread and element type.

use std::cell::RefCell;

use crate::Scalar;

/// What holds a thread's buffers.
pub(crate) type Workspace<T> = RefCell<[Vec<T>; 2]>;

/// Bytes of a cache line.
const LINE: usize = 64;

/// Lets the buffers of this thread and of all workers of its pool grow to these numbers of
/// elements, if this thread's are smaller: which worker takes which part of a product is chance,
/// and one that takes its first part must not allocate then.
pub(crate) fn reserve_everywhere<T: Scalar>(sizes: [usize; 2]) {
    let enough = T::with_workspace(|cell| {
        let buffers = cell.borrow();
        buffers.iter().zip(sizes).all(|(buffer, size)| buffer.len() >= with_line::<T>(size))
    });
    if !enough {
        with_buffers::<T, _>(sizes, |_| ());
        rayon::broadcast(|_| with_buffers::<T, _>(sizes, |_| ()));
    }
}

fn with_line<T>(size: usize) -> usize {
    size + LINE / size_of::<T>()
}

/// Calls `f` with two buffers of at least these numbers of elements, of any content, that start
/// at a cache line.
///
/// They grow once and are kept, so that the second call of a size allocates nothing.
pub(crate) fn with_buffers<T: Scalar, R>(
    sizes: [usize; 2],
    f: impl FnOnce([&mut [T]; 2]) -> R,
) -> R {
    T::with_workspace(|cell| {
        // Taken out, so that a call from within `f` finds the cell free.
        let mut buffers = cell.take();
        for (buffer, size) in buffers.iter_mut().zip(sizes) {
            let need = with_line::<T>(size);
            if buffer.len() < need {
                *buffer = vec![T::zero(); need];
            }
        }
        let [a, b] = &mut buffers;
        let result = f([from_line(a), from_line(b)]);
        cell.replace(buffers);
        result
    })
}

/// At most a line is cut off, wherever the buffer lies: what is left has the size that was asked
/// for, and proofs of `unsafe` blocks rest on that.
fn from_line<T>(buffer: &mut [T]) -> &mut [T] {
    let skip = buffer.as_ptr().align_offset(LINE);
    if skip < LINE / size_of::<T>() { &mut buffer[skip..] } else { buffer }
}

/// The element types' thread-local buffers.
pub(crate) trait Buffered: Sized {
    /// Calls `f` with this thread's buffers.
    fn with_workspace<R>(f: impl FnOnce(&Workspace<Self>) -> R) -> R;
}

impl Buffered for f32 {
    fn with_workspace<R>(f: impl FnOnce(&Workspace<Self>) -> R) -> R {
        thread_local!(static BUFFERS: Workspace<f32> = const { RefCell::new([Vec::new(), Vec::new()]) });
        BUFFERS.with(f)
    }
}

impl Buffered for f64 {
    fn with_workspace<R>(f: impl FnOnce(&Workspace<Self>) -> R) -> R {
        thread_local!(static BUFFERS: Workspace<f64> = const { RefCell::new([Vec::new(), Vec::new()]) });
        BUFFERS.with(f)
    }
}
