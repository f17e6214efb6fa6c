// An adapter for `posenc check cmd:./adapter`: JSON Lines on standard input and output. Compile with
// g++ -std=c++17 -O2 -o adapter FILE. The place to work in is marked; below it stands a reader of JSON that suffices.
//
// A tensor has a dtype (f64, f32, i64 or bool), a shape, and data, its numbers one after the other, the last axis
// first. What is printed on standard output is taken for an answer; use std::cerr to say something.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

struct Tensor {
  std::string dtype;
  std::vector<long> shape;
  std::vector<double> data;
};
using Tensors = std::map<std::string, Tensor>;

// A value of JSON, and a parameter: is_null(), number(), text.
struct Json {
  char kind = '0';  // 0 null, b bool, n number, s string, a array, o object
  std::string text;  // of a string, or the digits of a number
  std::vector<Json> items;
  std::map<std::string, Json> fields;
  bool is_null() const { return kind == '0'; }
  double number() const {
    if (text == "NaN") return NAN;
    if (text == "Infinity" || text == "-Infinity") return text[0] == '-' ? -INFINITY : INFINITY;
    return std::strtod(text.c_str(), nullptr);
  }
  const Json& operator[](const std::string& name) const {
    static const Json none;
    auto found = fields.find(name);
    return found == fields.end() ? none : found->second;
  }
};
using Operation = std::function<Tensors(const Tensors& arrays, const Json& params, const std::string& convention)>;

// ---- yours from here ------------------------------------------------------------------------------------------------

const char* IMPLEMENTATION = R"({"name": "my library", "version": "0", "language": "c++"})";
std::vector<std::string> conventions = {};  // the ones you follow, such as "rope/halves": posenc show rope lists them
std::vector<std::string> dtypes = {"float64"};  // in which you are asked

// One function for each operation. `posenc show rope.rotate` says what arrays and parameters are called. Return the
// outputs by name; throw to refuse.
std::map<std::string, Operation> operations = {
    // {"rope.rotate", [](const Tensors& in, const Json& params, const std::string& convention) {
    //    return Tensors{{"y", turned(in.at("x"), in.at("positions"), params["base"].number())}}; }},
};

void arguments(int, char**) {}  // of the command line, if you want any

// ---- to here --------------------------------------------------------------------------------------------------------

class Reader {
 public:
  explicit Reader(const std::string& said) : at_(said.c_str()) {}
  Json value() {
    Json found;
    skip();
    if (*at_ == '{' || *at_ == '[') {
      const bool object = *at_ == '{';
      found.kind = object ? 'o' : 'a';
      for (++at_, skip(); *at_ && *at_ != (object ? '}' : ']'); skip()) {
        std::string name;
        if (object) {
          name = string();
          skip();
          if (*at_++ != ':') throw std::runtime_error("JSON: needs a colon");
        }
        if (object) found.fields[name] = value(); else found.items.push_back(value());
        skip();
        if (*at_ == ',') ++at_;
      }
      if (!*at_++) throw std::runtime_error("JSON: ends too soon");
    } else if (*at_ == '"') {
      found.kind = 's';
      found.text = string();
    } else if (*at_ == 't' || *at_ == 'f') {
      found.kind = 'b';
      found.text = *at_ == 't' ? "1" : "0";
      at_ += *at_ == 't' ? 4 : 5;
    } else if (*at_ == 'n') {
      at_ += 4;
    } else {
      found.kind = 'n';
      while (*at_ && std::strchr("+-0123456789.eE", *at_)) found.text += *at_++;
      if (found.text.empty()) throw std::runtime_error("JSON: needs a value");
    }
    return found;
  }

 private:
  void skip() { while (*at_ == ' ' || *at_ == '\t' || *at_ == '\n' || *at_ == '\r') ++at_; }
  std::string string() {
    if (*at_++ != '"') throw std::runtime_error("JSON: needs a string");
    std::string found;
    for (; *at_ && *at_ != '"'; ++at_) {
      if (*at_ != '\\') { found += *at_; continue; }
      switch (*++at_) {
        case 'n': found += '\n'; break;
        case 't': found += '\t'; break;
        case 'r': found += '\r'; break;
        case 'u': found += static_cast<char>(std::strtol(std::string(at_ + 1, 4).c_str(), nullptr, 16)); at_ += 4; break;
        default: found += *at_;
      }
    }
    if (!*at_++) throw std::runtime_error("JSON: a string ends too soon");
    return found;
  }
  const char* at_;
};

std::string quoted(const std::string& text) {
  std::string said = "\"";
  for (unsigned char letter : text) {
    if (letter == '"' || letter == '\\') said += '\\';
    if (letter < 32) { char code[8]; std::snprintf(code, sizeof code, "\\u%04x", letter); said += code; }
    else said += static_cast<char>(letter);
  }
  return said + "\"";
}

int size(const std::string& dtype) {
  if (dtype == "f64" || dtype == "i64") return 8;
  if (dtype == "f32") return 4;
  if (dtype == "bool") return 1;
  throw std::runtime_error("dtype is " + dtype + ", needs f64, f32, i64 or bool");
}

Tensor decode(const Json& said) {
  Tensor found{said["dtype"].text, {}, {}};
  for (const Json& one : said["shape"].items) found.shape.push_back(static_cast<long>(one.number()));
  const std::string& bits = said["bits"].text;
  const int width = size(found.dtype);
  for (size_t at = 0; at + 2 * width <= bits.size(); at += 2 * width) {
    uint64_t word = 0;
    for (int i = width; i-- > 0;) word = word << 8 | std::strtoul(bits.substr(at + 2 * i, 2).c_str(), nullptr, 16);
    if (found.dtype == "f64") { double x; std::memcpy(&x, &word, 8); found.data.push_back(x); }
    else if (found.dtype == "f32") { float x; uint32_t half = word; std::memcpy(&x, &half, 4); found.data.push_back(x); }
    else found.data.push_back(static_cast<double>(static_cast<int64_t>(word)));
  }
  return found;
}

std::string encode(const Tensor& tensor) {
  std::string shape, bits;
  size_t count = 1;
  for (long one : tensor.shape) { shape += (shape.empty() ? "" : ", ") + std::to_string(one); count *= one; }
  if (tensor.data.size() != count) throw std::runtime_error("the data do not fit the shape");
  for (double number : tensor.data) {
    uint64_t word = static_cast<uint64_t>(static_cast<int64_t>(std::isfinite(number) ? number : 0));
    if (tensor.dtype == "f64") std::memcpy(&word, &number, 8);
    if (tensor.dtype == "f32") { float x = static_cast<float>(number); uint32_t half; std::memcpy(&half, &x, 4); word = half; }
    for (int i = 0; i < size(tensor.dtype); ++i, word >>= 8) {
      bits += "0123456789abcdef"[word >> 4 & 15];
      bits += "0123456789abcdef"[word & 15];
    }
  }
  return "{\"dtype\": " + quoted(tensor.dtype) + ", \"shape\": [" + shape + "], \"bits\": \"" + bits + "\"}";
}

std::string encode(const Tensors& tensors) {
  std::string said;
  for (const auto& [name, tensor] : tensors) said += (said.empty() ? "" : ", ") + quoted(name) + ": " + encode(tensor);
  return "\"out\": {" + said + "}";
}

std::string list(const std::vector<std::string>& names) {
  std::string said;
  for (const std::string& name : names) said += (said.empty() ? "" : ", ") + quoted(name);
  return "[" + said + "]";
}

std::string answer(const Json& message) {
  const std::string command = message["cmd"].text;
  if (command == "hello") {
    std::vector<std::string> names;
    for (const auto& one : operations) names.push_back(one.first);
    return std::string("\"protocol\": 1, \"impl\": ") + IMPLEMENTATION + ", \"profile\": {\"operations\": " +
           list(names) + ", \"conventions\": " + list(conventions) + ", \"dtypes\": " + list(dtypes) + "}";
  }
  Tensors arrays;
  for (const auto& [name, said] : message["in"].fields) arrays[name] = decode(said);
  if (command == "echo") return encode(arrays);
  const std::string name = message["op"].text;
  const auto found = operations.find(name);
  if (found == operations.end()) return "\"unsupported\": " + quoted(name + " is not implemented");
  return encode(found->second(arrays, message["params"], message["convention"].text));
}

int main(int count, char** words) {
  arguments(count, words);
  for (std::string line; std::getline(std::cin, line);) {
    const Json message = Reader(line).value();
    if (message["cmd"].text == "bye") return 0;
    std::string said;
    try {
      said = answer(message);
    } catch (const std::exception& error) {
      said = "\"error\": {\"kind\": \"raised\", \"message\": " + quoted(error.what()) + "}";
    }
    const std::string seq = message["seq"].is_null() ? "null" : message["seq"].text;
    std::cout << "{\"seq\": " << seq << ", " << said << "}" << std::endl;
  }
}
