#include "services/metrics/state.hpp"

#include <doctest/doctest.h>

#include <map>

#include "codec/encode.hpp"
#include "pubsub/merge_patch.hpp"

namespace sidewire::services::metrics {
namespace {

/// A machine made of texts.
class written_machine final : public machine_source {
 public:
  std::chrono::steady_clock::time_point now() const override { return time; }
  std::string read(const std::string& path) const override {
    const auto found = files.find(path);
    return found == files.end() ? "" : found->second;
  }
  std::optional<disk_space> space_of(const std::string& mount_path) const override {
    if (mount_path == "/gone") return std::nullopt;
    return disk_space{.total_bytes = 1'000'000'000, .available_bytes = 123'456'789};
  }
  std::string resolved(const std::string& path) const override {
    return path == "/dev/mapper/root" ? "/dev/dm-0" : path;
  }

  std::chrono::steady_clock::time_point time;
  std::map<std::string, std::string> files{
      {"/proc/cpuinfo", "model name\t: A CPU\n"},
      {"/proc/stat", "cpu  0 0 0 0 0 0 0 0\ncpu0 0 0 0 0 0 0 0 0\ncpu1 0 0 0 0 0 0 0 0\n"},
      {"/proc/meminfo",
       "MemTotal: 2000000 kB\nMemAvailable: 1234567 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n"},
      {"/proc/mounts", "/dev/mapper/root / ext4 rw 0 0\n/dev/sdb1 /gone vfat rw 0 0\n"},
      {"/proc/diskstats", "253 0 dm-0 1 0 100 0 1 0 200 0 0 0\n"},
      {"/proc/net/dev", "eth0: 1000 1 0 0 0 0 0 0 500 1 0\n"},
      {"/sys/class/net/eth0/address", "02:00:00:00:00:01\n"},
      {"/sys/class/net/eth0/operstate", "up\n"},
  };
};

struct measured_machine {
  /// The state after so much time.
  machine_state next(std::chrono::milliseconds elapsed) {
    machine.time += elapsed;
    const machine_sample before = std::exchange(last, samples.take());
    return state_between(before, last);
  }

  written_machine machine;
  sampler samples{machine};
  machine_sample last = samples.take();
};

json encoded(const machine_state& state) {
  base::buffer out;
  codec::encode(out, format::json, describe<machine_state>(), &state);
  return json{std::string{out.view()}};
}

}  // namespace

TEST_CASE_FIXTURE(measured_machine, "a state has names, totals, and what went on since the last") {
  machine.files["/proc/stat"] =
      "cpu  50 0 0 150 0 0 0 0\ncpu0 33 0 0 67 0 0 0 0\ncpu1 17 0 0 83 0 0 0 0\n";
  machine.files["/proc/diskstats"] = "253 0 dm-0 1 0 300 0 1 0 40200 0 0 0\n";
  machine.files["/proc/net/dev"] = "eth0: 2468000 1 0 0 0 0 0 0 600 1 0\n";
  const machine_state state = next(std::chrono::seconds{2});

  CHECK(state.cpu.model == "A CPU");
  CHECK(state.cpu.percent == 25);
  CHECK(state.cpu.cores == std::map<std::string, double>{{"0", 33}, {"1", 17}});
  CHECK(state.memory.total_bytes == 2'048'000'000);
  CHECK(state.memory.available_bytes == 1'264'000'000);
  REQUIRE(state.disks.size() == 1);
  const disk_state& disk = state.disks.at("/");
  CHECK(disk.device == "dm-0");
  CHECK(disk.type == "ext4");
  CHECK(disk.total_bytes == 1'000'000'000);
  CHECK(disk.available_bytes == 123'400'000);
  CHECK(disk.read_bytes == 153'600);
  CHECK(disk.read_per_second == 51'200);
  CHECK(disk.written_per_second == 10'200'000);
  const interface_state& network = state.network.at("eth0");
  CHECK(network.address == "02:00:00:00:00:01");
  CHECK(network.state == "up");
  CHECK(network.received_bytes == 2'468'000);
  CHECK(network.received_per_second == 1'230'000);
  CHECK(network.sent_per_second == 100);
}

TEST_CASE_FIXTURE(measured_machine, "percentages are rounded to a tenth") {
  machine.files["/proc/stat"] = "cpu  1 0 0 2 0 0 0 0\n";
  CHECK(next(std::chrono::seconds{1}).cpu.percent == 33.3);
}

TEST_CASE_FIXTURE(measured_machine, "what is new has no rate yet, and what stepped back has none") {
  machine.files["/proc/net/dev"] =
      "eth0: 10 1 0 0 0 0 0 0 5 1 0\nwlan0: 9999999 1 0 0 0 0 0 0 9999999 1 0\n";
  const machine_state state = next(std::chrono::seconds{1});
  CHECK(state.network.at("eth0").received_per_second == 0);
  CHECK(state.network.at("wlan0").received_per_second == 0);
  CHECK(state.network.at("wlan0").received_bytes == 9'999'000);
}

TEST_CASE_FIXTURE(measured_machine, "a patch of a state holds what moved alone, and none is null") {
  const json before = encoded(next(std::chrono::seconds{1}));
  machine.files["/proc/stat"] =
      "cpu  1 0 0 1 0 0 0 0\ncpu0 1 0 0 0 0 0 0 0\ncpu1 0 0 0 1 0 0 0 0\n";
  const json after = encoded(next(std::chrono::seconds{1}));
  const auto patch = pubsub::merge_patch(before, after);
  REQUIRE(patch);
  CHECK(pubsub::apply_merge_patch(json{"{}"}, *patch).text().size() == patch->text().size());
  CHECK(patch->text().find(R"("percent":50)") != std::string_view::npos);
  CHECK(patch->text().find(R"("0":100)") != std::string_view::npos);
  CHECK(patch->text().size() ==
        std::string_view{R"({"cpu":{"percent":50,"cores":{"0":100}}})"}.size());
}

TEST_CASE("this machine tells of itself") {
  const this_machine machine;
  const machine_sample sample = sampler{machine}.take();
  CHECK(!sample.cores.empty());
  CHECK(sample.memory_total_bytes > 0);
  CHECK(sample.disks.contains("/"));
  CHECK(sample.disks.at("/").total_bytes > 0);
  CHECK(sample.network.contains("lo"));
}

}  // namespace sidewire::services::metrics
