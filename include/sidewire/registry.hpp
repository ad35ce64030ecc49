#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <sidewire/call.hpp>
#include <sidewire/detail/invocation.hpp>
#include <sidewire/error.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sidewire {

/// What a member of a method's parameters means, for the documents made from the registry.
struct parameter_note {
  std::string name;  ///< as on the wire
  std::string summary;
};

/// A call as it may be made, for the same documents.
struct method_example {
  struct argument {
    std::string name;   ///< of a param
    std::string value;  ///< as JSON
  };
  std::string name;  ///< what it shows
  std::vector<argument> params = {};
  std::string result = "null";  ///< as JSON
};

/// What is known of a method beside its types.
struct method_info {
  std::string summary;           ///< one sentence
  std::string description = {};  ///< Markdown
  bool safe = false;             ///< changes nothing: may be repeated, and called by HTTP GET
  bool blocking = false;         ///< runs on the worker pool, since it waits or computes for long
  bool takes_unknown_members = false;  ///< ignores members that its params don't have
  std::string scope = {};              ///< what a principal needs to call it; empty: nothing
  std::vector<parameter_note> params = {};
  std::vector<error_kind> errors = {};  ///< beyond those that any call may have
  std::vector<method_example> examples = {};
};

/// A registered method: its description and how it is run.
struct method {
  std::string name;
  method_info info;
  const type_description* params = nullptr;    ///< null: takes none
  const type_description* result = nullptr;    ///< null: answers null
  const type_description* progress = nullptr;  ///< null: streams nothing
  detail::invoker invoke = {};
  std::size_t number = 0;  ///< of its registry's methods, in the order in which they were added
};

/// The methods that a server has, by name. Filled before serving, immutable then.
///
/// A handler is a plain function or a coroutine over described types:
///
///     R(P), R(P, call&), R(call&), R(), awaitable<R>(P, call&), …
///
/// `P` is a described struct, `json` or (plain functions alone) `json_view`; `R` any described
/// type, `void`, or `result<R>`. A thrown `call_failed` answers with its error, anything else with
/// -32603. Params are read by name and by position.
class registry {
 public:
  /// Throws std::invalid_argument for a name that is taken, empty or reserved: `rpc.`, `auth.`,
  /// `batch.`, `session.`, `topic.` and `$/` belong to the server. Likewise for a blocking method
  /// that is a coroutine or takes a `json_view`.
  template <class Handler>
  void add(std::string name, method_info info, Handler handler) {
    check_name(name);
    using traits = detail::handler_traits<Handler>;
    method added{.name = std::move(name), .info = std::move(info)};
    added.params = traits::params_description();
    added.result = traits::result_description();
    added.invoke = traits::make_invoker(std::move(handler), added.info.blocking);
    add(std::move(added));
  }

  /// The same for a coroutine that sends `Progress` values before its result.
  template <class Progress, class Handler>
  void add_streaming(std::string name, method_info info, Handler handler) {
    add(name, std::move(info), std::move(handler));
    methods_.find(name)->second.progress = &describe<Progress>();
  }

  /// A method that is run by hand: one of the server's own, whose name may be reserved.
  void add(method added);

  /// Null where there is none.
  const method* find(std::string_view name) const noexcept {
    const auto found = methods_.find(name);
    return found == methods_.end() ? nullptr : &found->second;
  }
  std::size_t size() const noexcept { return methods_.size(); }
  /// A method's `number`; `size()` where there is none of this name.
  std::size_t number_of(std::string_view name) const noexcept;
  /// All methods, ordered by name.
  std::vector<const method*> all() const;

 private:
  /// Of a name's length and both ends, which tell most names of one registry apart: each call pays
  /// for it, and nobody else chooses the names that are in the table.
  struct hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      constexpr std::size_t end_bytes = sizeof(std::uint64_t);
      if (text.size() < end_bytes) return std::hash<std::string_view>{}(text);
      std::uint64_t head = 0;
      std::uint64_t tail = 0;
      std::memcpy(&head, text.data(), end_bytes);
      std::memcpy(&tail, text.data() + text.size() - end_bytes, end_bytes);
      const std::uint64_t mixed = (head ^ text.size()) * 0x9E3779B97F4A7C15 ^ tail;
      return static_cast<std::size_t>(mixed ^ mixed >> 32);
    }
  };

  static void check_name(std::string_view name);

  std::unordered_map<std::string, method, hash, std::equal_to<>> methods_;
};

}  // namespace sidewire
