//! Models in memory and in files.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use crate::container::{self, Kind, MAGIC, MAX_FILE};
use crate::linear_payload::LinearPayload;
use crate::network_payload::NetworkPayload;
use crate::{IoError, SavedModel, bounded, write_atomically};

/// The bytes of a model file. The same model gives the same bytes on every platform.
///
/// # Errors
/// [`IoError::Inconsistent`] if the model's parts do not fit together; [`IoError::NonFinite`];
/// [`IoError::Network`] for a layer of a type of the program's own; [`IoError::TooLarge`].
pub fn to_bytes(model: &SavedModel) -> Result<Vec<u8>, IoError> {
    let (kind, payload) = match model {
        SavedModel::Network(model) => {
            (Kind::Network, bounded::encode(&NetworkPayload::of(model)?)?)
        }
        SavedModel::Linear(model) => (Kind::Linear, bounded::encode(&LinearPayload::of(model)?)?),
    };
    container::wrap(kind, &payload)
}

/// The model in the bytes of a file.
///
/// # Errors
/// For any bytes but those that [`to_bytes`] gives: what is wrong with the frame
/// ([`IoError::NotAModel`], [`IoError::Version`], [`IoError::Kind`], [`IoError::Truncated`],
/// [`IoError::Trailing`], [`IoError::TooLarge`], [`IoError::Checksum`]) or with its content
/// ([`IoError::Payload`], [`IoError::Inconsistent`], [`IoError::NonFinite`],
/// [`IoError::Network`]).
///
/// ```
/// let error = gradus_io::from_bytes(b"sepal_length,sepal_width").unwrap_err();
/// assert!(error.to_string().starts_with("not a gradus model file"));
/// ```
pub fn from_bytes(bytes: &[u8]) -> Result<SavedModel, IoError> {
    match container::unwrap(bytes)? {
        (Kind::Network, payload) => {
            Ok(bounded::decode::<NetworkPayload>(payload)?.into_network()?.into())
        }
        (Kind::Linear, payload) => {
            Ok(bounded::decode::<LinearPayload>(payload)?.into_linear()?.into())
        }
    }
}

/// Writes a model to a file, all at once or not at all ([`write_atomically`]).
///
/// # Errors
/// [`IoError::InFile`] with the errors of [`to_bytes`] and [`write_atomically`]. What the file held
/// before is then untouched.
pub fn save(path: impl AsRef<Path>, model: &SavedModel) -> Result<(), IoError> {
    let path = path.as_ref();
    let bytes = to_bytes(model).map_err(|error| error.in_file(path))?;
    write_atomically(path, &bytes)
}

/// Reads a model from a file.
///
/// # Errors
/// [`IoError::InFile`] with the errors of [`from_bytes`], or with what the operating system says.
///
/// ```
/// let error = gradus_io::load("no/such/model.gradus").unwrap_err();
/// assert!(error.to_string().starts_with("no/such/model.gradus: "));
/// ```
pub fn load(path: impl AsRef<Path>) -> Result<SavedModel, IoError> {
    let path = path.as_ref();
    read(path).and_then(|bytes| from_bytes(&bytes)).map_err(|error| error.in_file(path))
}

/// Whether a file begins as a model file does; an absent or an empty one does not.
///
/// A program can ask before it replaces a file that the user may not have meant.
///
/// # Errors
/// [`IoError::InFile`] if the file is there and cannot be read.
///
/// ```
/// assert!(!gradus_io::is_model_file("no/such/model.gradus")?);
/// # Ok::<(), gradus_io::IoError>(())
/// ```
pub fn is_model_file(path: impl AsRef<Path>) -> Result<bool, IoError> {
    let path = path.as_ref();
    let mut start = Vec::new();
    let read = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        file => file.and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut start)),
    };
    read.map_err(|error| IoError::from(error).in_file(path))?;
    Ok(start == MAGIC)
}

fn read(path: &Path) -> Result<Vec<u8>, IoError> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE {
        // What is read is enough to tell a long file of another kind from a long model.
        container::unwrap(&bytes)?;
        return Err(IoError::TooLarge { bytes: bytes.len() as u64, max: MAX_FILE });
    }
    Ok(bytes)
}
