#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sidewire::bench {

/// Counts round trips by their nanoseconds, in buckets of at most 1/256 of their value, so that
/// recording one costs a few instructions and no memory. Not thread-safe.
class latencies {
 public:
  latencies() : counts_(octaves * buckets) {}

  void record(std::uint64_t nanoseconds) {
    ++counts_[bucket_of(nanoseconds)];
    ++total_;
  }

  /// The value that `share` (0 to 1) of all round trips stay within, in microseconds; 0 of none.
  double percentile_us(double share) const {
    const auto rank = static_cast<std::uint64_t>(share * static_cast<double>(total_));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
      seen += counts_[bucket];
      if (seen > rank) return middle_of(bucket) / 1000.0;
    }
    return 0;
  }

 private:
  static constexpr std::size_t precision_bits = 8;
  static constexpr std::size_t buckets = std::size_t{1} << precision_bits;
  static constexpr std::size_t octaves = 64 - precision_bits + 1;

  static std::size_t bucket_of(std::uint64_t value) {
    if (value < buckets) return value;
    const auto shift = static_cast<std::size_t>(std::bit_width(value)) - precision_bits - 1;
    return (shift + 1) * buckets + ((value >> shift) - buckets);
  }

  static double middle_of(std::size_t bucket) {
    if (bucket < buckets) return static_cast<double>(bucket);
    const std::size_t shift = bucket / buckets - 1;
    const double width = static_cast<double>(std::uint64_t{1} << shift);
    return (static_cast<double>(bucket % buckets + buckets) + 0.5) * width;
  }

  std::vector<std::uint32_t> counts_;
  std::uint64_t total_ = 0;
};

}  // namespace sidewire::bench
