// Counts the allocations of a program that it is preloaded into, so that "no allocation per
// message" can be measured without changing the program:
//
//   SIDEWIRE_ALLOCATION_COUNT_FILE=/tmp/count LD_PRELOAD=liballocation-count.so server …
//
// The file then holds one native 64-bit counter, mapped, which a reader maps too. Counted is every
// call that may return new memory: malloc, calloc, realloc, aligned_alloc, memalign and
// posix_memalign, and so `operator new`. Not counted are `free`, mmap and what the C library takes
// from itself without these names. Any thread.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
}

namespace {

using counter = std::atomic<std::uint64_t>;
static_assert(counter::is_always_lock_free && sizeof(counter) == sizeof(std::uint64_t));

/// Takes the count until the file is mapped, and for good where none is named.
constinit counter unmapped{0};
constinit std::atomic<counter*> current{&unmapped};

void count_one() noexcept {
  current.load(std::memory_order_relaxed)->fetch_add(1, std::memory_order_relaxed);
}

[[gnu::constructor]] void map_counter() noexcept {
  const char* const path = std::getenv("SIDEWIRE_ALLOCATION_COUNT_FILE");
  if (path == nullptr) return;
  const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return;
  if (ftruncate(file, sizeof(counter)) == 0) {
    void* const mapped =
        mmap(nullptr, sizeof(counter), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED) current.store(static_cast<counter*>(mapped));
  }
  close(file);
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
  count_one();
  return __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) {
  count_one();
  return __libc_calloc(count, size);
}

void* realloc(void* old, std::size_t size) {
  count_one();
  return __libc_realloc(old, size);
}

void* memalign(std::size_t alignment, std::size_t size) {
  count_one();
  return __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
  count_one();
  return __libc_memalign(alignment, size);
}

int posix_memalign(void** result, std::size_t alignment, std::size_t size) {
  count_one();
  void* const memory = __libc_memalign(alignment, size);
  if (memory == nullptr) return ENOMEM;
  *result = memory;
  return 0;
}
}
