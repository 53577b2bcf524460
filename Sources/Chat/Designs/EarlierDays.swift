/// What a system knows from earlier days: a run begins with people who are connected already, and with services that
/// know it. While it is built a design says which parts take over what; they are told when everybody has settled,
/// at no event.
///
///     site.earlierDays.tell { known in
///         for device in known.connected {
///             site.cluster.preload(.isAt(device, host(of: device.user)), into: registry)
///         }
///     }
public final class EarlierDays {
    /// What is so when the run begins.
    public struct Known: Sendable {
        /// The devices that are connected, in the order of their users.
        public let connected: [DeviceID]
        /// Who has signed up.
        public let roster: Roster
    }

    private var heirs: [(Known) -> Void] = []

    public init() {}

    public func tell(_ heir: @escaping (Known) -> Void) { heirs.append(heir) }

    package func handOver(_ known: Known) { for heir in heirs { heir(known) } }
}
