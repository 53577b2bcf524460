/// What the kernel needs and Swift cannot say: one variable per thread, a prefetch, large pages, the hooks of Swift's
/// concurrency runtime, and a report at a crash.

#pragma once

#include <stddef.h>
#include <stdint.h>

/// Where a world's run stands, kept up to date by the run itself, so that a crash can say so.
struct hubbub_situation {
    uint64_t seed;
    uint64_t now;           // ns since the start of the run
    uint64_t event_number;  // of the event in progress; 0 before the first
};

/// The situation of the world that runs on this thread, or null. Its address is the world's identity.
struct hubbub_situation *_Nullable hubbub_current(void);
void hubbub_set_current(struct hubbub_situation *_Nullable situation);

/// How work can leave the world that runs on the current thread.
enum hubbub_exit {
    hubbub_exit_global = 0,  // Swift's global thread pool
    hubbub_exit_main = 1,    // the main actor
};

/// Has Swift's concurrency runtime tell `notice` of each job that leaves the world which runs on the
/// current thread. Jobs of other threads pass unseen, and all of them still go where they were going.
void hubbub_watch_exits(void (*_Nonnull notice)(enum hubbub_exit exit));

/// From now on a trap, an abort or a bad access ends the process with `exit_code`, after a few lines on
/// standard error: `headline`, if a world runs its seed, time and event number, and how to repeat it. `turn` writes
/// whose turn it is in the world that runs on this thread, and returns the length; 0 when it is nobody's.
void hubbub_report_faults(
    const char *_Nonnull headline, const char *_Nonnull repeat_command, int exit_code,
    size_t (*_Nonnull turn)(char *_Nonnull name, size_t size));

/// A report in which functions occur whose mangled names begin so says that a design may be at fault.
void hubbub_expect_faults_of(const char *_Nonnull module);

/// How much memory the allocator set aside for the object at `address`.
uint64_t hubbub_usable_size(void *_Nonnull address);

/// Has the kernel back this memory by pages of 2 MB where it can: a hint, which changes nothing but speed.
void hubbub_prefer_large_pages(void *_Nonnull address, uint64_t bytes);

/// Asks for the cache line at `address`, which will be needed soon.
static inline void hubbub_prefetch(const void *_Nullable address) { __builtin_prefetch(address, 1, 3); }
