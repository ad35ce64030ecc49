#include "transports/http/dashboards_exchange.hpp"

#include <optional>
#include <utility>

#include "rest/route.hpp"
#include "rpc/openrpc_writer.hpp"
#include "transports/http/rest_exchange.hpp"

namespace sidewire::http {

dashboards_exchange::dashboards_exchange(responder& to, site& where,
                                         std::shared_ptr<const principal> who,
                                         std::vector<std::string> services)
    : calling_exchange{to, std::move(who)}, site_{where}, services_{std::move(services)} {}

dashboards_exchange::~dashboards_exchange() = default;

void dashboards_exchange::begin(std::string&) {
  const std::size_t most = site_.dispatcher.shared().limits.max_batch;
  if (site_.draining) {
    error reason{error_kind::server_busy, "the server ends"};
    return respond_problem(to_, reason.retry_after(std::chrono::seconds{1}));
  }
  if (services_.size() > most) {
    error reason{error_kind::limit_exceeded,
                 "expected at most " + std::to_string(most) + " services"};
    return respond_problem(to_, reason.limit("maxBatch"));
  }
  const auto group =
      std::make_shared<rpc::gathering>(rpc::gathering::shape::outcomes, format::json,
                                       services_.size(), [this](rpc::gathering& outcomes) {
                                         if (outcomes.missing_count() == 0) answer(outcomes);
                                       });
  if (services_.empty()) return answer(*group);
  for (std::size_t slot = 0; slot != services_.size(); ++slot) {
    call(services_[slot],
         {.to = this, .choice = rpc::format_choice::imposed, .group = group, .slot = slot});
  }
}

void dashboards_exchange::call(const std::string& service, rpc::destination where) {
  const std::string name = service + ".dashboard";
  const method* const dashboard = site_.dispatcher.shared().methods.find(name);
  if (dashboard == nullptr || rest::dashboard_service(*dashboard).empty()) {
    return rpc::answer_error(where, {},
                             error{error_kind::not_found, "the service has no dashboard"});
  }
  site_.dispatcher.run_operation(name, std::nullopt, std::move(where));
}

void dashboards_exchange::answer(rpc::gathering& outcomes) {
  rpc::document_writer out;
  out.open_object();
  out.open_object("services");
  for (std::size_t slot = 0; slot != services_.size(); ++slot) {
    out.raw(services_[slot], outcomes.slot(slot).view());
  }
  out.close_object();
  out.close_object();
  respond_result(to_, std::move(out).finish(), validation::by_etag);
}

}  // namespace sidewire::http
