//! struct_formats.json: binary records, byte by byte, and the kinds of errors.

use gradus_data::{DataError, Offset, RecordError, RecordFormat, Value};
use serde_json::Value as Json;

use super::case::Stop;
use super::compare::{Checks, Mismatch};
use super::fields::{self, Fields};

pub(super) fn run(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop> {
    if file.fields("tolerance")?.value("exact")? != &Json::Bool(true) {
        return Err(Stop::malformed("tolerance.exact", "true"));
    }
    let mut checks = Checks::exact();
    let format = case.text("format")?;
    match case.text("kind")? {
        "format" => whole_format(case, format, &mut checks)?,
        "bad_format" => {
            refused(case, RecordFormat::parse(format).map(|_| "a format"), &mut checks)?;
        }
        "pack_error" => {
            let values = values(case.list("values")?)?;
            let packed = RecordFormat::parse(format).and_then(|format| format.pack(&values));
            refused(case, packed, &mut checks)?;
        }
        "pack_into" | "pack_into_error" => pack_into(case, &parse(format)?, &mut checks)?,
        "unpack" => {
            let unpacked = parse(format)?.unpack(&bytes(case, "packed")?).map_err(Stop::refused)?;
            same_values(&mut checks, "unpacked", &unpacked, case.list("unpacked")?)?;
        }
        "unpack_error" => {
            let unpacked = parse(format)?.unpack(&bytes(case, "packed")?);
            refused(case, unpacked, &mut checks)?;
        }
        "unpack_from" => {
            let buffer = bytes(case, "buffer")?;
            let unpacked = parse(format)?.unpack_from(&buffer, offset(case)?);
            let unpacked = unpacked.map_err(Stop::refused)?;
            same_values(&mut checks, "unpacked", &unpacked, case.list("unpacked")?)?;
        }
        "unpack_from_error" => {
            let unpacked = parse(format)?.unpack_from(&bytes(case, "buffer")?, offset(case)?);
            refused(case, unpacked, &mut checks)?;
        }
        "iter_unpack" => iterate(case, &parse(format)?, &mut checks)?,
        "iter_unpack_error" => {
            let format = parse(format)?;
            let buffer = bytes(case, "buffer")?;
            refused(case, format.iter_records(&buffer), &mut checks)?;
        }
        kind => return Err(Stop::not_implemented(format!("kind {kind}"))),
    }
    Ok(checks)
}

fn parse(format: &str) -> Result<RecordFormat, Stop> {
    RecordFormat::parse(format).map_err(Stop::refused)
}

/// Size, alignment, and each item packed and unpacked, also in a stream of three.
fn whole_format(case: &Fields<'_>, text: &str, checks: &mut Checks) -> Result<(), Stop> {
    let format = parse(text)?;
    checks.same("size", &format.size(), &case.count("size")?);
    if case.optional("native_alignment_trailer").is_some() {
        let (prefix, code) = text.split_at(text.len().saturating_sub(1));
        let trailer = parse(&format!("{prefix}b0{code}"))?;
        let expected = case.count("native_alignment_trailer")?;
        checks.same("native_alignment_trailer", &trailer.size(), &expected);
    }
    for (i, item) in case.list("items")?.iter().enumerate() {
        let item = item.as_object().ok_or_else(|| Stop::malformed("items", "a list of objects"))?;
        let item = Fields::new(item);
        let format = match item.optional("format") {
            Some(_) => parse(item.text("format")?)?,
            None => format.clone(),
        };
        let values = values(item.list("values")?)?;
        let packed = format.pack(&values).map_err(Stop::refused)?;
        let expected = bytes(&item, "packed")?;
        checks.same(&format!("items[{i}].packed"), &packed, &expected);
        let unpacked = format.unpack(&expected).map_err(Stop::refused)?;
        let field = format!("items[{i}].unpacked");
        same_values(checks, &field, &unpacked, item.list("unpacked")?)?;
        if let Some(surplus) = item.unread().first() {
            return Err(Stop::not_implemented(format!("items[{i}].{surplus}")));
        }
    }
    Ok(())
}

fn pack_into(case: &Fields<'_>, format: &RecordFormat, checks: &mut Checks) -> Result<(), Stop> {
    let mut buffer = vec![0; case.count("buffer_len")?];
    let values = values(case.list("values")?)?;
    let packed = format.pack_into(&mut buffer, offset(case)?, &values);
    if case.optional("error").is_some() {
        return refused(case, packed, checks);
    }
    packed.map_err(Stop::refused)?;
    checks.same("buffer", &buffer, &bytes(case, "buffer")?);
    Ok(())
}

/// Over bytes, and over a stream.
fn iterate(case: &Fields<'_>, format: &RecordFormat, checks: &mut Checks) -> Result<(), Stop> {
    let buffer = bytes(case, "buffer")?;
    let rows = case.list("rows")?;
    let records: Vec<Vec<Value>> = format.iter_records(&buffer).map_err(Stop::refused)?.collect();
    let streamed: Result<Vec<Vec<Value>>, DataError> =
        format.read_records_from(&buffer[..]).and_then(Iterator::collect);
    let streamed = streamed.map_err(Stop::refused)?;
    for (field, records) in [("rows", records), ("rows (streamed)", streamed)] {
        checks.same(&format!("number of {field}"), &records.len(), &rows.len());
        for (i, (record, row)) in records.iter().zip(rows).enumerate() {
            let row = row.as_array().ok_or_else(|| Stop::malformed("rows", "a list of lists"))?;
            same_values(checks, &format!("{field}[{i}]"), record, row)?;
        }
    }
    Ok(())
}

/// Compares an error by its kind.
fn refused<R>(
    case: &Fields<'_>,
    result: Result<R, DataError>,
    checks: &mut Checks,
) -> Result<(), Stop> {
    let error = case.fields("error")?;
    let (kind, message) = (error.text("type")?, error.text("message")?);
    let expected = python_kind(kind, message)
        .ok_or_else(|| Stop::not_implemented(format!("the error {kind}: {message}")))?;
    let found = match result {
        Err(DataError::Record(error)) => our_kind(&error),
        Err(other) => return Err(Stop::refused(other)),
        Ok(_) => "no error",
    };
    checks.same("error", &found, &expected);
    Ok(())
}

/// The kind of one of Python's errors, by its words.
fn python_kind(kind: &str, message: &str) -> Option<&'static str> {
    if kind == "OverflowError" {
        return Some("float out of range");
    }
    if kind != "struct.error" {
        return None;
    }
    let kinds = [
        ("bad char in struct format", "bad code"),
        ("repeat count given without", "count without code"),
        ("total struct size too long", "too long"),
        ("char format requires a bytes object", "wrong kind of value"),
        ("argument for 's' must be", "wrong kind of value"),
        ("argument for 'p' must be", "wrong kind of value"),
        ("required argument is not", "wrong kind of value"),
        ("<= number <=", "integer out of range"),
        ("argument out of range", "integer out of range"),
        ("int too large to convert", "integer out of range"),
        ("items for packing", "wrong number of values"),
        ("requires a buffer of", "wrong number of bytes"),
        ("out of range for", "wrong number of bytes"),
        ("not enough data", "wrong number of bytes"),
        ("no space to pack", "wrong number of bytes"),
        ("struct of length 0", "records of no bytes"),
    ];
    kinds.iter().find(|(words, _)| message.contains(words)).map(|(_, kind)| *kind)
}

fn our_kind(error: &RecordError) -> &'static str {
    match error {
        RecordError::Code { .. } | RecordError::NativeOnly { .. } => "bad code",
        RecordError::NoCode { .. } => "count without code",
        RecordError::TooLong { .. } => "too long",
        RecordError::ValueKind { .. } | RecordError::CharLength { .. } => "wrong kind of value",
        RecordError::IntRange { .. } => "integer out of range",
        RecordError::FloatRange { .. } => "float out of range",
        RecordError::ValueCount { .. } => "wrong number of values",
        RecordError::Length { .. }
        | RecordError::OutOfBuffer { .. }
        | RecordError::Ragged { .. } => "wrong number of bytes",
        RecordError::NoSize { .. } => "records of no bytes",
        _ => "another error",
    }
}

fn offset(case: &Fields<'_>) -> Result<Offset, Stop> {
    let offset = case.value("offset")?.as_i64();
    let offset = offset.ok_or_else(|| Stop::malformed("offset", "an integer"))?;
    let distance = usize::try_from(offset.unsigned_abs())
        .map_err(|_| Stop::malformed("offset", "an integer that is not huge"))?;
    Ok(if offset < 0 { Offset::FromEnd(distance) } else { Offset::FromStart(distance) })
}

fn bytes(case: &Fields<'_>, field: &str) -> Result<Vec<u8>, Stop> {
    hex(case.text(field)?).ok_or_else(|| Stop::malformed(field, "bytes in hex"))
}

fn hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() {
        return None;
    }
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = |[high, low]: [u8; 2]| u8::try_from(16 * digit(high)? + digit(low)?).ok();
    if rest.is_empty() { pairs.iter().map(|&pair| byte(pair)).collect() } else { None }
}

fn values(list: &[Json]) -> Result<Vec<Value>, Stop> {
    let typed = || Stop::malformed("values", "a list of typed values");
    list.iter().map(value).collect::<Option<_>>().ok_or_else(typed)
}

/// A value with its type: `{"int": "7"}`.
fn value(json: &Json) -> Option<Value> {
    let mut entries = json.as_object()?.iter();
    let (Some((kind, json)), None) = (entries.next(), entries.next()) else { return None };
    match kind.as_str() {
        "int" => json.as_str()?.parse().ok().map(Value::Int),
        "float" => fields::number(json).map(Value::Float),
        "bool" => json.as_bool().map(Value::Bool),
        "bytes" => hex(json.as_str()?).map(Value::Bytes),
        _ => None,
    }
}

/// Compares by bits, but for NaN, of which there are many.
fn same_values(
    checks: &mut Checks,
    field: &str,
    got: &[Value],
    expected: &[Json],
) -> Result<(), Stop> {
    let bits = |values: &[Value]| -> Vec<String> {
        let bits = |value: &Value| match value {
            Value::Float(number) if !number.is_nan() => format!("{number:?} as float"),
            value => format!("{value:?}"),
        };
        values.iter().map(bits).collect()
    };
    checks.same(field, &bits(got), &bits(&values(expected)?));
    Ok(())
}

impl Checks {
    /// Comparisons that allow no difference.
    fn exact() -> Self {
        Self::new(super::compare::Tolerance { rtol: 0.0, atol: 0.0 })
    }

    /// Compares what is not a number.
    fn same<V: PartialEq + std::fmt::Debug>(&mut self, field: &str, got: &V, expected: &V) {
        self.compared += 1;
        if got != expected {
            let mismatch = Mismatch::whole(field, format!("{got:?}"), format!("{expected:?}"));
            self.mismatches.push(mismatch);
        }
    }
}
