#include "tests/unit/rpc/scripted_caller.hpp"

#include <utility>

#include "codec/encode.hpp"
#include "codec/reader.hpp"
#include "tests/unit/rpc/json_match.hpp"

namespace sidewire::rpc::test {

namespace {

std::string in_format(std::string_view text, format from, format to) {
  base::buffer out;
  codec::encode(out, to, json_view{text, from});
  return std::string{out.view()};
}

/// Whatever is said must be readable by the reader that we have ourselves.
void check_readable(std::string_view text, format written_as) {
  base::buffer padded;
  padded.append(text);
  padded.prepare(0);
  codec::reader reading{codec::max_depth_of_any_text};
  const auto outcome = reading.read(padded.view(), written_as);
  INFO(text);
  CHECK(outcome.has_value());
}

}  // namespace

scripted_caller::scripted_caller(dispatcher& served_by, shard_loop& loop,
                                 std::shared_ptr<const principal> who)
    : served_by_{served_by}, loop_{loop} {
  if (who) authenticated(std::move(who));
}

scripted_caller::~scripted_caller() {
  hears_nothing();
}

void scripted_caller::says(std::string_view json_text) {
  sends(in_format(json_text, format::json, speaks_));
}

void scripted_caller::sends(std::string_view bytes) {
  base::buffer padded;
  padded.append(bytes);
  padded.prepare(0);
  loop_.run([&] { served_by_.handle(*this, padded.view(), speaks_); });
  CHECK_FALSE(writing_);
}

scripted_caller::message scripted_caller::next() {
  while (heard_.empty()) loop_.run_one();
  message first = std::move(heard_.front());
  heard_.pop_front();
  return first;
}

void scripted_caller::hears(std::string_view expected) {
  hears(speaks_, expected);
}

void scripted_caller::hears(format as, std::string_view expected) {
  const message found = next();
  CHECK(found.written_as == as);
  INFO("expected ", expected);
  INFO("heard    ", found.text);
  CHECK(answers(expected, found.text));
}

std::string scripted_caller::heard() {
  return next().text;
}

void scripted_caller::hears_nothing() {
  for (const message& unexpected : heard_) FAIL_CHECK("heard " << unexpected.text);
  heard_.clear();
}

void scripted_caller::waits_until_settled(int count) {
  while (settled_count_ < count) loop_.run_one();
  CHECK(settled_count_ == count);
}

void scripted_caller::has_room_again() {
  has_room_ = true;
  made_room();
}

base::buffer& scripted_caller::begin_message(format as) {
  CHECK_FALSE(writing_);
  writing_ = true;
  current_format_ = as;
  current_.clear();
  return current_;
}

void scripted_caller::end_message() {
  CHECK(writing_);
  writing_ = false;
  check_readable(current_.view(), current_format_);
  heard_.push_back({current_format_, in_format(current_.view(), current_format_, format::json)});
}

void scripted_caller::drop_message() {
  CHECK(writing_);
  writing_ = false;
}

}  // namespace sidewire::rpc::test
