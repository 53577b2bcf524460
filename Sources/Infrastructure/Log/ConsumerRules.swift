/// What a consumer decides, apart from how it carries that out: a value, so that a test can put another rule in the
/// place of one, and see who finds it out.
public struct ConsumerRules: Sendable {
    /// Up to where a consumer that has been given records up to `given`, and has done all up to `done`, commits.
    public var commits: @Sendable (_ given: Int, _ done: Int) -> Int = { _, done in done }

    public init() {}
}
