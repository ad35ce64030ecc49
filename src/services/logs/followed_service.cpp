#include "services/logs/followed_service.hpp"

#include <algorithm>
#include <filesystem>
#include <ranges>
#include <utility>

#include "services/logs/backwards_reader.hpp"
#include "services/logs/catalog.hpp"
#include "services/logs/entry_list.hpp"
#include "services/logs/scan.hpp"

namespace sidewire::services::logs {
namespace {

constexpr std::size_t read_bytes = 64 * 1024;

std::string directory_of(const std::string& path) {
  const std::string directory = std::filesystem::path{path}.parent_path().string();
  return directory.empty() ? "." : directory;
}

}  // namespace

followed_service::followed_service(log_source source, file_watch& watch)
    : source_{std::move(source)},
      follower_{source_.format, machine_zone()},
      watch_{watch},
      piece_(read_bytes) {
  watch_.add_directory(directory_of(source_.path));
}

followed_service::~followed_service() {
  for (const log_file& file : files_) watch_.remove(file);
}

std::optional<error> followed_service::start(std::size_t first_lines) {
  auto parts = open_files(source_);
  if (!parts) return std::move(parts).error();
  for (file_part& part : *parts) {
    part.size_bytes = end_of_last_line(part.file, part.size_bytes);
    auto followed = part.file.duplicate();
    if (!followed) return std::move(followed).error();
    join(*std::move(followed), part.size_bytes);
  }
  if (first_lines == 0) return std::nullopt;
  constexpr std::size_t max_first_bytes = 4 * 1024 * 1024;
  const scan_result found = scan(*std::move(parts), source_.format, machine_zone(),
                                 {.max_entries = first_lines,
                                  .max_text_bytes = max_first_bytes,
                                  .max_read_bytes = max_first_bytes},
                                 [] { return false; });
  follower_.begin_with(oldest_first(found.newest_first));
  return std::nullopt;
}

void followed_service::look() {
  const std::vector<found_file> named = find_files(source_.path);
  for (const found_file& found : follower_.look(named)) {
    auto file = log_file::open(found.path);
    if (file) join(*std::move(file), 0);
  }
}

bool followed_service::read_piece() {
  // The newest is asked first: once a program writes to its new file, the old one is complete, so
  // that nothing can come to the old one between the two and be read too late.
  std::vector<std::pair<const log_file*, std::uint64_t>> news;
  for (const log_file& file : files_ | std::views::reverse) {
    if (const auto offset = follower_.wanted(file.facts())) news.emplace_back(&file, *offset);
  }
  for (const auto& [file, offset] : news | std::views::reverse) {
    const std::size_t count = file->read_at(offset, piece_);
    if (count == 0) continue;
    const file_facts now = file->facts();
    follower_.feed(now.identity, now.written, {piece_.data(), count});
    return true;
  }
  return close_departed();
}

void followed_service::join(log_file file, std::uint64_t offset) {
  if (!follower_.join(file.facts().identity, offset)) return;
  watch_.add(file);
  files_.push_back(std::move(file));
}

bool followed_service::close_departed() {
  const std::vector<file_identity> departed = follower_.departed();
  for (const file_identity& gone : departed) {
    const auto file = std::ranges::find_if(
        files_, [&](const log_file& candidate) { return candidate.facts().identity == gone; });
    watch_.remove(*file);
    files_.erase(file);
  }
  return !departed.empty();
}

}  // namespace sidewire::services::logs
