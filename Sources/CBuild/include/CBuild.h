#pragma once

/// The commit that the program was built from, by whoever built it; empty where the checkout had changes, or was
/// none.
const char *_Nonnull hubbub_commit(void);
