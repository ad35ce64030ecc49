#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace sidewire::protocol {

enum class id_kind : std::uint8_t { null, signed_integer, unsigned_integer, number, string };

/// A request's id (JSON-RPC 2.0, 4) where it lies in the message. It is echoed exactly: a number
/// that came as JSON keeps its text, `1.50` or `-0`. Ids are equal where their values are.
struct id_view {
  id_kind kind = id_kind::null;
  std::int64_t signed_integer = 0;     // negative ones
  std::uint64_t unsigned_integer = 0;  // zero and above
  double number = 0;
  std::string_view text;  // string: its characters; numbers: how JSON wrote them, or empty

  bool is_number() const noexcept { return kind != id_kind::null && kind != id_kind::string; }

  friend bool operator==(const id_view& left, const id_view& right) noexcept {
    if (left.kind != right.kind) return false;
    switch (left.kind) {
      case id_kind::null:
        return true;
      case id_kind::signed_integer:
        return left.signed_integer == right.signed_integer;
      case id_kind::unsigned_integer:
        return left.unsigned_integer == right.unsigned_integer;
      case id_kind::number:
        return left.number == right.number;
      case id_kind::string:
        return left.text == right.text;
    }
    return false;
  }
};

/// An id that outlives its message.
class id {
 public:
  id() = default;
  explicit id(const id_view& view) : view_{view}, text_{view.text} {}

  id_view view() const noexcept {
    id_view made = view_;
    made.text = text_;
    return made;
  }

 private:
  id_view view_;
  std::string text_;
};

/// For containers keyed by id.
struct id_hash {
  std::size_t operator()(const id_view& id) const noexcept {
    switch (id.kind) {
      case id_kind::null:
        return 0;
      case id_kind::signed_integer:
        return std::hash<std::int64_t>{}(id.signed_integer);
      case id_kind::unsigned_integer:
        return std::hash<std::uint64_t>{}(id.unsigned_integer);
      case id_kind::number:
        return std::hash<double>{}(id.number);
      case id_kind::string:
        return std::hash<std::string_view>{}(id.text);
    }
    return 0;
  }
};

}  // namespace sidewire::protocol
