//! The data sets that come with the program.

use gradus::data::Table;

/// The data set of that name, if there is one.
pub(crate) fn embedded(name: &str) -> Option<Table> {
    Some(match name {
        "breast_cancer" => gradus::data::breast_cancer(),
        "diabetes" => gradus::data::diabetes(),
        "digits" => gradus::data::digits(),
        "iris" => gradus::data::iris(),
        "wine" => gradus::data::wine(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_table() {
        for name in ["breast_cancer", "diabetes", "digits", "iris", "wine"] {
            assert!(embedded(name).is_some_and(|table| table.rows() >= 150), "{name}");
        }
        assert!(embedded("mnist").is_none());
    }
}
