//! Products of the columns in play, each computed once.

use nalgebra::DMatrix;

use super::passes::cross;

/// Columns that are kept at most; 4,096 take 128 MiB of products.
pub(super) const MOST: usize = 4_096;

/// XᵀX for the columns that have been asked for.
#[derive(Debug, Default)]
pub(super) struct GramCache {
    /// Where the products of a column lie, by column.
    place: Vec<Option<usize>>,
    /// The columns themselves, in order of their places.
    columns: Vec<f64>,
    count: usize,
    /// Column-major, with `stride` ≥ `count`.
    products: Vec<f64>,
    stride: usize,
}

impl GramCache {
    /// The column-major products of some columns with each other; no more than [`MOST`].
    pub(super) fn of(&mut self, x: &DMatrix<f64>, wanted: &[usize]) -> Vec<f64> {
        self.place.resize(x.ncols(), None);
        let mut new: Vec<usize> =
            wanted.iter().copied().filter(|&j| self.place[j].is_none()).collect();
        if self.count + new.len() > MOST {
            *self = Self { place: vec![None; x.ncols()], ..Self::default() };
            new = wanted.to_vec();
        }
        if !new.is_empty() {
            self.add(x, &new);
        }
        let places: Vec<usize> = wanted.iter().filter_map(|&j| self.place[j]).collect();
        let mut products = Vec::with_capacity(places.len() * places.len());
        for &j in &places {
            let column = &self.products[j * self.stride..j * self.stride + self.count];
            products.extend(places.iter().map(|&i| column[i]));
        }
        products
    }

    fn add(&mut self, x: &DMatrix<f64>, new: &[usize]) {
        let m = x.nrows();
        let before = self.count;
        for &j in new {
            self.place[j] = Some(self.count);
            self.columns.extend_from_slice(&x.as_slice()[j * m..(j + 1) * m]);
            self.count += 1;
        }
        if self.count > self.stride {
            let stride = (2 * self.stride).max(self.count).max(64);
            let mut products = vec![0.0; stride * stride];
            for j in 0..before {
                let old = &self.products[j * self.stride..j * self.stride + before];
                products[j * stride..j * stride + before].copy_from_slice(old);
            }
            (self.products, self.stride) = (products, stride);
        }
        let fresh = cross(&self.columns, &self.columns[before * m..], m);
        for (k, column) in fresh.column_iter().enumerate() {
            for (i, &product) in column.iter().enumerate() {
                self.products[(before + k) * self.stride + i] = product;
                self.products[i * self.stride + before + k] = product;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_those_of_the_columns_asked_for() {
        let x = DMatrix::from_fn(9, 90, |i, j| ((i + 3 * j) as f64).sin());
        let mut cache = GramCache::default();
        for wanted in [vec![3, 1], vec![7, 3], (0..90).rev().collect(), vec![5]] {
            let products = cache.of(&x, &wanted);
            for (b, &j) in wanted.iter().enumerate() {
                for (a, &i) in wanted.iter().enumerate() {
                    let product = x.column(i).dot(&x.column(j));
                    let found = products[b * wanted.len() + a];
                    assert!((found - product).abs() < 1e-12);
                }
            }
        }
    }
}
