/// A stage of a letter's way on the machines of a role.
public struct StageSheet: Hashable, Sendable {
    /// `server core wait`.
    public let name: String
    /// Who has the letter meanwhile, by its name.
    public let role: String
    /// Whom it asks there, and waits for, by their names: not whom it asks for letters, as consumers of a log do.
    public let waitsFor: [String]
    /// What it is made of, for reports.
    public let about: String

    /// - Parameter what: what it does there, or waits for: `core wait`.
    public init(
        _ what: String, of role: some RoleDescription, waitsFor others: [any RoleDescription] = [],
        about: String = ""
    ) {
        self.about = about
        self.role = role.sheet.name
        waitsFor = others.map(\.sheet.name)
        name = "\(self.role) \(what)"
    }
}

/// The stages that every design has.
public enum Stage {
    /// The first one: the letter has left the sender's app. A part that drops one without an answer, so that it waits for
    /// its app to send it again, stamps this, too.
    public static let wayIn: UInt16 = 0
    /// The second one: the letter has left the system for a device of its recipient.
    public static let wayOut: UInt16 = 1
    /// The first of the design's own.
    public static let own: UInt16 = 2

    public static let names = ["way in", "way out"]

    /// What stages that every design has are made of.
    public static let sentences = [
        "links from the sender's phone to the first server, what got lost and was sent again, copies that "
            + "were dropped and the wait until the app sent another one",
        "links from the last server to the recipient's phone, what got lost and was sent again, and the wait "
            + "on the server for a recipient without a connection",
    ]
    /// Of the time before the first stamp, of that in which the sender was away before the system had the letter, and of that
    /// in which a device of its recipient that could not open it waited for it to be sealed anew.
    public static let beforeFirst = "sender's app"
    public static let beforeFirstSentence =
        "on the sender's phone, until it had a connection: after the tap, and after its app was closed or had no network "
        + "before the letter had got through; until it sent again what was refused; and until it was sealed anew for a "
        + "device that could not open it"
}

extension Design {
    /// All that is stamped on letters, by number.
    public static var stageNames: [String] { Stage.names + stages.map(\.name) }
}
