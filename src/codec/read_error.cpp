#include "codec/read_error.hpp"

#include <boost/describe/class.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <sidewire/description.hpp>
#include <string>
#include <utility>

#include "codec/decode.hpp"

namespace sidewire::codec {

namespace {

struct error_object {
  std::int32_t code = 0;
  std::string message;
  std::optional<json> data;
};
BOOST_DESCRIBE_STRUCT(error_object, (), (code, message, data))

/// `data` as sidewire servers write it.
struct error_data {
  std::string kind;
  std::optional<std::string> pointer;
  std::optional<std::string> limit;
  std::optional<std::int64_t> retry_after_ms;
  std::optional<json> details;
};
BOOST_DESCRIBE_STRUCT(error_data, (), (kind, pointer, limit, retry_after_ms, details))

error error_of(error_object object) {
  const error_kind kind = kind_of(object.code);
  error made = kind == error_kind::application ? error::application(object.code, object.message)
                                               : error{kind, object.message};
  if (!object.data) return made;

  error_data data;
  if (!decode(*object.data, describe<error_data>(), &data)) {
    return made.details(std::move(*object.data));
  }
  if (data.pointer) made.at(std::move(*data.pointer));
  if (data.limit) made.limit(std::move(*data.limit));
  if (data.retry_after_ms) made.retry_after(std::chrono::milliseconds{*data.retry_after_ms});
  if (data.details) made.details(std::move(*data.details));
  return made;
}

/// Whatever `read_error` is given.
template <class From>
error read(const From& failure) {
  error_object object;
  if (!decode(failure, describe<error_object>(), &object)) {
    return error{error_kind::internal_error, "the peer answered with an error of unknown form"};
  }
  return error_of(std::move(object));
}

}  // namespace

error read_error(const value& failure) {
  return read(failure);
}

error read_error(json_view failure) {
  return read(failure);
}

}  // namespace sidewire::codec
