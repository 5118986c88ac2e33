//! The name of a parameter, made only when somebody reads it.

use std::fmt;

/// Where a parameter stands in a model, such as `0.weight`: the names that PyTorch gives.
#[derive(Clone, Copy, Debug)]
pub struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    segment: Segment<'p>,
    spared: bool,
}

#[derive(Clone, Copy, Debug)]
enum Segment<'p> {
    Root,
    Name(&'p str),
    Index(usize),
}

impl<'p> Path<'p> {
    /// The model itself.
    pub fn root() -> Self {
        Self { parent: None, segment: Segment::Root, spared: false }
    }

    /// A named part.
    pub fn name(&'p self, name: &'p str) -> Self {
        Self { parent: Some(self), segment: Segment::Name(name), spared: false }
    }

    /// The same place, of a parameter that is no weight: decay and penalties leave it alone, as they
    /// leave those called `bias`. The scale γ of a normalisation and the slope of [`Prelu`](crate::Prelu)
    /// are such.
    ///
    /// ```
    /// use gradus_nn::Path;
    /// let root = Path::root();
    /// assert!(root.name("weight").decays());
    /// assert!(!root.name("bias").decays());
    /// assert!(!root.name("temperature").spared().decays());
    /// ```
    pub fn spared(self) -> Self {
        Self { spared: true, ..self }
    }

    /// Whether weight decay and penalties act on the parameter: it is not called `bias` and not
    /// [`spared`](Self::spared).
    pub fn decays(&self) -> bool {
        !self.spared && !self.ends_with("bias")
    }

    /// Whether the last part of the name is this one.
    ///
    /// ```
    /// use gradus_nn::Path;
    /// let root = Path::root();
    /// let layer = root.index(0);
    /// assert!(layer.name("bias").ends_with("bias"));
    /// assert!(!layer.name("weight").ends_with("bias"));
    /// ```
    pub fn ends_with(&self, name: &str) -> bool {
        matches!(self.segment, Segment::Name(last) if last == name)
    }

    /// A numbered part.
    pub fn index(&'p self, index: usize) -> Self {
        Self { parent: Some(self), segment: Segment::Index(index), spared: false }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent
            && !matches!(parent.segment, Segment::Root)
        {
            write!(f, "{parent}.")?;
        }
        match self.segment {
            Segment::Root => Ok(()),
            Segment::Name(name) => f.write_str(name),
            Segment::Index(index) => write!(f, "{index}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Path;

    #[test]
    fn names_are_joined_with_dots() {
        let root = Path::root();
        let block = root.index(3);
        let inner = block.name("residual");
        assert_eq!(inner.index(0).name("bias").to_string(), "3.residual.0.bias");
        assert_eq!(root.to_string(), "");
    }
}
