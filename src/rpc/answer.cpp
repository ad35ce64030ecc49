#include "rpc/answer.hpp"

#include <utility>

#include "codec/message.hpp"

namespace sidewire::rpc {

namespace {

void write(base::buffer& out, const destination& where, format as, const protocol::id_view& id,
           const type_description* type, const void* value, const gathered_items* items) {
  const auto* encoded = items == nullptr ? nullptr : &items->encoded;
  if (where.group && where.group->writes() == gathering::shape::outcomes) {
    codec::write_outcome(out, as, type, value);
  } else if (encoded != nullptr) {
    codec::write_gathered_result(out, as, id, encoded->view(), items->count, type, value);
  } else {
    codec::write_result(out, as, id, type, value);
  }
}

error too_large(std::size_t max_bytes) {
  return error{error_kind::response_too_large,
               "the result has more than " + std::to_string(max_bytes) + " bytes"}
      .limit("maxResponseBytes");
}

}  // namespace

format format_for(const destination& where, const type_description* type) noexcept {
  const bool packed = !where.group && where.choice == format_choice::by_result && type != nullptr &&
                      type->holds_binary && where.to->takes_msgpack();
  return packed ? format::msgpack : where.as;
}

void settle(const destination& where) {
  where.group ? where.group->filled(gathering::outcome::done) : where.to->settled();
}

void answer_and_then(const destination& where, const std::function<void()>& answer,
                     std::function<void()> then) {
  // The answer may be the group's last.
  if (where.group) {
    where.group->when_written(std::move(then));
    return answer();
  }
  answer();
  then();
}

call_ending answer_result(const destination& where, const base::limits& bounds,
                          const protocol::id_view& id, const type_description* type,
                          const void* value, const gathered_items* items) {
  const auto refuse = [&] {
    answer_error(where, id, too_large(bounds.max_response_bytes));
    return call_ending{error_kind::response_too_large};
  };
  if (where.group) {
    base::buffer& out = where.group->slot(where.slot);
    write(out, where, where.as, id, type, value, items);
    if (where.group->size_bytes() > bounds.max_response_bytes) {
      out.release();
      return refuse();
    }
    settle(where);
    return {};
  }
  const format as = items == nullptr ? format_for(where, type) : where.as;
  base::buffer& out = where.to->begin_message(as);
  const std::size_t begin = out.size();
  write(out, where, as, id, type, value, items);
  const std::size_t size = out.size() - begin;
  if (size > bounds.max_response_bytes) {
    where.to->drop_message();
    return refuse();
  }
  const bool repack = as == format::json && size > bounds.binary_threshold_bytes &&
                      where.choice == format_choice::by_result && items == nullptr &&
                      where.to->takes_msgpack();
  if (repack) {
    where.to->drop_message();
    write(where.to->begin_message(format::msgpack), where, format::msgpack, id, type, value, items);
  }
  where.to->end_message();
  settle(where);
  return {};
}

void answer_error(const destination& where, const protocol::id_view& id, const error& reason) {
  if (where.group) {
    base::buffer& out = where.group->slot(where.slot);
    if (where.group->writes() == gathering::shape::outcomes) {
      codec::write_outcome(out, where.as, reason);
    } else {
      codec::write_error(out, where.as, id, reason);
    }
    return where.group->filled(gathering::outcome::failed);
  }
  codec::write_error(where.to->begin_message(where.as), where.as, id, reason);
  where.to->end_message();
  settle(where);
}

}  // namespace sidewire::rpc
