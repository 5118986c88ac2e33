//! A few rows times a matrix whose columns are contiguous: dot products, several at once.
//!
//! With fewer rows than a register has lanes, the usual tiles leave lanes empty and wait for one
//! element of B after the other; here every load brings a whole register of B.
#![allow(unsafe_code)] // Raw pointers, so that nothing is checked inside the loops.

use crate::{
    Epilogue, MatRef, Scalar,
    dispatch::Work,
    gemm::{blocks::activate, driver::Product},
    pack::{Panel, pack},
    simd::Simd,
    workspace::with_buffers,
};

/// The most rows of a product that is computed here.
pub(super) const ROWS: usize = 8;

/// Terms from which on more than one row is computed here: the lanes of every sum are added up at
/// the end, which shorter sums do not repay.
const TERMS: usize = 256;

/// The most bytes of more than one row: they are read again for every few columns, and are to stay
/// in a first-level cache.
const A_BYTES: usize = 56 << 10;

/// Whether a whole product is computed here, unless its rows [`fill_a_tile`]: its shape alone
/// decides, since the sums run in an order of their own.
pub(super) fn fits<T>(m: usize, k: usize, b_row_stride: usize) -> bool {
    b_row_stride == 1 && (m == 1 || m <= ROWS && k >= TERMS && m * k * size_of::<T>() <= A_BYTES)
}

/// Sums under way that hide the latency of a multiply-add.
const SUMS: usize = 12;

/// Whether so few rows fill registers: then a tile has enough sums under way, and every lane in use.
pub(super) fn fill_a_tile<V: Simd>(m: usize) -> bool {
    let registers = m / V::LANES;
    m.is_multiple_of(V::LANES) && registers > 0 && V::HEIGHT > 2 && {
        registers * V::COLS[registers.min(V::HEIGHT) - 1] >= SUMS
    }
}

/// Computes a product of at most [`ROWS`] rows.
///
/// # Safety
/// The machine has the level of `V`; the shapes of A, B and the bias fit; B's columns are
/// contiguous; C's elements are valid and overlap nothing else.
pub(super) unsafe fn rows_times_matrix<V: Simd>(p: &Product<'_, V::Elem>) {
    let a = &p.job.a;
    let (m, k) = a.shape();
    let dots = |x: *const V::Elem, x_step: usize| {
        let (columns, step) = (p.job.b.data().as_ptr(), p.job.b.col_stride());
        let in_order = p.far && step == k;
        let dots = Dots { product: p, k, x, x_step, columns, step, in_order };
        // SAFETY: `x` are the rows of A, k elements each; the caller vouches for the rest.
        unsafe { dots.run::<V>(m, p.job.b.cols()) };
    };
    if a.col_stride() == 1 || k <= 1 {
        dots(a.data().as_ptr(), a.row_stride());
    } else {
        with_buffers([m * k, 0], |[x, _]| {
            let (across, along) = (a.col_stride(), a.row_stride());
            let panel = Panel { from: a.data().as_ptr(), across, along, width: k, k: m };
            // SAFETY: the panel is Aᵀ, and element p of row r has its place at r·k + p in the
            // buffer, which has m·k elements and is not part of A.
            unsafe { pack::<V>(panel, x.as_mut_ptr(), k) };
            dots(x.as_ptr(), k);
        });
    }
    if matches!(p.job.act, Epilogue::Sigmoid | Epilogue::Tanh) {
        let (count, len) =
            if m == 1 && p.c_step == 1 { (1, p.job.b.cols()) } else { (p.job.b.cols(), m) };
        for j in 0..count {
            let z = p.c.wrapping_add(j * p.c_step);
            // SAFETY: column j of C, or its only row, whose elements are neighbours.
            activate(p.job.act, unsafe { std::slice::from_raw_parts_mut(z, len) });
        }
    }
}

/// Where the operands of dot products lie.
struct Dots<'a, T> {
    product: &'a Product<'a, T>,
    /// The length of each product.
    k: usize,
    /// The first of A's rows, each of which is contiguous.
    x: *const T,
    /// From one of them to the next.
    x_step: usize,
    /// The first of B's columns, each of which is contiguous.
    columns: *const T,
    /// From one of them to the next.
    step: usize,
    /// Whether the columns come from memory, one behind the other: then each line is asked for, in the
    /// order in which the lines lie. Columns that are read side by side do not tell the machine.
    in_order: bool,
}

impl<T: Scalar> Dots<'_, T> {
    /// Computes C's rows below `m`, `n` columns each.
    ///
    /// Every product is summed in the same order, whichever others are computed beside it.
    ///
    /// # Safety
    /// The machine has the level of `V`; the rows and the columns are readable, and C is valid.
    unsafe fn run<V: Simd<Elem = T>>(&self, m: usize, n: usize) {
        let mut j = 0;
        // SAFETY: rows below m and columns below n; the caller vouches for them.
        unsafe {
            if m == 1 {
                while j + 8 <= n {
                    V::compiled(Group::<V, 1, 8>(self, 0, j));
                    j += 8;
                }
                if j + 4 <= n {
                    V::compiled(Group::<V, 1, 4>(self, 0, j));
                    j += 4;
                }
            } else if m < 4 || !V::MANY {
                while j + 4 <= n {
                    self.rows::<V, 4>(m, j);
                    j += 4;
                }
            } else {
                while j + 3 <= n {
                    self.rows::<V, 3>(m, j);
                    j += 3;
                }
            }
            while j + 2 <= n {
                self.rows::<V, 2>(m, j);
                j += 2;
            }
            if j < n {
                self.rows::<V, 1>(m, j);
            }
        }
    }

    /// All rows and `N` columns.
    ///
    /// # Safety
    /// As for [`Dots::run`].
    #[inline(always)]
    unsafe fn rows<V: Simd<Elem = T>, const N: usize>(&self, m: usize, j: usize) {
        let mut i = 0;
        // SAFETY: rows below m; the caller vouches for them.
        unsafe {
            while V::MANY && i + 8 <= m {
                V::compiled(Group::<V, 8, N>(self, i, j));
                i += 8;
            }
            while V::MANY && i + 4 <= m {
                V::compiled(Group::<V, 4, N>(self, i, j));
                i += 4;
            }
            while i + 2 <= m {
                V::compiled(Group::<V, 2, N>(self, i, j));
                i += 2;
            }
            if i < m {
                V::compiled(Group::<V, 1, N>(self, i, j));
            }
        }
    }

    /// Computes `R` rows of C from row `i` on, and `N` columns from column `j` on.
    ///
    /// # Safety
    /// As for [`Dots::run`]; the rows and columns exist.
    #[inline(always)]
    unsafe fn group<V: Simd<Elem = T>, const R: usize, const N: usize>(&self, i: usize, j: usize) {
        let (whole, rest) = (self.k / V::LANES, self.k % V::LANES);
        // Without terms there may be no elements behind the columns, and none is read.
        let x = self.x.wrapping_add(i.wrapping_mul(self.x_step));
        let first = self.columns.wrapping_add(j.wrapping_mul(self.step));
        // SAFETY: p + LANES ≤ k in the loop, and p + rest = k behind it; the caller vouches for k
        // elements of each row and column.
        unsafe {
            let mut sums = [[V::splat(V::Elem::default()); N]; R];
            for v in 0..whole {
                let p = v * V::LANES;
                let mut columns = [sums[0][0]; N];
                if R == 1 && self.in_order {
                    for c in 0..N {
                        V::prefetch_second(
                            first.wrapping_add(IN_ORDER / size_of::<T>() + p * N + c * V::LANES),
                        );
                    }
                }
                for c in 0..N {
                    let column = first.add(c * self.step + p);
                    if R > 1 {
                        V::prefetch(column.wrapping_add(AHEAD * V::LANES));
                    }
                    columns[c] = V::load(column);
                }
                for r in 0..R {
                    let x = V::load(x.add(r * self.x_step + p));
                    for c in 0..N {
                        sums[r][c] = columns[c].mul_add(x, sums[r][c]);
                    }
                }
            }
            if rest > 0 {
                let p = whole * V::LANES;
                for c in 0..N {
                    let column = V::load_first(first.add(c * self.step + p), rest);
                    for r in 0..R {
                        let x = V::load_first(x.add(r * self.x_step + p), rest);
                        sums[r][c] = column.mul_add(x, sums[r][c]);
                    }
                }
            }
            if let ([row], 8) = (&sums[..], N) {
                self.put((i, j), (0, 1), V::totals(std::array::from_fn(|c| row[c])));
                return;
            }
            // Stored in a loop that is short enough to be unrolled, lest the sums live in memory.
            let mut lanes = [[V::splat(V::Elem::default()); N]; R];
            for r in 0..R {
                for c in 0..N {
                    lanes[r][c] = sums[r][c];
                }
            }
            let lanes = std::hint::black_box(&lanes);
            for c in 0..N {
                if R == 8 {
                    self.put((i, j + c), (1, 0), V::totals(std::array::from_fn(|r| lanes[r][c])));
                } else {
                    for r in 0..R {
                        self.put((i + r, j + c), (0, 0), [lanes[r][c].total()]);
                    }
                }
            }
        }
    }

    /// Stores elements of C, the first one's place and the step from one to the next being given, but for
    /// an activation that takes more than a comparison.
    ///
    /// # Safety
    /// The places are C's. If they are to be neighbours (a step of 1 down, or of 1 to the right where C's
    /// columns lie one element apart), they are: C's columns are contiguous, or it has one row.
    #[inline(always)]
    unsafe fn put<const L: usize>(
        &self,
        (i, j): (usize, usize),
        (down, right): (usize, usize),
        dots: [T; L],
    ) {
        let (job, step) = (&self.product.job, self.product.c_step);
        let c = self.product.c.wrapping_add(i + j * step);
        let place = |l: usize| c.wrapping_add(l * (down + right * step));
        let mut z = dots.map(|dot| job.alpha * dot);
        if job.beta != T::default() {
            for l in 0..L {
                // SAFETY: the caller vouches for the element.
                z[l] += job.beta * unsafe { *place(l) };
            }
        }
        if let Some(bias) = job.bias {
            for l in 0..L {
                z[l] += bias[j + l * right];
            }
        }
        if job.act == Epilogue::Relu {
            z = z.map(|z| if z < T::default() { T::default() } else { z });
        }
        if down + right * step == 1 {
            // SAFETY: as above; the places are neighbours.
            unsafe { c.cast::<[T; L]>().write(z) };
            return;
        }
        for l in 0..L {
            // SAFETY: as above.
            unsafe { *place(l) = z[l] };
        }
    }
}

/// Registers ahead of the one that is loaded for which the cache is asked.
const AHEAD: usize = 16;

/// Bytes of an operand from which on no cache holds it.
const FAR: usize = 16 << 20;

/// Bytes ahead for which memory is asked.
pub(super) const IN_ORDER: usize = 64 << 10;

/// Whether an operand comes from memory.
pub(super) fn is_far<T: Scalar>(x: MatRef<'_, T>) -> bool {
    x.rows().saturating_mul(x.cols()).saturating_mul(size_of::<T>()) > FAR
}

/// A call of [`Dots::group`]: made only by [`Dots::run`] and [`Dots::rows`], which it calls, and whose
/// caller vouches for it.
struct Group<'a, V: Simd, const R: usize, const N: usize>(&'a Dots<'a, V::Elem>, usize, usize);

impl<V: Simd, const R: usize, const N: usize> Work for Group<'_, V, R, N> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        // SAFETY: the caller of `Dots::run` vouches for all that `group` asks.
        unsafe { self.0.group::<V, R, N>(self.1, self.2) }
    }
}
