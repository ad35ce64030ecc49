#pragma once

#include <deque>
#include <functional>
#include <sidewire/principal.hpp>
#include <sidewire/topic.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pubsub/topic_name.hpp"

namespace sidewire::pubsub {

/// Lets maps with names as keys be asked with views of them.
struct name_hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept {
    return std::hash<std::string_view>{}(text);
  }
};
template <class Value>
using map_by_name = std::unordered_map<std::string, Value, name_hash, std::equal_to<>>;

/// The declared topics. Filled before serving, immutable then: any thread.
class catalog {
 public:
  /// Throws std::invalid_argument that says what is wrong.
  void add(topic_options declared);

  /// What is declared for a name: under the name itself, else under the narrowest pattern that
  /// fits. Null where nothing is. Valid as long as the catalog.
  const topic_options* find(std::string_view topic) const noexcept;
  /// In the order in which they were declared, patterns among them.
  const std::deque<topic_options>& all() const noexcept { return declared_; }

 private:
  std::deque<topic_options> declared_;
  map_by_name<const topic_options*> exact_;
  struct declared_pattern {
    topic_pattern pattern;
    const topic_options* options;
  };
  std::vector<declared_pattern> patterns_;
};

bool has_event(const topic_options& topic, std::string_view event) noexcept;
/// "admin" may subscribe to everything, and publish wherever clients may.
bool may_subscribe(const principal& who, const topic_options& topic) noexcept;
bool may_publish(const principal& who, const topic_options& topic) noexcept;

}  // namespace sidewire::pubsub
