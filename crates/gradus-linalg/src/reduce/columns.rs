//! The sums of columns, several of them side by side.

use super::kernels::LANES;
use crate::{MatRef, Scalar, dispatch::Work};

/// Columns whose last partial sums are added side by side.
const GROUP: usize = 16;

/// Sums columns that are contiguous and no longer than a run, with the bits that each has as a slice by
/// itself.
pub(super) struct SumColumns<'a, T> {
    pub(super) x: MatRef<'a, T>,
    pub(super) out: &'a mut [T],
}

impl<T: Scalar> Work for SumColumns<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (x, tail) = (self.x, self.x.rows() % GROUP);
        let whole = x.rows() - tail;
        // The last halvings of a column are work for single lanes; those of sixteen fill registers.
        for (part, out) in self.out.chunks_mut(GROUP).enumerate() {
            // All incomplete groups before any is read: what has just been written is waited for.
            let mut tails = [[T::zero(); GROUP]; GROUP];
            if tail > 0 {
                for (l, to) in tails[..out.len()].iter_mut().enumerate() {
                    if let Some(column) = x.contiguous_col(part * GROUP + l) {
                        to[..tail].copy_from_slice(&column[whole..]);
                    }
                }
            }
            let mut sums = [[T::zero(); GROUP]; GROUP];
            for (l, sums) in sums[..out.len()].iter_mut().enumerate() {
                if let Some(column) = x.contiguous_col(part * GROUP + l) {
                    *sums = groups(&column[..whole], (tail > 0).then_some(&tails[l]));
                }
            }
            halve_pairs::<8, 8, T>(&mut sums);
            halve_pairs::<4, 4, T>(&mut sums);
            halve_pairs::<2, 2, T>(&mut sums);
            halve_pairs::<1, 1, T>(&mut sums);
            out.copy_from_slice(&sums[0][..out.len()]);
        }
    }
}

/// The partial sums of a column, halved until one group is left. Its last, incomplete group comes filled
/// up with zeros.
#[inline(always)]
fn groups<T: Scalar>(column: &[T], last: Option<&[T; GROUP]>) -> [T; GROUP] {
    let [mut a, mut b, mut c, mut d] = [[T::zero(); GROUP]; LANES / GROUP];
    let mut chunks = column.as_chunks::<GROUP>().0.chunks_exact(LANES / GROUP);
    for chunk in &mut chunks {
        add(&mut a, &chunk[0]);
        add(&mut b, &chunk[1]);
        add(&mut c, &chunk[2]);
        add(&mut d, &chunk[3]);
    }
    let rest = chunks.remainder();
    if let [x, ..] = rest {
        add(&mut a, x);
    }
    if let [_, x, ..] = rest {
        add(&mut b, x);
    }
    if let [_, _, x, ..] = rest {
        add(&mut c, x);
    }
    if let Some(last) = last {
        match rest.len() {
            0 => add(&mut a, last),
            1 => add(&mut b, last),
            2 => add(&mut c, last),
            _ => add(&mut d, last),
        }
    }
    add(&mut a, &c);
    add(&mut b, &d);
    add(&mut a, &b);
    a
}

#[inline(always)]
fn add<T: Scalar>(sums: &mut [T; GROUP], x: &[T; GROUP]) {
    for l in 0..GROUP {
        sums[l] += x[l];
    }
}

/// Halves the runs of 2·`W` sums in each of 2·`N` groups, two of which then fill one.
#[inline(always)]
fn halve_pairs<const W: usize, const N: usize, T: Scalar>(sums: &mut [[T; GROUP]; GROUP]) {
    for i in 0..N {
        let mut halved = [T::zero(); GROUP];
        for (half, sums) in [sums[2 * i], sums[2 * i + 1]].iter().enumerate() {
            for run in 0..GROUP / 2 / W {
                for l in 0..W {
                    let at = run * 2 * W + l;
                    halved[half * GROUP / 2 + run * W + l] = sums[at] + sums[at + W];
                }
            }
        }
        sums[i] = halved;
    }
}
