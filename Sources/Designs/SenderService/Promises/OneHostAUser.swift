public import Chat
public import Vocabulary

/// S0-17: all who ask which host serves a user are told the same one, as long as the hosts that there are do not
/// change.
public struct OneHostAUser: ChatInvariant {
    public static let promise = Promise(
        "one-host-a-user", "Assigners that know of the same hosts name the same one for a user.",
        requirements: ["S0-17"])

    public struct Assignment: Sendable {
        var user: User
        var host: UInt16
        /// Of the hosts that the assigner knows of.
        var version: UInt32
        var assigner: UInt16
    }

    /// By user: the version of the latest answer, and its host; 0 where nobody has asked.
    private var latest: [UInt64] = []

    public init() {}

    public mutating func isBroken(by assignment: Assignment) -> Bool {
        let user = Int(assignment.user.number)
        if user >= latest.count {
            latest += Array(repeating: 0, count: max(1_024, user + 1 - latest.count, latest.count))
        }
        let word = UInt64(assignment.version) << 16 | UInt64(assignment.host)
        let former = latest[user]
        // An assigner that has not heard of a change yet names the host of an earlier version: that is no promise.
        if former == word || former >> 16 > UInt64(assignment.version) { return false }
        latest[user] = word
        return former >> 16 == UInt64(assignment.version)
    }

    public func evidence(_ assignment: Assignment) -> String {
        "host-assigner[\(assignment.assigner)] named chat-host[\(assignment.host)] for \(assignment.user), and "
            + "another host was named for them with the same hosts there (version \(assignment.version))"
    }
}
