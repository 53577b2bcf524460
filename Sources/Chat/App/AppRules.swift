/// What an app decides, apart from how it carries that out: a value, so that a test can put another rule in
/// the place of one, and see who finds it out.
public struct AppRules: Sendable {
    /// Whether a letter that has come is shown, when its device has not seen it before or has (S0-28).
    public var shows: @Sendable (Letter, _ isNew: Bool) -> Bool = { $1 }
    /// Whether the first user's being blocked by the second counts, if it is so (S0-25).
    public var heeds: @Sendable (User, _ by: User) -> Bool = { _, _ in true }

    /// Whether a sealed letter goes on to be shown, when its device has the key to it or has not.
    public var opens: @Sendable (Letter, _ hasKey: Bool) -> Bool = { $1 }
    /// With which key a letter is sealed anew: the one that the device has now, or the one that it was sealed with
    /// before (S0-24).
    public var keyOfResend: @Sendable (_ now: UInt16, _ former: UInt16) -> UInt16 = { now, _ in now }

    public init() {}
}
