//! Where a run's files go: `<root>/<scenario>/<key>/`.
//!
//! Files appear by atomic rename, the manifest last: a folder with a manifest is whole. Whoever writes holds a shared lock on the
//! folder; a killed run leaves its unfinished file behind, which the next one removes when nobody else is at work.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::manifest::{FILE_NAME, Manifest};

/// A run folder, open for writing.
#[derive(Debug)]
pub struct RunFolder {
    path: PathBuf,
    /// Relative path and hash of every file written, in order.
    files: Vec<(String, String)>,
    /// Held as long as it is open.
    _lock: Option<File>,
}

/// How the name of a file begins that is not written to its end yet.
const UNFINISHED: &str = ".tmp";

impl RunFolder {
    /// Makes the folder, or takes an existing one over: its manifest goes first, so that it never vouches for a mixture
    /// of old and new files.
    ///
    /// # Errors
    /// When the folder cannot be made or is not writable; the message names the path.
    pub fn create(path: &Path) -> Result<Self, String> {
        fs::create_dir_all(path).map_err(|e| trouble("cannot make the folder", path, &e))?;
        let manifest = path.join(FILE_NAME);
        if manifest.exists() {
            fs::remove_file(&manifest).map_err(|e| trouble("cannot replace", &manifest, &e))?;
        }
        Ok(Self { path: path.to_owned(), files: Vec::new(), _lock: alone(path) })
    }

    /// Opens a whole folder to make some of its files again. Its manifest stays, so that it counts as whole if this is
    /// interrupted: the files made again have the same bytes.
    pub fn reopen(path: &Path) -> Self {
        Self { path: path.to_owned(), files: Vec::new(), _lock: alone(path) }
    }

    /// Takes a file that is already there into the manifest.
    ///
    /// # Errors
    /// When it cannot be read; the message names the path.
    pub fn adopt(&mut self, name: &str) -> Result<(), String> {
        let path = self.path.join(name);
        let bytes = fs::read(&path).map_err(|e| trouble("cannot read", &path, &e))?;
        self.files.push((name.to_owned(), blake3::hash(&bytes).to_hex().to_string()));
        Ok(())
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes one file whole, or not at all.
    ///
    /// # Errors
    /// On a full disk or missing rights; the message names the path.
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), String> {
        write_atomically(&self.path.join(name), bytes)?;
        self.files.push((name.to_owned(), blake3::hash(bytes).to_hex().to_string()));
        Ok(())
    }

    /// Writes the manifest: from now on the folder counts as whole.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn finish(self, mut manifest: Manifest) -> Result<(), String> {
        manifest.files = self.files.into_iter().collect();
        let text = serde_json::to_string_pretty(&manifest).map_err(|e| e.to_string())? + "\n";
        // The files and their names first: the manifest vouches for them.
        let folders: BTreeSet<PathBuf> =
            manifest.files.keys().map(|name| parent(&self.path.join(name)).to_owned()).collect();
        folders.iter().for_each(|folder| sync_folder(folder));
        write_atomically(&self.path.join(FILE_NAME), text.as_bytes())?;
        sync_folder(&self.path);
        Ok(())
    }
}

/// Removes what killed runs left unfinished, if nobody else writes here, and gives a lock that keeps others from doing so.
/// Where folders cannot be locked, nothing is removed.
fn alone(path: &Path) -> Option<File> {
    let lock = File::open(path).ok()?;
    if lock.try_lock().is_ok() {
        remove_unfinished(path);
    }
    lock.lock_shared().ok().map(|()| lock)
}

fn remove_unfinished(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_unfinished = entry.file_name().to_string_lossy().starts_with(UNFINISHED);
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && is_unfinished => {
                let _ = fs::remove_dir_all(entry.path());
            }
            Ok(kind) if kind.is_dir() => remove_unfinished(&entry.path()),
            Ok(_) if is_unfinished => {
                let _ = fs::remove_file(entry.path());
            }
            _ => {}
        }
    }
}

/// Writes a file whole, or not at all.
///
/// # Errors
/// On a full disk or missing rights; the message names the path.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), String> {
    write_atomically_with(path, |out| out.write_all(bytes))
}

/// As [`write_atomically`], piece by piece, for what should not be held in memory. The folder is made where there is none; a
/// link stays one, and what it leads to is replaced; what is no file (`/dev/stdout`, a pipe) is written as it comes.
///
/// # Errors
/// As [`write_atomically`], and what `fill` says; then nothing is left behind.
pub fn write_atomically_with(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), String> {
    let is_link = fs::symlink_metadata(path).is_ok_and(|m| m.is_symlink());
    let target = if is_link { fs::canonicalize(path).unwrap_or(path.to_owned()) } else { path.to_owned() };
    let is_stream = fs::metadata(path).is_ok_and(|m| !m.is_file() && !m.is_dir());
    let folder = parent(&target);
    let write = || -> io::Result<()> {
        if is_stream {
            let mut out = BufWriter::new(fs::OpenOptions::new().write(true).open(path)?);
            fill(&mut out)?;
            return out.flush();
        }
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
        let mut out = BufWriter::new(&mut file);
        fill(&mut out)?;
        out.flush()?;
        drop(out);
        file.as_file().sync_all()?;
        // A temporary file is private; a result is as readable as any other file.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
        }
        file.persist(&target)?;
        Ok(())
    };
    write().map_err(|e| trouble("cannot write", path, &e))
}

/// The folder of a file.
fn parent(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the names in a folder last beyond a power cut. Not every system can, and what cannot be is no failure.
fn sync_folder(path: &Path) {
    let _ = fs::File::open(path).and_then(|folder| folder.sync_all());
}

/// Writes a folder whole, or not at all. One that is there is replaced only when `replace` says so.
///
/// # Errors
/// When it is there and must not be replaced, on a full disk or missing rights; the message names the path.
pub fn write_folder(path: &Path, files: &[(String, Vec<u8>)], replace: bool) -> Result<(), String> {
    if path.exists() && !replace {
        return Err(format!("{} is there already; nothing was written", path.display()));
    }
    let parent = parent(path);
    let write = || -> io::Result<()> {
        fs::create_dir_all(parent)?;
        let new = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(parent)?;
        let whole = new.path().join("new");
        for (name, bytes) in files {
            let file = whole.join(name);
            fs::create_dir_all(file.parent().unwrap_or(&whole))?;
            let mut out = fs::File::create(&file)?;
            out.write_all(bytes)?;
            out.sync_all()?;
        }
        // The old one waits in the temporary folder, and goes with it.
        let old = new.path().join("old");
        if path.exists() {
            fs::rename(path, &old)?;
        }
        fs::rename(&whole, path).inspect_err(|_| {
            let _ = fs::rename(&old, path);
        })?;
        sync_folder(parent);
        Ok(())
    };
    write().map_err(|e| trouble("cannot write", path, &e))
}

pub(super) fn trouble(what: &str, path: &Path, error: &io::Error) -> String {
    format!("{what} {}: {error}", path.display())
}
