//! y ← y + a·x, and the same of several columns in one pass over y.
//!
//! Each loop is a closure of its own: small enough to be compiled into its copy for the machine's
//! instructions, without which a fused multiplication is a call.

use gradus_linalg::vectorize;

/// y ← y + a·x.
pub(super) fn add_scaled(y: &mut [f64], a: f64, x: &[f64]) {
    vectorize(|| {
        for (y, x) in y.iter_mut().zip(x) {
            *y = a.mul_add(*x, *y);
        }
    });
}

/// y ← y + Σ aₖxₖ, four columns at a time. `column` gives a column by its number.
pub(super) fn add_columns<'a>(
    y: &mut [f64],
    terms: &[(usize, f64)],
    column: impl Fn(usize) -> &'a [f64],
) {
    let mut fours = terms.chunks_exact(4);
    for four in &mut fours {
        let [(a, fa), (b, fb), (c, fc), (d, fd)] = [four[0], four[1], four[2], four[3]];
        let columns = column(a).iter().zip(column(b)).zip(column(c)).zip(column(d));
        let rows = y.iter_mut().zip(columns);
        vectorize(|| {
            rows.for_each(|(y, (((a, b), c), d))| {
                *y = fd.mul_add(*d, fc.mul_add(*c, fb.mul_add(*b, fa.mul_add(*a, *y))));
            });
        });
    }
    for &(j, a) in fours.remainder() {
        add_scaled(y, a, column(j));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_columns_are_added_as_one_after_another() {
        let x: Vec<f64> = (0..7 * 13).map(|i| (f64::from(i) * 0.7).sin()).collect();
        let column = |j: usize| &x[j * 13..(j + 1) * 13];
        for count in 0..7 {
            let terms: Vec<(usize, f64)> = (0..count).map(|j| (j, j as f64 - 2.5)).collect();
            let mut together = vec![1.0; 13];
            add_columns(&mut together, &terms, column);
            let mut apart = vec![1.0; 13];
            terms.iter().for_each(|&(j, a)| add_scaled(&mut apart, a, column(j)));
            assert_eq!(together, apart, "{count}");
        }
    }
}
