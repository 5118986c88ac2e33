//! The .632 and .632+ formulas.

/// The weight of the out-of-bag error, 1 − e⁻¹ to three digits, as Efron (1983) gives it.
const OUT_OF_BAG: f64 = 0.632;
/// The weight of the apparent error.
const APPARENT: f64 = 1.0 - OUT_OF_BAG;

/// Which of the two published forms of .632+ is computed; they differ only where E₁ > γ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PlusForm {
    /// (1 − w)·err + w·E₁', with E₁' = min(E₁, γ) throughout.
    #[default]
    Clamped,
    /// err₆₃₂ + (E₁' − err)·.368·.632·R/(1 − .368R), with E₁ as it is inside err₆₃₂: the form
    /// printed as equation 32 of the paper.
    Paper,
}

/// The three errors that the .632 estimators combine.
///
/// ```text
/// err₆₃₂  = .368 err + .632 E₁
/// E₁'     = min(E₁, γ)
/// R       = (E₁' − err)/(γ − err), 0 unless E₁' > err and γ > err
/// w       = .632/(1 − .368 R)
/// err₆₃₂₊ = (1 − w) err + w E₁'
/// ```
///
/// ```
/// use gradus_resample::{Error632, PlusForm};
///
/// // One nearest neighbour on labels that mean nothing: right on its own rows, a guess elsewhere.
/// let errors = Error632 { apparent: 0.0, out_of_bag: 0.5, no_information: Some(0.5) };
/// assert_eq!(errors.err_632(), 0.316);
/// assert_eq!(errors.err_632_plus(PlusForm::Clamped), Some(0.5));
/// ```
///
/// B. Efron, R. Tibshirani, "Improvements on cross-validation: the .632+ bootstrap method" (1997).
/// mlxtend's `bootstrap_point632_score` does not clamp, and takes another training error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Error632 {
    /// err, the error on the rows that were fitted on.
    pub apparent: f64,
    /// E₁, the error on rows that were left out.
    pub out_of_bag: f64,
    /// γ, the error if the truth had nothing to do with the prediction, if it is known.
    pub no_information: Option<f64>,
}

impl Error632 {
    /// The .632 estimate, .368 err + .632 E₁.
    ///
    /// It is too low for a fit that learns its rows by heart: use
    /// [`err_632_plus`](Self::err_632_plus).
    pub fn err_632(&self) -> f64 {
        APPARENT * self.apparent + OUT_OF_BAG * self.out_of_bag
    }

    /// R, the relative overfitting rate, in \[0, 1\]; none without γ.
    pub fn relative_overfitting(&self) -> Option<f64> {
        let gamma = self.no_information?;
        let clamped = self.out_of_bag.min(gamma);
        let overfits = clamped > self.apparent && gamma > self.apparent;
        let rate = (clamped - self.apparent) / (gamma - self.apparent);
        Some(if overfits { rate } else { 0.0 })
    }

    /// w, the weight of the out-of-bag error in .632+, in \[0.632, 1\]; none without γ.
    pub fn weight(&self) -> Option<f64> {
        self.relative_overfitting().map(|rate| OUT_OF_BAG / (1.0 - APPARENT * rate))
    }

    /// The .632+ estimate; none without γ.
    pub fn err_632_plus(&self, form: PlusForm) -> Option<f64> {
        let clamped = self.out_of_bag.min(self.no_information?);
        let (rate, weight) = (self.relative_overfitting()?, self.weight()?);
        Some(match form {
            PlusForm::Clamped => (1.0 - weight) * self.apparent + weight * clamped,
            PlusForm::Paper => {
                self.err_632() + (clamped - self.apparent) * APPARENT * rate * weight
            }
        })
    }
}
