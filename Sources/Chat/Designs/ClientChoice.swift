/// What a scenario can have apps do otherwise than a design would have them: nil where it says nothing. A design reads
/// it when it is built, and when it makes the plan of its app.
///
///     plan.sealing = site.client.sealing ?? .perDevice
public struct ClientChoice: Hashable, Sendable {
    public var sealing: Sealing?
    public var blocks: BlockConflicts?
    /// Whether any letters refer to files: an app has a channel for them only then.
    public var sendsMedia = false

    public init() {}
}

/// What apps can do only where a design has the services for it, and says so in its sheet.
public enum ClientAbility: Hashable, Sendable {
    /// It keeps public keys, tells people of new ones, and passes on what is asked for anew.
    case sealing
    /// It keeps people's blocks as `BlockLists` does, and tells all devices of changes.
    case blocksPerDevice
    /// Its apps keep what they show.
    case search
    /// It takes files, and hands them out.
    case media
}
