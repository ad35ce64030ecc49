#include "rpc/failure.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <string>

namespace sidewire::rpc {

error internal_error() {
  return error{error_kind::internal_error, "the server could not complete the call"};
}

error busy(std::string_view why) {
  using namespace std::chrono_literals;
  return error{error_kind::server_busy, std::string{why}}.retry_after(1s);
}

error to_error(std::exception_ptr thrown, std::string_view method, base::logger& log) {
  const auto report = [&](std::string_view what) {
    log.log(base::log_level::error, "a method failed", {{"method", method}, {"reason", what}});
    return internal_error();
  };
  try {
    std::rethrow_exception(thrown);
  } catch (const call_failed& failed) {
    return failed.reason();
  } catch (const boost::system::system_error& failed) {
    if (failed.code() == boost::asio::error::operation_aborted) {
      return error{error_kind::request_cancelled, "the call was cancelled"};
    }
    return report(failed.what());
  } catch (const std::exception& failed) {
    return report(failed.what());
  } catch (...) {
    return report("something that is no std::exception");
  }
}

}  // namespace sidewire::rpc
