/// What a wide-column store decides, apart from how it carries that out: a value, so that a test can put another rule in
/// the place of one, and see who finds it out.
public struct WideColumnRules: Sendable {
    /// Which of two versions of a row holds, of those that a coordinator has read.
    public var supersedes: @Sendable (WideRow, WideRow) -> Bool = { $0.supersedes($1) }

    public init() {}
}
