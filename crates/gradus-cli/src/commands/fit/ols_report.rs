//! What `gradus fit ols` prints.

use gradus::linear::{
    CoefficientTable, Influence, LeastSquaresSolver, OlsFit, OlsSummary, StepRow, StepwiseFit,
};
use serde::Serialize;

use crate::output::{aligned, significant};

/// Rows that are shown of those that move the fit.
const SHOWN: usize = 5;

/// What only this model tells a machine.
#[derive(Serialize)]
pub(super) struct Report<'r> {
    pub(super) observations: f64,
    pub(super) solver: LeastSquaresSolver,
    pub(super) covariance: gradus::linear::CovarianceKind,
    pub(super) rank: usize,
    pub(super) table: CoefficientTable,
    pub(super) figures: Figures,
    /// Least, quartiles and largest of the residuals.
    pub(super) residual_quantiles: [f64; 5],
    /// One a coefficient, the intercept left out.
    pub(super) variance_inflation: Vec<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) steps: Option<&'r [StepRow]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) influence: Option<Influence>,
}

/// The statistics of the whole fit.
#[derive(Serialize)]
pub(super) struct Figures {
    df_model: f64,
    df_residual: f64,
    rss: f64,
    tss: f64,
    sigma2: f64,
    r2: f64,
    adjusted_r2: f64,
    f: f64,
    f_p: f64,
    log_likelihood: f64,
    aic: f64,
    bic: f64,
    condition_number: f64,
}

impl Figures {
    pub(super) fn of(fit: &OlsFit) -> Self {
        Self {
            df_model: fit.df_model,
            df_residual: fit.df_residual,
            rss: fit.rss,
            tss: fit.tss,
            sigma2: fit.sigma2,
            r2: fit.r2,
            adjusted_r2: fit.adjusted_r2,
            f: fit.f,
            f_p: fit.f_p,
            log_likelihood: fit.log_likelihood,
            aic: fit.aic,
            bic: fit.bic,
            condition_number: fit.condition_number,
        }
    }
}

/// The report for people.
pub(super) fn text(
    summary: &OlsSummary,
    inflation: &[f64],
    steps: Option<&StepwiseFit<OlsFit>>,
    influence: Option<&Influence>,
) -> String {
    let mut text = steps.map_or_else(String::new, |steps| format!("{steps}\n"));
    text.push_str(&summary.to_string());
    let rows = &summary.table.rows;
    let names = rows[rows.len() - inflation.len()..].iter().map(|row| &row.name);
    let mut factors: Vec<(&String, f64)> = names.zip(inflation.iter().copied()).collect();
    factors.sort_by(|a, b| b.1.total_cmp(&a.1));
    if factors.len() > 1 {
        let shown = factors.iter().take(SHOWN);
        let shown: Vec<String> =
            shown.map(|(name, factor)| format!("{name} {}", significant(*factor, 3))).collect();
        text.push_str(&format!("largest variance inflation: {}\n", shown.join(", ")));
    }
    if let Some(influence) = influence {
        text.push_str(&format!("\n{}", moving_rows(influence)));
    }
    text
}

/// The rows that move the coefficients most, counted from 1.
fn moving_rows(influence: &Influence) -> String {
    let mut order: Vec<usize> = (0..influence.residuals.len()).collect();
    let cook = |row: usize| influence.cooks_distance[row];
    order.sort_by(|&a, &b| cook(b).total_cmp(&cook(a)));
    let names = ["row", "Cook's distance", "leverage", "residual", "studentised", "DFFITS"];
    let mut table = vec![names.map(str::to_owned).to_vec()];
    for &row in order.iter().take(SHOWN) {
        let values = [
            cook(row),
            influence.leverage[row],
            influence.residuals[row],
            influence.externally_studentised[row],
            influence.dffits[row],
        ];
        let cells = values.map(|value| significant(value, 4));
        table.push([vec![(row + 1).to_string()], cells.to_vec()].concat());
    }
    format!(
        "rows that move the coefficients most, of those used, counted from 1:\n{}",
        aligned(&table)
    )
}
