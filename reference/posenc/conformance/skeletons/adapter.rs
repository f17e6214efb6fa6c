// An adapter for `posenc check cmd:./adapter`: JSON Lines on standard input and output. Compile with
// rustc --edition 2021 -O -o adapter FILE, or as src/main.rs of a crate without dependencies. The place to work in is marked; below
// it stands a reader of JSON that suffices.
//
// A tensor has a dtype (f64, f32, i64 or bool), a shape, and data, its numbers one after the other, the last axis
// first. What is printed on standard output is taken for an answer; use eprintln! to say something.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::io::{BufRead, Write};

#[derive(Clone)]
struct Tensor {
    dtype: String,
    shape: Vec<usize>,
    data: Vec<f64>,
}
type Tensors = BTreeMap<String, Tensor>;
type Operation = fn(arrays: &Tensors, params: &Json, convention: &str) -> Result<Tensors, String>;

// ---- yours from here ------------------------------------------------------------------------------------------------

const IMPLEMENTATION: &str = r#"{"name": "my library", "version": "0", "language": "rust"}"#;
const CONVENTIONS: &[&str] = &[]; // the ones you follow, such as "rope/halves": posenc show rope lists them
const DTYPES: &[&str] = &["float64"]; // in which you are asked

// One function for each operation. `posenc show rope.rotate` says what arrays and parameters are called. Return the
// outputs by name; an Err refuses.
const OPERATIONS: &[(&str, Operation)] = &[
    // ("rope.rotate", |arrays, params, convention| Ok(Tensors::from([("y".into(), turned(&arrays["x"]))]))),
];

// ---- to here --------------------------------------------------------------------------------------------------------

#[derive(Clone, Debug)]
enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

impl Json {
    fn get(&self, name: &str) -> &Json {
        match self {
            Json::Object(fields) => fields.get(name).unwrap_or(&Json::Null),
            _ => &Json::Null,
        }
    }
    fn number(&self) -> Option<f64> {
        match self {
            Json::Number(value) => Some(*value),
            Json::Text(text) => match text.as_str() {
                "NaN" => Some(f64::NAN),
                "Infinity" => Some(f64::INFINITY),
                "-Infinity" => Some(f64::NEG_INFINITY),
                _ => None,
            },
            _ => None,
        }
    }
    fn text(&self) -> &str {
        if let Json::Text(text) = self { text } else { "" }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> u8 {
        *self.bytes.get(self.at).unwrap_or(&0)
    }
    fn skip(&mut self) {
        while self.peek().is_ascii_whitespace() {
            self.at += 1;
        }
    }
    fn value(&mut self) -> Result<Json, String> {
        self.skip();
        match self.peek() {
            b'{' => {
                let mut fields = BTreeMap::new();
                self.at += 1;
                loop {
                    self.skip();
                    if self.peek() == b'}' { break; }
                    let name = self.string()?;
                    self.skip();
                    if self.peek() != b':' { return Err("JSON: needs a colon".into()); }
                    self.at += 1;
                    fields.insert(name, self.value()?);
                    self.skip();
                    if self.peek() == b',' { self.at += 1; }
                }
                self.at += 1;
                Ok(Json::Object(fields))
            }
            b'[' => {
                let mut items = Vec::new();
                self.at += 1;
                loop {
                    self.skip();
                    if self.peek() == b']' { break; }
                    items.push(self.value()?);
                    self.skip();
                    if self.peek() == b',' { self.at += 1; }
                }
                self.at += 1;
                Ok(Json::List(items))
            }
            b'"' => Ok(Json::Text(self.string()?)),
            b't' => { self.at += 4; Ok(Json::Bool(true)) }
            b'f' => { self.at += 5; Ok(Json::Bool(false)) }
            b'n' => { self.at += 4; Ok(Json::Null) }
            _ => {
                let start = self.at;
                while b"+-0123456789.eE".contains(&self.peek()) { self.at += 1; }
                let digits = std::str::from_utf8(&self.bytes[start..self.at]).map_err(|e| e.to_string())?;
                digits.parse().map(Json::Number).map_err(|_| format!("JSON: {digits:?} is no value"))
            }
        }
    }
    fn string(&mut self) -> Result<String, String> {
        let mut found = Vec::new();
        self.at += 1;
        while self.peek() != b'"' {
            if self.at >= self.bytes.len() { return Err("JSON: a string ends too soon".into()); }
            if self.peek() != b'\\' { found.push(self.peek()); self.at += 1; continue; }
            self.at += 2;
            match self.bytes.get(self.at - 1) {
                Some(b'n') => found.push(b'\n'),
                Some(b't') => found.push(b'\t'),
                Some(b'u') => {
                    let digits = String::from_utf8_lossy(self.bytes.get(self.at..self.at + 4).unwrap_or(b"")).into_owned();
                    let code = u32::from_str_radix(&digits, 16).map_err(|e| e.to_string())?;
                    found.extend(char::from_u32(code).unwrap_or('?').to_string().bytes());
                    self.at += 4;
                }
                Some(other) => found.push(*other),
                None => return Err("JSON: a string ends too soon".into()),
            }
        }
        self.at += 1;
        String::from_utf8(found).map_err(|e| e.to_string())
    }
}

fn quoted(text: &str) -> String {
    let escape = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        c if (c as u32) < 32 => format!("\\u{:04x}", c as u32),
        c => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}

fn decode(said: &Json) -> Result<Tensor, String> {
    let dtype = said.get("dtype").text().to_string();
    let shape = if let Json::List(sizes) = said.get("shape") { sizes.clone() } else { vec![] };
    let shape = shape.iter().map(|one| one.number().unwrap_or(0.0) as usize).collect();
    let digit = |c: u8| (c as char).to_digit(16).unwrap_or(0) as u8;
    let bytes: Vec<u8> = said.get("bits").text().as_bytes().chunks(2).map(|p| digit(p[0]) << 4 | digit(p[1])).collect();
    let data = match dtype.as_str() {
        "f64" => bytes.chunks(8).map(|w| f64::from_le_bytes(w.try_into().unwrap())).collect(),
        "f32" => bytes.chunks(4).map(|w| f32::from_le_bytes(w.try_into().unwrap()) as f64).collect(),
        "i64" => bytes.chunks(8).map(|w| i64::from_le_bytes(w.try_into().unwrap()) as f64).collect(),
        "bool" => bytes.iter().map(|b| *b as f64).collect(),
        _ => return Err(format!("dtype is {dtype}, needs f64, f32, i64 or bool")),
    };
    Ok(Tensor { dtype, shape, data })
}

fn encode(tensor: &Tensor) -> Result<String, String> {
    if tensor.data.len() != tensor.shape.iter().product::<usize>() {
        return Err(format!("{} numbers do not fit the shape {:?}", tensor.data.len(), tensor.shape));
    }
    let word = |x: &f64| match tensor.dtype.as_str() {
        "f64" => x.to_le_bytes().to_vec(),
        "f32" => (*x as f32).to_le_bytes().to_vec(),
        "i64" => (*x as i64).to_le_bytes().to_vec(),
        _ => vec![(*x != 0.0) as u8],
    };
    let bits: String = tensor.data.iter().flat_map(word).map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{{\"dtype\": {}, \"shape\": {:?}, \"bits\": \"{bits}\"}}", quoted(&tensor.dtype), tensor.shape))
}

fn output(tensors: &Tensors) -> Result<String, String> {
    let all: Result<Vec<String>, String> =
        tensors.iter().map(|(name, tensor)| Ok(format!("{}: {}", quoted(name), encode(tensor)?))).collect();
    Ok(format!("\"out\": {{{}}}", all?.join(", ")))
}

fn answer(message: &Json) -> Result<String, String> {
    if message.get("cmd").text() == "hello" {
        let names: Vec<&str> = OPERATIONS.iter().map(|(name, _)| *name).collect();
        return Ok(format!(
            "\"protocol\": 1, \"impl\": {IMPLEMENTATION}, \"profile\": {{\"operations\": {names:?}, \
             \"conventions\": {CONVENTIONS:?}, \"dtypes\": {DTYPES:?}}}"
        ));
    }
    let mut arrays = Tensors::new();
    if let Json::Object(fields) = message.get("in") {
        for (name, said) in fields {
            arrays.insert(name.clone(), decode(said)?);
        }
    }
    if message.get("cmd").text() == "echo" {
        return output(&arrays);
    }
    let name = message.get("op").text();
    match OPERATIONS.iter().find(|(known, _)| *known == name) {
        None => Ok(format!("\"unsupported\": {}", quoted(&format!("{name} is not implemented")))),
        Some((_, run)) => output(&run(&arrays, message.get("params"), message.get("convention").text())?),
    }
}

fn main() {
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("standard input can be read");
        let message = Reader { bytes: line.as_bytes(), at: 0 }.value().unwrap_or(Json::Null);
        if message.get("cmd").text() == "bye" {
            return;
        }
        let said = answer(&message)
            .unwrap_or_else(|error| format!("\"error\": {{\"kind\": \"raised\", \"message\": {}}}", quoted(&error)));
        let seq = message.get("seq").number().map_or("null".to_string(), |number| format!("{number}"));
        println!("{{\"seq\": {seq}, {said}}}");
        std::io::stdout().flush().expect("standard output can be written");
    }
}
