#include <algorithm>
#include <array>
#include <sidewire/registry.hpp>
#include <stdexcept>

namespace sidewire {

namespace {

constexpr std::array<std::string_view, 6> reserved{"rpc.",     "auth.",  "batch.",
                                                   "session.", "topic.", "$/"};

}  // namespace

void registry::check_name(std::string_view name) {
  for (const std::string_view prefix : reserved) {
    if (name.starts_with(prefix)) {
      throw std::invalid_argument{"the method name \"" + std::string{name} +
                                  "\" is reserved: names that begin with \"" + std::string{prefix} +
                                  "\" are the server's"};
    }
  }
}

void registry::add(method added) {
  if (added.name.empty()) throw std::invalid_argument{"a method needs a name"};
  std::string name = added.name;
  added.number = methods_.size();
  if (!methods_.try_emplace(std::move(name), std::move(added)).second) {
    throw std::invalid_argument{"the method name \"" + added.name + "\" is taken"};
  }
}

std::size_t registry::number_of(std::string_view name) const noexcept {
  const method* const found = find(name);
  return found == nullptr ? methods_.size() : found->number;
}

std::vector<const method*> registry::all() const {
  std::vector<const method*> listed;
  listed.reserve(methods_.size());
  for (const auto& [name, entry] : methods_) listed.push_back(&entry);
  std::sort(listed.begin(), listed.end(),
            [](const method* left, const method* right) { return left->name < right->name; });
  return listed;
}

}  // namespace sidewire
