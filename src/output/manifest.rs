//! The manifest of a run folder: what was asked, by which program, and what came of it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

pub const FILE_NAME: &str = "manifest.json";

/// The only file of a run folder that may differ between two runs of the same request (times).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub schema_version: u32,
    pub scenario: String,
    pub key: String,
    pub program: Program,
    pub seed: u64,
    pub generator: String,
    /// Name of the primary metric.
    #[serde(default)]
    pub primary: Option<String>,
    pub replications_asked: u32,
    pub replications_done: u32,
    pub precision_asked: Option<f64>,
    pub precision_reached: Option<f64>,
    /// The most replications allowed were run and the precision asked for was not reached.
    #[serde(default)]
    pub precision_missed: bool,
    /// Input files with their hashes (BLAKE3).
    pub inputs: BTreeMap<String, String>,
    /// Result files with their hashes (BLAKE3).
    pub files: BTreeMap<String, String>,
    /// [s]
    pub wall_seconds: f64,
    pub threads: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Program {
    pub name: String,
    pub version: String,
    /// Hash of the executable (BLAKE3).
    pub executable: String,
}

impl Manifest {
    /// The manifest of a whole run folder; `None` when there is none or it cannot be read.
    pub fn read(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(folder.join(FILE_NAME)).ok()?).ok()
    }

    /// Names of the files that are missing, or are not as they were written.
    pub fn damaged(&self, folder: &Path) -> Vec<String> {
        let is_whole = |(name, hash): (&String, &String)| {
            fs::read(folder.join(name)).is_ok_and(|bytes| blake3::hash(&bytes).to_hex().as_str() == hash)
        };
        self.files.iter().filter(|file| !is_whole(*file)).map(|(name, _)| name.clone()).collect()
    }
}

/// The key of a request: equal requests to equal programs have equal keys. 12 hexadecimal digits.
pub fn key(parts: &[&[u8]]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().to_hex()[..12].to_owned()
}
