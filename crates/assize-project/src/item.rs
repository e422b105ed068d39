use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{check::Input, files};

/// One file of a run.
#[derive(Debug)]
pub(crate) enum Item {
    /// A file.
    File {
        path: PathBuf,
        /// The input that it was found in, or is.
        root: Arc<Path>,
    },
    /// Bytes that were read already.
    Bytes { name: String, bytes: Vec<u8> },
    /// A place that cannot be looked into.
    Refused { path: PathBuf, reason: String },
}

impl Item {
    /// The items of inputs, in order: a file that two inputs name is judged once.
    pub(crate) fn all(inputs: Vec<Input>) -> Vec<Self> {
        let mut items = Vec::new();
        let mut seen = std::collections::HashSet::new();
        let is_alone = inputs.len() == 1;
        for input in inputs {
            match input {
                Input::Bytes { name, bytes } => items.push(Self::Bytes { name, bytes }),
                Input::Path(root) => {
                    let shared: Arc<Path> = root.as_path().into();
                    for found in files::snapshots(&root) {
                        match found {
                            Ok(path) if is_alone || seen.insert(path.clone()) => {
                                let root = Arc::clone(&shared);
                                items.push(Self::File { path, root });
                            }
                            Ok(_) => {}
                            Err((path, reason)) => items.push(Self::Refused { path, reason }),
                        }
                    }
                }
            }
        }
        items
    }

    /// Where it lies in the file system, if it does.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::File { path, .. } | Self::Refused { path, .. } => Some(path),
            Self::Bytes { .. } => None,
        }
    }

    /// A file's path below the folder that was given, or its name.
    pub(crate) fn relative(&self) -> Option<PathBuf> {
        match self {
            Self::File { path, root } => Some(files::relative(path, root)),
            Self::Bytes { .. } | Self::Refused { .. } => None,
        }
    }

    /// The last part of its path, for messages.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File { path, .. } | Self::Refused { path, .. } => files::name_of(path),
            Self::Bytes { name, .. } => name.clone(),
        }
    }

    /// What it holds, in the room of a buffer where that helps.
    pub(crate) fn bytes(&self, buffer: Vec<u8>) -> io::Result<Vec<u8>> {
        match self {
            Self::File { path, .. } => files::read_snapshot(path, buffer),
            Self::Bytes { bytes, .. } => Ok(bytes.clone()),
            Self::Refused { reason, .. } => Err(io::Error::other(reason.clone())),
        }
    }
}
