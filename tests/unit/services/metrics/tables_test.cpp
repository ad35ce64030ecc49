#include "services/metrics/tables.hpp"

#include <doctest/doctest.h>

namespace sidewire::services::metrics {

TEST_CASE("each core has its own CPU time, and the machine's line is none") {
  const auto cores = parse_core_times(
      "cpu  100 20 30 4000 500 6 7 8 90 10\n"
      "cpu0 50 10 15 2000 250 3 3 4 45 5\ncpu12 1 1 1 1 1 1 1 1\ncpu13 1 2\nintr 1 2 3\n");
  REQUIRE(cores.size() == 2);
  CHECK(cores.at("0").total_ticks == 2335);
  CHECK(cores.at("0").busy_ticks == 85);
  CHECK(cores.at("12").busy_ticks == 6);
  CHECK(parse_core_times("").empty());
}

TEST_CASE("disks tell their traffic in sectors of 512 bytes") {
  const auto disks = parse_disk_traffic(
      "   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0\n"
      " 254       0 vda 559831 63296 1000 609857 652627 301492 2000 905725 0 152512\n"
      " 254       1 vda1 5 6 x 8 9\n");
  REQUIRE(disks.size() == 2);
  CHECK(disks.at("vda").read_bytes == 512'000);
  CHECK(disks.at("vda").written_bytes == 1'024'000);
  CHECK(disks.at("loop0").read_bytes == 0);
}

TEST_CASE("interfaces tell their traffic, with and without a blank behind their name") {
  const auto interfaces = parse_network_traffic(
      "Inter-|   Receive                                                |  Transmit\n"
      " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets\n"
      "    lo: 136208930239 71130996    0  179    0     0          0         0 136208930239 7\n"
      "wlan-10:5 1 0 0 0 0 0 0 6 1 0\n"
      "  bad0: 1 2\n");
  REQUIRE(interfaces.size() == 2);
  CHECK(interfaces.at("lo").received_bytes == 136'208'930'239);
  CHECK(interfaces.at("wlan-10").received_bytes == 5);
  CHECK(interfaces.at("wlan-10").sent_bytes == 6);
}

TEST_CASE("disks are what is mounted from a device and what is at the root, once each") {
  const auto mounts = parse_disk_mounts(
      "proc /proc proc rw 0 0\n"
      "overlay / overlay rw 0 0\n"
      "/dev/sda1 /media/my\\040disk\\134x ext4 rw 0 0\n"
      "/dev/sda1 /mnt/again ext4 rw 0 0\n"
      "/dev/loop3 /snap/core squashfs ro 0 0\n"
      "tmpfs /tmp tmpfs rw 0 0\n"
      "/dev/mapper/vg-home /home btrfs rw 0 0\nbroken\n");
  REQUIRE(mounts.size() == 3);
  CHECK(mounts[0].path == "/");
  CHECK(mounts[0].type == "overlay");
  CHECK(mounts[1].path == "/media/my disk\\x");
  CHECK(mounts[1].device == "/dev/sda1");
  CHECK(mounts[2].device == "/dev/mapper/vg-home");
}

TEST_CASE("the processor's name is told where there is one") {
  CHECK(parse_cpu_model("processor\t: 0\nmodel name\t: A CPU @ 2GHz\nmodel name\t: B\n") ==
        "A CPU @ 2GHz");
  CHECK(parse_cpu_model("processor\t: 0\n").empty());
}

}  // namespace sidewire::services::metrics
