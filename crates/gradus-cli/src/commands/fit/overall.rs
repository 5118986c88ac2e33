//! How well a model of a likelihood fits as a whole.

use serde::Serialize;

use crate::output::{aligned, p_value, significant};

/// A likelihood beside that of the model without features.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Overall {
    pub(super) deviance: f64,
    pub(super) null_deviance: f64,
    pub(super) log_likelihood: f64,
    pub(super) null_log_likelihood: f64,
    pub(super) likelihood_ratio: f64,
    pub(super) likelihood_ratio_df: usize,
    /// None without features.
    pub(super) likelihood_ratio_p: Option<f64>,
    pub(super) aic: f64,
    pub(super) bic: f64,
    /// Pseudo-R² by their names, as far as they are defined.
    #[serde(flatten)]
    pub(super) r2: R2,
}

/// The pseudo-R² of a model.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(super) enum R2 {
    Classes { r2_mcfadden: f64, r2_cox_snell: f64, r2_nagelkerke: f64 },
    Counts { r2_mcfadden: f64, r2_deviance: f64 },
}

impl Overall {
    /// The figures that a model file keeps.
    pub(super) fn kept(&self) -> Vec<(&'static str, f64)> {
        let (R2::Classes { r2_mcfadden, .. } | R2::Counts { r2_mcfadden, .. }) = self.r2;
        vec![
            ("−2 log-likelihood", -2.0 * self.log_likelihood),
            ("AIC", self.aic),
            ("BIC", self.bic),
            ("R² (McFadden)", r2_mcfadden),
        ]
    }

    pub(super) fn text(&self) -> String {
        let n = |x: f64| significant(x, 6);
        let mut rows = vec![
            ["null model, −2 log-likelihood".to_owned(), n(-2.0 * self.null_log_likelihood)],
            ["full model, −2 log-likelihood".to_owned(), n(-2.0 * self.log_likelihood)],
        ];
        if let Some(p) = self.likelihood_ratio_p {
            rows.push(["likelihood ratio χ²".to_owned(), n(self.likelihood_ratio)]);
            rows.push(["degrees of freedom".to_owned(), self.likelihood_ratio_df.to_string()]);
            rows.push(["p".to_owned(), p_value(p)]);
        }
        let named = match self.r2 {
            R2::Classes { r2_mcfadden, r2_cox_snell, r2_nagelkerke } => vec![
                ("R² (McFadden)", r2_mcfadden),
                ("R² (Cox and Snell)", r2_cox_snell),
                ("R² (Nagelkerke)", r2_nagelkerke),
            ],
            R2::Counts { r2_mcfadden, r2_deviance } => {
                vec![("R² (McFadden)", r2_mcfadden), ("R² (of the deviance)", r2_deviance)]
            }
        };
        rows.extend(named.into_iter().map(|(name, value)| [name.to_owned(), n(value)]));
        rows.push(["AIC".to_owned(), n(self.aic)]);
        rows.push(["BIC".to_owned(), n(self.bic)]);
        // `aligned` takes its first row for names.
        let header = ["overall model fit".to_owned(), String::new()];
        let all = [header].into_iter().chain(rows).map(|row| row.to_vec());
        aligned(&all.collect::<Vec<_>>())
    }
}
