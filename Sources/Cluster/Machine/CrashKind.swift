/// What a crash takes along. Memory is gone after each of them.
@frozen
public enum CrashKind: Hashable, Sendable, CaseIterable {
    /// The program died: what it had written is in the page cache, and stays.
    case process
    /// The power went: what was written and not synced is gone too.
    case unsynced
    /// The disk is gone with everything on it.
    case disk
}
