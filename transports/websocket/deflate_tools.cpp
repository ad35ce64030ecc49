#include "transports/websocket/deflate_tools.hpp"

#include <utility>

namespace sidewire::websocket {

std::unique_ptr<base::inflater> deflate_tools::borrow_inflater() {
  if (inflaters_.empty()) return std::make_unique<base::inflater>(base::deflate_form::raw);
  auto borrowed = std::move(inflaters_.back());
  inflaters_.pop_back();
  return borrowed;
}

void deflate_tools::give_back(std::unique_ptr<base::inflater> returned) {
  if (inflaters_.size() == max_kept_inflaters) return;
  returned->reset();
  inflaters_.push_back(std::move(returned));
}

base::deflater& deflate_tools::deflater(int window_bits) {
  auto& kept = deflaters_[static_cast<std::size_t>(window_bits)];
  if (kept) {
    kept->reset();
  } else {
    kept = std::make_unique<base::deflater>(base::deflate_form::raw, window_bits);
  }
  return *kept;
}

base::buffer& deflate_tools::scratch() {
  if (scratch_.capacity_bytes() > max_kept_scratch_bytes) scratch_.release();
  scratch_.clear();
  return scratch_;
}

}  // namespace sidewire::websocket
