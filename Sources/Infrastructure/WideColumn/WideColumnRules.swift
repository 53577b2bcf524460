/// What a wide-column store decides, apart from how it carries that out: a value, so that a test can put another rule in
/// the place of one, and see who finds it out.
public struct WideColumnRules: Sendable {
    /// Which of two versions of a row holds, of those that a coordinator has read.
    public var supersedes: @Sendable (WideRow, WideRow) -> Bool = { $0.supersedes($1) }
    /// Whether a hint for a replica counts as an acknowledgement of it.
    public var countsHints: @Sendable (Consistency) -> Bool = { _ in false }
    /// Whether a compaction leaves out what has been deleted, or expired, for so many seconds.
    public var mayDrop: @Sendable (_ age: Int64, _ grace: Int64) -> Bool = { $0 > $1 }

    public init() {}
}
