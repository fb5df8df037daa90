//! The replications of a run, kept part by part as they are finished: `parts/0000.gz`, `parts/0001.gz`, ..., and the samples
//! of its inputs in the same way: `samples/0000.gz`, ...

use super::folder::{trouble, write_atomically};
use crate::experiment::Store;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// The folder of parts of one run.
pub struct Parts {
    folder: PathBuf,
    /// Whether what is there counts; otherwise everything is simulated, and replaced.
    resume: bool,
}

const FOLDER: &str = "parts";
const SAMPLES: &str = "samples";

impl Parts {
    pub fn new(run: &Path, resume: bool) -> Self {
        Self { folder: run.join(FOLDER), resume }
    }

    /// Sets of runs under this very folder.
    pub fn within(folder: PathBuf, resume: bool) -> Self {
        Self { folder, resume }
    }

    /// The samples of the run's inputs.
    pub fn samples(run: &Path, resume: bool) -> Self {
        Self { folder: run.join(SAMPLES), resume }
    }

    /// Names of the part files of a run folder, relative to it, in order.
    pub fn names(run: &Path) -> Vec<String> {
        files(run, FOLDER)
    }

    /// The same of the samples of its inputs.
    pub fn names_of_samples(run: &Path) -> Vec<String> {
        files(run, SAMPLES)
    }

    /// Removes those of these files that are parts: they will be simulated again.
    ///
    /// # Errors
    /// When one is there and cannot be removed; the message names the path.
    pub fn forget(run: &Path, names: &[String]) -> Result<(), String> {
        let is_part = |name: &&String| {
            let folder = name.rsplit('/').nth(1);
            folder == Some(FOLDER) || folder == Some(SAMPLES)
        };
        for name in names.iter().filter(is_part) {
            let path = run.join(name);
            if path.exists() {
                fs::remove_file(&path).map_err(|e| trouble("cannot remove", &path, &e))?;
            }
        }
        Ok(())
    }

    fn path(&self, part: usize) -> PathBuf {
        self.folder.join(format!("{part:04}.gz"))
    }
}

fn files(run: &Path, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(run.join(folder)).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.filter(|n| n.ends_with(".gz")).map(|n| format!("{folder}/{n}")).collect();
    names.sort();
    names
}

impl Store for Parts {
    fn load(&self, part: usize) -> Result<Option<Vec<u8>>, String> {
        if !self.resume {
            return Ok(None);
        }
        let path = self.path(part);
        let read = || -> io::Result<Vec<u8>> {
            let mut bytes = Vec::new();
            // The checksum at the end of the file tells damage.
            GzDecoder::new(fs::read(&path)?.as_slice()).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        match read() {
            Ok(bytes) => Ok(Some(bytes)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(trouble("cannot read", &path, &e)),
        }
    }

    fn save(&self, part: usize, bytes: &[u8]) -> Result<(), String> {
        let path = self.path(part);
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        let packed = packed.write_all(bytes).and_then(|()| packed.finish());
        write_atomically(&path, &packed.map_err(|e| trouble("cannot pack", &path, &e))?)
    }
}
