#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "codec/decode.hpp"
#include "codec/encode.hpp"
#include "codec/message.hpp"
#include "codec/reader.hpp"
#include "tests/fuzz/params_of_all_kinds.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/value_trace.hpp"

/// What holds of any bytes that are read as a message, in either format.
namespace sidewire::fuzz {

/// Small, so that inputs reach it.
inline constexpr std::size_t max_depth = 16;

/// A text as a reader wants it, with a byte of choice behind it.
class padded_text {
 public:
  explicit padded_text(std::string_view text, char padding = '0') {
    bytes_.append(text);
    std::memset(bytes_.prepare(0), padding, base::buffer::padding);
  }
  std::string_view view() const { return bytes_.view(); }

 private:
  base::buffer bytes_;
};

inline format other(format as) {
  return as == format::json ? format::msgpack : format::json;
}

template <class Value>
std::string encoded(const Value& value, format as) {
  base::buffer out;
  codec::encode(out, as, value);
  return std::string{out.view()};
}
inline std::string transcoded(json_view value, format as) {
  base::buffer out;
  codec::encode(out, as, value);
  return std::string{out.view()};
}

/// Reads a text that must be good and calls `visit(reader&)`.
template <class Visit>
void with_read(std::string_view text, format as, Visit visit) {
  const padded_text padded{text};
  codec::reader reading{codec::max_depth_of_any_text};
  require(reading.read(padded.view(), as).has_value(), "what was written can be read");
  visit(reading);
}

/// The place of each value is its own: read alone, it says the same.
template <class Node>
void check_places(const Node& node, int levels) {
  if (levels == 0) return;
  const std::string_view whole = node.text();
  const char* end_of_last = whole.data();
  const auto check = [&](const Node& child) {
    const std::string_view text = child.text();
    require(text.data() >= end_of_last && text.data() + text.size() <= whole.data() + whole.size(),
            "a value lies within what contains it, behind the one before it");
    end_of_last = text.data() + text.size();
    with_read(text, Node::written_as, [&](codec::reader& reading) {
      require(reading.root().text == text, "a value's text has no white space around it");
      require(trace_of(reading.root()) == trace_of(child.as_value()),
              "a value read by itself says the same");
    });
    check_places(child, levels - 1);
    return true;
  };
  if (node.kind() == codec::value_kind::array) {
    node.each_element(codec::child_text::with_text, check);
  } else if (node.kind() == codec::value_kind::object) {
    node.each_member(codec::child_text::with_text,
                     [&](std::string_view, const Node& child) { return check(child); });
  }
}

/// A value survives the way into the other format and back.
inline void check_transcoding(const codec::value& value) {
  const format as = value.written_as;
  const std::string there = transcoded(value.view(), other(as));
  with_read(there, other(as), [&](codec::reader& reading) {
    const precision kept = as == format::json ? precision::exact : precision::by_value;
    require(trace_of(reading.root(), kept) == trace_of(value, kept),
            "a value in the other format is the same");
  });
  const std::string back = transcoded({there, other(as)}, as);
  with_read(back, as, [&](codec::reader& reading) {
    require(trace_of(reading.root(), precision::by_value) == trace_of(value, precision::by_value),
            "a value that came back is the same");
  });
  const std::string again = transcoded({back, as}, other(as));
  require(transcoded({again, other(as)}, as) == back, "a second way round changes nothing");
}

/// Params that fit are written and read again as the same; others are refused with a place.
/// Returns them as JSON, or the refusal.
template <class Params>
std::string check_decoding(const codec::value& params, codec::unknown_members unknown) {
  Params decoded{};
  const auto outcome = codec::decode_params(params, describe<Params>(), &decoded, unknown);
  if (!outcome) {
    const error& reason = outcome.error();
    require(reason.kind() == error_kind::invalid_params && reason.pointer().has_value(),
            "params that do not fit are invalid_params, with a pointer");
    return reason.message() + " at " + *reason.pointer();
  }
  for (const format as : {format::json, format::msgpack}) {
    const std::string written = encoded(decoded, as);
    Params again{};
    require(codec::decode(json_view{written, as}, describe<Params>(), &again,
                          codec::unknown_members::refused)
                .has_value(),
            "written params fit");
    require(encoded(again, as) == written, "params read again are the same");
  }
  return encoded(decoded, format::json);
}

inline void check_params(const codec::value& params) {
  const auto unknown = codec::unknown_members::ignored;
  check_decoding<formatted_params>(params, codec::unknown_members::refused);
  const std::string said = check_decoding<plain_params>(params, unknown);
  if (params.written_as != format::json) return;
  with_read(transcoded(params.view(), format::msgpack), format::msgpack,
            [&](codec::reader& reading) {
              require(check_decoding<plain_params>(reading.root(), unknown) == said,
                      "params fit the same type in either format");
            });
}

/// Whether an id came through, numbers by value.
inline bool is_same_id(const protocol::id_view& left, const protocol::id_view& right) {
  const auto number = [](const protocol::id_view& id) {
    if (id.kind == protocol::id_kind::number) return id.number;
    return id.kind == protocol::id_kind::signed_integer ? static_cast<double>(id.signed_integer)
                                                        : static_cast<double>(id.unsigned_integer);
  };
  if (left.is_number() && right.is_number()) return number(left) == number(right);
  return left == right;
}

/// A request, a notification or the answer to an invalid message, written in `as`, is read as that.
inline void check_rewritten(const codec::incoming& element, format came_as, format as) {
  using kind = codec::incoming_kind;
  if (element.kind == kind::response) return;
  base::buffer out;
  const json_view params = element.params ? element.params->view() : json_view{};
  if (element.kind == kind::request) {
    codec::write_request(out, as, element.id, element.method, params);
  } else if (element.kind == kind::notification) {
    codec::write_notification(out, as, element.method, params);
  } else {
    codec::write_error(out, as, element.id,
                       error{error_kind::invalid_request, std::string{element.problem}});
  }
  with_read(out.view(), as, [&](codec::reader& reading) {
    reading.each([&](const codec::incoming& written) {
      require(is_same_id(written.id, element.id), "an id is echoed");
      require(came_as != as || written.id == element.id, "an id is echoed exactly in its format");
      if (element.kind == kind::invalid) return require(written.kind == kind::response, "answered");
      require(written.kind == element.kind && written.method == element.method,
              "a call that was written is that call");
      require(written.params.has_value() == element.params.has_value(), "params stay");
      if (!element.params) return;
      require(trace_of(*written.params, precision::by_value) ==
                  trace_of(*element.params, precision::by_value),
              "params stay the same");
    });
  });
}

inline void check_element(const codec::incoming& element, format as) {
  const bool is_valid = element.kind != codec::incoming_kind::invalid;
  require(is_valid == element.problem.empty(), "an invalid element says why");
  if (is_valid && element.params) check_params(*element.params);
  check_rewritten(element, as, as);
  check_rewritten(element, as, other(as));
}

/// The text alone decides, not what lies behind it; and a reader outlives whatever it refuses.
/// Returns the trace, or nothing where the text was refused.
inline std::optional<std::string> read_twice(std::string_view text, format as) {
  codec::reader reading{max_depth};
  std::optional<std::string> said[2];
  for (const bool first : {true, false}) {
    const padded_text padded{text, first ? '0' : '"'};
    const auto outcome = reading.read(padded.view(), as);
    require(outcome.has_value() || outcome.error().kind() == error_kind::parse_error,
            "what cannot be read is a parse_error");
    if (outcome) said[first ? 0 : 1] = trace_of(reading.root());
  }
  require(said[0] == said[1], "what lies behind a text does not matter");
  const std::string good = encoded(std::string{"next"}, as);
  const padded_text padded{good};
  require(reading.read(padded.view(), as).has_value(), "the next message is read");
  return said[0];
}

/// All of it. Returns the trace of the message, or nothing where it was refused.
inline std::optional<std::string> check_message(std::string_view text, format as) {
  auto said = read_twice(text, as);
  if (!said) return said;
  const padded_text padded{text};
  codec::reader reading{max_depth};
  require(reading.read(padded.view(), as).has_value(), "another reader says the same");
  codec::with_node(reading.root(), [](const auto& node) { check_places(node, 3); });
  check_transcoding(reading.root());
  std::size_t count = 0;
  reading.each([&](const codec::incoming& element) {
    ++count;
    check_element(element, as);
  });
  require(count == reading.size(), "every element is visited");
  return said;
}

}  // namespace sidewire::fuzz
