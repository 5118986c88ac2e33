//! λ of a support vector machine, chosen by rows that were not fitted on.

use gradus_resample::Fold;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::model::{LinearSvm, count_classes};
use crate::fold::{Judged, Rows, stratified};
use crate::penalised::{LambdaFolds, LambdaRule};
use crate::{Design, LinearError};

/// The share of held-out rows on the wrong side of the hyperplane, for each λ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CrossValidatedSvm {
    /// λ, from the largest to the smallest.
    pub lambdas: Vec<f64>,
    /// The share of each fold at each λ, fold by fold.
    pub by_fold: Vec<Vec<f64>>,
    /// The weight of the held-out rows of each fold.
    pub fold_weights: Vec<f64>,
    /// The mean over folds at each λ.
    pub mean: Vec<f64>,
    /// The standard error of each mean.
    pub standard_error: Vec<f64>,
    /// The place of the least mean; of equal ones that of the largest λ.
    pub best: usize,
    /// The place of the largest λ within one standard error of the least.
    pub one_standard_error: usize,
}

impl CrossValidatedSvm {
    /// The λ that a rule takes.
    pub fn lambda(&self, rule: LambdaRule) -> f64 {
        match rule {
            LambdaRule::Best => self.lambdas[self.best],
            LambdaRule::OneStandardError => self.lambdas[self.one_standard_error],
        }
    }
}

impl LinearSvm {
    /// What each λ is worth on rows held out in turn: the share of them that is put into a wrong class.
    ///
    /// Means and standard errors are as of [`LambdaChoice`](crate::LambdaChoice). Features are scaled
    /// within each fold by the rows that it fits on. The machine's own λ is not read.
    ///
    /// # Errors
    /// [`LinearError::NoLambda`]; what [`fit`](Self::fit) refuses of each λ; [`LinearError::Folds`];
    /// [`LinearError::FoldWithoutClass`].
    ///
    /// ```
    /// use gradus_linear::{Design, LambdaFolds, LambdaRule, LinearSvm};
    /// use nalgebra::DMatrix;
    ///
    /// # fn main() -> Result<(), gradus_linear::LinearError> {
    /// let x = DMatrix::from_fn(60, 2, |i, j| ((i * (7 + 4 * j)) % 23) as f64);
    /// let classes: Vec<usize> = (0..60).map(|i| usize::from(x[(i, 0)] > 11.0)).collect();
    /// let design = Design::new(&x)?;
    /// let svm = LinearSvm::default();
    /// let lambdas = [1.0, 0.1, 0.01, 0.001];
    /// let folds = LambdaFolds::Shuffled { folds: 5, seed: 0 };
    /// let found = svm.cross_validate(&design, &classes, &lambdas, folds)?;
    /// assert!(found.mean[found.best] < 0.1);
    /// let fit = LinearSvm { lambda: found.lambda(LambdaRule::Best), ..svm }.fit(&design, &classes)?;
    /// assert_eq!(fit.machines.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// As scikit-learn's `GridSearchCV` of an `SVC`, but that folds weigh by their rows, and that of
    /// equal means the wider margin wins.
    pub fn cross_validate(
        &self,
        design: &Design<'_>,
        classes: &[usize],
        lambdas: &[f64],
        folds: LambdaFolds<'_>,
    ) -> Result<CrossValidatedSvm, LinearError> {
        design.check_features()?;
        let count = count_classes(design, classes)?;
        let mut lambdas = lambdas.to_vec();
        lambdas.sort_by(|a, b| b.total_cmp(a));
        lambdas.dedup();
        if lambdas.is_empty() {
            return Err(LinearError::NoLambda);
        }
        let folds: Vec<Fold> = match folds {
            LambdaFolds::Shuffled { folds, seed } => stratified(classes, folds, seed)?,
            LambdaFolds::By(resampler) => resampler.folds(classes.len())?.iter().collect(),
        };
        let judged: Result<Vec<(f64, Vec<f64>)>, LinearError> = folds
            .par_iter()
            .enumerate()
            .map(|(number, fold)| self.judge(design, classes, count, &lambdas, number, fold))
            .collect();
        let (fold_weights, by_fold): (Vec<f64>, Vec<Vec<f64>>) =
            judged?.into_iter().filter(|(weight, _)| *weight > 0.0).unzip();
        let Judged { mean, standard_error, best, one_standard_error } =
            Judged::of(&fold_weights, &by_fold, false);
        Ok(CrossValidatedSvm {
            lambdas,
            by_fold,
            fold_weights,
            mean,
            standard_error,
            best,
            one_standard_error,
        })
    }

    /// The weight of the rows that a fold holds out, and the share of it on the wrong side at each λ.
    fn judge(
        &self,
        design: &Design<'_>,
        classes: &[usize],
        count: usize,
        lambdas: &[f64],
        number: usize,
        fold: &Fold,
    ) -> Result<(f64, Vec<f64>), LinearError> {
        let held = Rows::of(design, &fold.test);
        let weight = held.weight();
        if weight <= 0.0 {
            return Ok((0.0, Vec::new()));
        }
        let fitted = Rows::of(design, &fold.train);
        let pick =
            |rows: &[usize]| -> Vec<usize> { rows.iter().map(|&row| classes[row]).collect() };
        let (of_fitted, of_held) = (pick(&fold.train), pick(&fold.test));
        fitted.has_classes(&of_fitted, count, number)?;
        let fitted_design = fitted.design()?;
        let wrong = |&lambda: &f64| {
            let fit = Self { lambda, ..*self }.fit(&fitted_design, &of_fitted)?;
            let mut scores = fit.decision(&held.x)?;
            for mut column in scores.column_iter_mut() {
                for (score, offset) in column.iter_mut().zip(held.offset.iter().flatten()) {
                    *score += offset;
                }
            }
            let of_row = |row: usize| held.weights.as_ref().map_or(1.0, |weights| weights[row]);
            let missed =
                (0..of_held.len()).filter(|&row| fit.class_of(&scores, row) != of_held[row]);
            Ok(missed.map(of_row).sum::<f64>() / weight)
        };
        Ok((weight, lambdas.iter().map(wrong).collect::<Result<_, LinearError>>()?))
    }
}
