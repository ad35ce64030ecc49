#include "codec/message.hpp"

#include "codec/encode.hpp"
#include "codec/writer.hpp"

namespace sidewire::codec {

namespace {

template <class Writer>
void write_id(Writer& writer, const protocol::id_view& id) {
  using protocol::id_kind;
  if (Writer::writes == format::json && id.is_number() && !id.text.empty()) {
    return writer.raw(id.text);
  }
  switch (id.kind) {
    case id_kind::null:
      return writer.null();
    case id_kind::signed_integer:
      return writer.signed_integer(id.signed_integer);
    case id_kind::unsigned_integer:
      return writer.unsigned_integer(id.unsigned_integer);
    case id_kind::number:
      return writer.number(id.number);
    case id_kind::string:
      return writer.string(id.text);
  }
}

/// `{"jsonrpc":"2.0",` of a message with `count` members in all.
template <class Writer>
void begin_message(Writer& writer, std::size_t count) {
  writer.begin_object(count);
  if constexpr (Writer::writes == format::json) {
    writer.raw(R"("jsonrpc":"2.0",)");
  } else {
    writer.raw(
        "\xA7jsonrpc\xA3"
        "2.0");
  }
}

template <class Writer>
void write_details(Writer& writer, base::buffer& out, const error& reason) {
  const std::size_t count = 2 + (reason.pointer() ? 1U : 0U) + (reason.limit() ? 1U : 0U) +
                            (reason.retry_after() ? 1U : 0U) + (reason.details() ? 1U : 0U);
  writer.begin_object(count);
  writer.plain_name("kind");
  writer.string(name_of(reason.kind()));
  writer.separate();
  writer.plain_name("retryable");
  writer.boolean(is_retryable(reason.kind()));
  if (reason.pointer()) {
    writer.separate();
    writer.plain_name("pointer");
    writer.string(*reason.pointer());
  }
  if (reason.limit()) {
    writer.separate();
    writer.plain_name("limit");
    writer.string(*reason.limit());
  }
  if (reason.retry_after()) {
    writer.separate();
    writer.plain_name("retryAfterMs");
    writer.signed_integer(reason.retry_after()->count());
  }
  if (reason.details()) {
    writer.separate();
    writer.plain_name("details");
    encode(out, Writer::writes, json_view{*reason.details()});
  }
  writer.end_object();
}

template <class Writer>
void write_typed(Writer& writer, base::buffer& out, const type_description* type,
                 const void* value) {
  if (type == nullptr) return writer.null();
  encode(out, Writer::writes, *type, value);
}

template <class Writer>
void write_error_object(Writer& writer, base::buffer& out, const error& reason) {
  writer.begin_object(3);
  writer.plain_name("code");
  writer.signed_integer(reason.code());
  writer.separate();
  writer.plain_name("message");
  writer.string(reason.message());
  writer.separate();
  writer.plain_name("data");
  write_details(writer, out, reason);
  writer.end_object();
}

enum class outcome : std::uint8_t { result, failure };

/// The head of a response, up to its result or error; in few pieces, since every answer has one.
template <class Writer>
void begin_response(Writer& writer, const protocol::id_view& id, outcome what) {
  constexpr bool is_json = Writer::writes == format::json;
  if constexpr (is_json) {
    writer.raw(R"({"jsonrpc":"2.0","id":)");
  } else {
    writer.raw(
        "\x83\xA7jsonrpc\xA3"
        "2.0\xA2id");
  }
  write_id(writer, id);
  if (what == outcome::result) {
    writer.raw(is_json ? R"(,"result":)" : "\xA6result");
  } else {
    writer.raw(is_json ? R"(,"error":)"
                       : "\xA5"
                         "error");
  }
}

/// The method of a request or notification, and its params where they have a type.
template <class Writer>
void write_method(Writer& writer, base::buffer& out, std::string_view method,
                  const type_description* type, const void* params) {
  writer.plain_name("method");
  writer.string(method);
  if (type == nullptr) return;
  writer.separate();
  writer.plain_name("params");
  write_typed(writer, out, type, params);
}

bool is_null(json_view value) {
  return value.text() == (value.written_as() == format::json ? "null" : "\xC0");
}

}  // namespace

void write_result(base::buffer& out, format as, const protocol::id_view& id,
                  const type_description* type, const void* value) {
  with_writer(out, as, [&](auto writer) {
    begin_response(writer, id, outcome::result);
    write_typed(writer, out, type, value);
    writer.end_object();
  });
}

void write_error(base::buffer& out, format as, const protocol::id_view& id, const error& reason) {
  with_writer(out, as, [&](auto writer) {
    begin_response(writer, id, outcome::failure);
    write_error_object(writer, out, reason);
    writer.end_object();
  });
}

void write_gathered_result(base::buffer& out, format as, const protocol::id_view& id,
                           std::string_view items, std::size_t count, const type_description* type,
                           const void* value) {
  with_writer(out, as, [&](auto writer) {
    begin_response(writer, id, outcome::result);
    writer.begin_object(2);
    writer.plain_name("items");
    writer.begin_array(count);
    writer.raw(items);
    writer.end_array();
    writer.separate();
    writer.plain_name("result");
    write_typed(writer, out, type, value);
    writer.end_object();
    writer.end_object();
  });
}

void write_outcome(base::buffer& out, format as, const type_description* type, const void* value) {
  with_writer(out, as, [&](auto writer) {
    writer.begin_object(1);
    writer.plain_name("result");
    write_typed(writer, out, type, value);
    writer.end_object();
  });
}

void write_outcome(base::buffer& out, format as, const error& reason) {
  with_writer(out, as, [&](auto writer) {
    writer.begin_object(1);
    writer.plain_name("error");
    write_error_object(writer, out, reason);
    writer.end_object();
  });
}

void write_notification(base::buffer& out, format as, std::string_view method,
                        const type_description* type, const void* params) {
  with_writer(out, as, [&](auto writer) {
    begin_message(writer, type == nullptr ? 2 : 3);
    write_method(writer, out, method, type, params);
    writer.end_object();
  });
}

void write_progress(base::buffer& out, format as, const protocol::id_view& token,
                    const type_description& type, const void* value) {
  with_writer(out, as, [&](auto writer) {
    begin_message(writer, 3);
    writer.plain_name("method");
    writer.string("$/progress");
    writer.separate();
    writer.plain_name("params");
    writer.begin_object(2);
    writer.plain_name("token");
    write_id(writer, token);
    writer.separate();
    writer.plain_name("value");
    write_typed(writer, out, &type, value);
    writer.end_object();
    writer.end_object();
  });
}

void write_request(base::buffer& out, format as, const protocol::id_view& id,
                   std::string_view method, const type_description* type, const void* params) {
  with_writer(out, as, [&](auto writer) {
    begin_message(writer, type == nullptr ? 3 : 4);
    writer.plain_name("id");
    write_id(writer, id);
    writer.separate();
    write_method(writer, out, method, type, params);
    writer.end_object();
  });
}

void write_request(base::buffer& out, format as, const protocol::id_view& id,
                   std::string_view method, json_view params) {
  write_request(out, as, id, method, is_null(params) ? nullptr : &describe<json_view>(), &params);
}

void write_notification(base::buffer& out, format as, std::string_view method, json_view params) {
  write_notification(out, as, method, is_null(params) ? nullptr : &describe<json_view>(), &params);
}

void write_batch_begin(base::buffer& out, format as, std::size_t count) {
  with_writer(out, as, [&](auto writer) { writer.begin_array(count); });
}
void write_separator(base::buffer& out, format as) {
  with_writer(out, as, [](auto writer) { writer.separate(); });
}
void write_batch_end(base::buffer& out, format as) {
  with_writer(out, as, [](auto writer) { writer.end_array(); });
}

}  // namespace sidewire::codec
