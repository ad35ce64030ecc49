#pragma once

#include <functional>
#include <memory>
#include <sidewire/awaitable.hpp>
#include <sidewire/call.hpp>
#include <sidewire/error.hpp>
#include <stdexcept>
#include <type_traits>
#include <utility>

/// How a typed handler becomes something that the dispatcher can run: templates only here, the
/// work behind two abstract classes.

namespace sidewire::detail {

/// A call that outlives the message that asked for it. Shard, but for `cancelled`.
class running_call : public call {
 public:
  /// Answers; the first answer counts, later ones are dropped.
  virtual void finish(const type_description* type, const void* value) = 0;
  virtual void fail(const error& reason) = 0;
  virtual void spawn(awaitable<void> work) = 0;
  /// Runs `work` on the worker pool and what it returns on the shard.
  virtual void run_on_worker(std::function<std::function<void()>()> work) = 0;
};

/// A call while its message is read. Lives on the stack of the dispatcher.
class invocation {
 public:
  /// False when the params do not fit; the caller has been answered then.
  virtual bool read_params(const type_description* type, void* into) = 0;
  virtual void finish(const type_description* type, const void* value) = 0;
  virtual void fail(const error& reason) = 0;
  /// The call as an object of its own. Null where there are too many (answered then).
  virtual std::shared_ptr<running_call> detach() = 0;

 protected:
  ~invocation() = default;
};

using invoker = std::function<void(invocation&)>;

struct no_params {};

template <class T>
struct unwrapped_awaitable {
  using type = T;
  static constexpr bool is_coroutine = false;
};
template <class T>
struct unwrapped_awaitable<awaitable<T>> {
  using type = T;
  static constexpr bool is_coroutine = true;
};
template <class T>
struct unwrapped_result {
  using type = T;
  static constexpr bool is_result = false;
};
template <class T>
struct unwrapped_result<result<T>> {
  using type = T;
  static constexpr bool is_result = true;
};

template <class F>
struct signature : signature<decltype(&F::operator())> {};
template <class R, class... A>
struct signature<R (*)(A...)> {
  using returned = R;
  using arguments = void(A...);
};
template <class C, class R, class... A>
struct signature<R (C::*)(A...)> : signature<R (*)(A...)> {};
template <class C, class R, class... A>
struct signature<R (C::*)(A...) const> : signature<R (*)(A...)> {};

template <class Arguments>
struct arguments_of;
template <>
struct arguments_of<void()> {
  using params = no_params;
  static constexpr bool takes_call = false;
};
template <>
struct arguments_of<void(call&)> {
  using params = no_params;
  static constexpr bool takes_call = true;
};
template <class P>
struct arguments_of<void(P)> {
  using params = std::remove_cvref_t<P>;
  static constexpr bool takes_call = false;
};
template <class P>
struct arguments_of<void(P, call&)> {
  using params = std::remove_cvref_t<P>;
  static constexpr bool takes_call = true;
};

template <class Handler>
struct handler_traits {
  using shape = signature<Handler>;
  using arguments = arguments_of<typename shape::arguments>;
  using params = typename arguments::params;
  using awaited = unwrapped_awaitable<typename shape::returned>;
  using returned = typename awaited::type;
  using value = typename unwrapped_result<returned>::type;
  static constexpr bool takes_call = arguments::takes_call;

  static const type_description* params_description() {
    if constexpr (std::same_as<params, no_params>) {
      return nullptr;
    } else {
      return &describe<params>();
    }
  }
  static const type_description* result_description() {
    if constexpr (std::is_void_v<value>) {
      return nullptr;
    } else {
      return &describe<value>();
    }
  }

  /// Calls the handler with what it takes.
  static auto apply(const Handler& handler, params& given, [[maybe_unused]] call* context) {
    if constexpr (std::same_as<params, no_params>) {
      if constexpr (takes_call) {
        return handler(*context);
      } else {
        return handler();
      }
    } else if constexpr (takes_call) {
      return handler(std::move(given), *context);
    } else {
      return handler(std::move(given));
    }
  }

  /// Answers `target` with what a handler returned.
  template <class Target>
  static void answer(Target& target, const auto& outcome) {
    if constexpr (unwrapped_result<returned>::is_result) {
      if (!outcome) {
        target.fail(outcome.error());
      } else if constexpr (std::is_void_v<value>) {
        target.finish(nullptr, nullptr);
      } else {
        target.finish(result_description(), &*outcome);
      }
    } else {
      target.finish(result_description(), &outcome);
    }
  }

  template <class Target>
  static void run(const Handler& handler, params& given, call* context, Target& target) {
    if constexpr (std::is_void_v<returned>) {
      apply(handler, given, context);
      target.finish(nullptr, nullptr);
    } else {
      answer(target, apply(handler, given, context));
    }
  }

  static awaitable<void> run_coroutine(const Handler* handler, params given,
                                       std::shared_ptr<running_call> target) {
    if constexpr (std::is_void_v<returned>) {
      co_await apply(*handler, given, target.get());
      target->finish(nullptr, nullptr);
    } else {
      const returned outcome = co_await apply(*handler, given, target.get());
      answer(*target, outcome);
    }
  }

  static void run_blocking(std::shared_ptr<const Handler> handler, params given,
                           std::shared_ptr<running_call> target) {
    running_call& owner = *target;
    auto shared = std::make_shared<params>(std::move(given));
    owner.run_on_worker([handler = std::move(handler), shared = std::move(shared),
                         target = std::move(target)]() -> std::function<void()> {
      if constexpr (std::is_void_v<returned>) {
        apply(*handler, *shared, target.get());
        return [target] { target->finish(nullptr, nullptr); };
      } else {
        auto outcome = std::make_shared<returned>(apply(*handler, *shared, target.get()));
        return [target, outcome] { answer(*target, *outcome); };
      }
    });
  }

  static invoker make_invoker(Handler handler, bool blocking) {
    static_assert(!awaited::is_coroutine || !std::same_as<params, json_view>,
                  "a coroutine outlives the message that a json_view refers to: take json");
    auto shared = std::make_shared<const Handler>(std::move(handler));
    if constexpr (awaited::is_coroutine || std::same_as<params, json_view>) {
      if (blocking) {
        throw std::invalid_argument{
            "only a plain function that takes no json_view can be a blocking method"};
      }
    } else {
      if (blocking) {
        return [shared](invocation& current) {
          params given{};
          if (!current.read_params(params_description(), &given)) return;
          if (auto target = current.detach()) run_blocking(shared, std::move(given), target);
        };
      }
    }
    return [shared](invocation& current) {
      params given{};
      if (!current.read_params(params_description(), &given)) return;
      if constexpr (awaited::is_coroutine) {
        if (auto target = current.detach()) {
          target->spawn(run_coroutine(shared.get(), std::move(given), target));
        }
      } else if constexpr (takes_call) {
        if (auto target = current.detach()) run(*shared, given, target.get(), *target);
      } else {
        run(*shared, given, nullptr, current);
      }
    };
  }
};

}  // namespace sidewire::detail
