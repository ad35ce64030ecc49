#include "pubsub/topics.hpp"

#include <stdexcept>
#include <utility>

#include "codec/encode.hpp"

namespace sidewire {

topics::topics() : implementation_{std::make_unique<implementation>()} {}
topics::~topics() = default;

void topics::add(topic_options declared) {
  implementation_->declared.add(std::move(declared));
}

void topics::on_demand(std::string pattern,
                       std::function<void(const std::string& topic, demand changed)> told) {
  if (const auto problem = pubsub::problem_of_topic_pattern(pattern)) {
    throw std::invalid_argument{"the pattern \"" + pattern + "\": " + *problem};
  }
  implementation_->watchers.push_back({pubsub::topic_pattern{std::move(pattern)}, std::move(told)});
}

bool topics::publish(std::string_view topic, std::string_view event, const type_description& type,
                     const void* params, std::string_view key) {
  const std::string name{topic};
  const topic_options* declared = implementation_->declared.find(topic);
  if (declared == nullptr || pubsub::problem_of_topic_name(topic)) {
    throw std::invalid_argument{"no topic \"" + name + "\" is declared"};
  }
  if (!pubsub::has_event(*declared, event)) {
    throw std::invalid_argument{"the topic \"" + name + "\" has no event \"" + std::string{event} +
                                "\""};
  }
  // Only MessagePack keeps bytes as they are.
  const format as = type.holds_binary ? format::msgpack : format::json;
  base::buffer out;
  codec::encode(out, as, type, params);
  auto object = pubsub::params_of_publication({out.view(), as});
  if (!object) throw std::invalid_argument{"a publication of \"" + name + "\" is no object"};
  return implementation_->entry.put(
      {name, std::string{event}, std::move(object), std::string{key}});
}

}  // namespace sidewire
