// Whatever a log file holds: each line parses in every format, what is found refers to the line or
// its parser, a time is one that can be written and reads back the same, and lines are the same
// however their bytes arrive.
//
// Input: a byte that says the size of the pieces, the file.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "services/logs/entry_list.hpp"
#include "services/logs/line_assembler.hpp"
#include "services/logs/line_parser.hpp"
#include "services/logs/time_text.hpp"

namespace {

using namespace sidewire::services::logs;

std::vector<std::string> lines_in_pieces(std::string_view file, std::size_t piece_bytes) {
  line_assembler assembler;
  std::vector<std::string> lines;
  const auto keep = [&](raw_line line) { lines.emplace_back(line.text); };
  for (; !file.empty(); file.remove_prefix(std::min(piece_bytes, file.size()))) {
    assembler.feed(file.substr(0, piece_bytes), keep);
  }
  assembler.finish(keep);
  return lines;
}

void check(const parsed_line& parsed, std::string_view line) {
  if (parsed.line != line) std::abort();
  if (parsed.time) {
    const rfc3339_text text = to_rfc3339(*parsed.time);
    if (moment({text.data(), text.size()}, {}) != parsed.time) std::abort();
  }
  entry_list list;
  list.add(parsed);
  if (list.lines()[0].message != parsed.message || list.lines()[0].line != line) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view file{reinterpret_cast<const char*>(data) + 1, size - 1};
  const auto lines = lines_in_pieces(file, size);
  if (lines_in_pieces(file, std::size_t{data[0]} + 1) != lines) std::abort();

  const wall_clock clock{*moment("2026-11-21T03:38:02Z", {}),
                         [](auto) { return std::chrono::seconds{5400}; }};
  for (const auto format :
       {line_format::detect, line_format::plain, line_format::json, line_format::syslog}) {
    line_parser parser{format, clock};
    for (const std::string& line : lines) check(parser.parse({line}), line);
  }
  return 0;
}
