#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "codec/writer.hpp"

namespace sidewire::rpc {

/// Writes one JSON document, with the commas that it needs. The caller keeps the nesting right: a
/// value within an object has a name, one within an array or at the root has none. One thread.
class document_writer {
 public:
  void open_object(std::string_view name = {}) { open(name, '{'); }
  void close_object() { close('}'); }
  void open_array(std::string_view name = {}) { open(name, '['); }
  void close_array() { close(']'); }

  void text(std::string_view name, std::string_view value) {
    begin(name);
    json_.string(value);
  }
  void boolean(std::string_view name, bool value) {
    begin(name);
    json_.boolean(value);
  }
  void integer(std::string_view name, std::int64_t value) {
    begin(name);
    json_.signed_integer(value);
  }
  void number(std::string_view name, double value) {
    begin(name);
    json_.number(value);
  }
  /// `json` is one valid JSON value.
  void raw(std::string_view name, std::string_view json) {
    begin(name);
    json_.raw(json);
  }

  std::string finish() && { return std::string{bytes_.view()}; }

 private:
  void begin(std::string_view name) {
    if (follows_) json_.separate();
    follows_ = true;
    if (!name.empty()) json_.name(name);
  }
  void open(std::string_view name, char bracket) {
    begin(name);
    bytes_.push_back(bracket);
    follows_ = false;
  }
  void close(char bracket) {
    bytes_.push_back(bracket);
    follows_ = true;
  }

  base::buffer bytes_;
  codec::json_writer json_{bytes_};
  bool follows_ = false;  // something stands before, on the same level
};

}  // namespace sidewire::rpc
