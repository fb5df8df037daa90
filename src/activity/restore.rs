//! `restore`: the case's asset is back in service.

#[derive(Clone, Debug, PartialEq)]
pub struct Restore {
    /// A temporary repair: the failed mode's hazard is multiplied by this until the next proper repair.
    pub temporary: Option<f64>,
}
