/// What an app decides, apart from how it carries that out: a value, so that a test can put another rule in
/// the place of one, and see who finds it out.
public struct AppRules: Sendable {
    /// Whether a letter that has come is shown, when its device has not seen it before or has (S0-28).
    public var shows: @Sendable (Letter, _ isNew: Bool) -> Bool = { $1 }
    /// Whether the first user's being blocked by the second counts, if it is so (S0-25).
    public var heeds: @Sendable (User, _ by: User) -> Bool = { _, _ in true }

    public init() {}
}
