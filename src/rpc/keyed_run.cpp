#include "rpc/keyed_run.hpp"

#include <utility>

#include "codec/decode.hpp"
#include "codec/read_error.hpp"
#include "rpc/dispatcher.hpp"
#include "rpc/failure.hpp"

namespace sidewire::rpc {

namespace {

/// What a slot of a gathering of outcomes holds.
struct written_outcome {
  std::optional<json> result;
  std::optional<json> error;
};
BOOST_DESCRIBE_STRUCT(written_outcome, (), (result, error))

call_outcome read_outcome(json_view text) {
  written_outcome written;
  if (!codec::decode(text, describe<written_outcome>(), &written)) {
    return {.result = std::nullopt, .failure = internal_error()};
  }
  if (written.error) return {.result = std::nullopt, .failure = codec::read_error(*written.error)};
  return {.result = std::move(written.result).value_or(json{}), .failure = std::nullopt};
}

}  // namespace

keyed_run::keyed_run(dispatcher& owner, keyed_calls::name which,
                     std::shared_ptr<const principal> who)
    : owner_{owner}, which_{std::move(which)} {
  caller::authenticated(std::move(who));
}

keyed_run::~keyed_run() = default;

destination keyed_run::make_destination(format as) {
  return {.to = this,
          .as = as,
          .choice = format_choice::fixed,
          .group = std::make_shared<gathering>(gathering::shape::outcomes, as, 1,
                                               [this](gathering& answer) { answered(answer); }),
          .slot = 0,
          .is_counted = false};
}

void keyed_run::answered(gathering& answer) {
  const json_view text{answer.slot(0).view(), answer.written_as()};
  owner_.keyed_run_ended(*this, std::make_shared<const call_outcome>(read_outcome(text)));
}

}  // namespace sidewire::rpc
