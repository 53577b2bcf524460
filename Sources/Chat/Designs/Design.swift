public import Cluster

/// A chat backend: what it says about itself, and how it is put together.
public protocol Design: Sendable {
    static var sheet: DesignSheet { get }

    /// What its components stamp on letters, in the order of the way, behind the stages of every design.
    static var stages: [StageSheet] { get }

    /// What it promises about order, receipts and sealed bodies.
    static var promises: Promises { get }

    /// Puts its parts on machines, and says where the devices of each user connect.
    static func build(on site: Site) -> (User) -> FrontDoor

    /// The app that people have; one with a single line and no order when it is not said.
    static func app(on site: Site) -> AppPlan
}

extension Design {
    public static func app(on site: Site) -> AppPlan { AppPlan() }
}

/// What a design promises beyond what every design does.
public struct Promises: Sendable {
    public var order: OrderPromise
    public var sendsReceipts: Bool
    public var sendsReads: Bool
    public var sealsBodies: Bool

    public init(
        order: OrderPromise = .none, sendsReceipts: Bool = true, sendsReads: Bool = true,
        sealsBodies: Bool = false
    ) {
        self.order = order
        self.sendsReceipts = sendsReceipts
        self.sendsReads = sendsReads
        self.sealsBodies = sealsBodies
    }
}

extension Design {
    /// All that is stamped on letters, by number.
    public static var stageNames: [String] { Stage.names + stages.map(\.name) }
}

/// A stage of a letter's way on the machines of a role.
public struct StageSheet: Hashable, Sendable {
    /// `server core wait`.
    public let name: String
    /// Who has the letter meanwhile, by its name.
    public let role: String

    /// - Parameter what: what it does there, or waits for: `core wait`.
    public init(_ what: String, of role: some RoleDescription) {
        self.role = role.sheet.name
        name = "\(self.role) \(what)"
    }
}

/// The stages that every design has.
public enum Stage {
    /// The first one: the letter has left the sender's app.
    public static let wayIn: UInt16 = 0
    /// The second one: the letter has left the system for a device of its recipient.
    public static let wayOut: UInt16 = 1
    /// The first of the design's own.
    public static let own: UInt16 = 2

    public static let names = ["way in", "way out"]

    /// What stages that every design has are made of.
    public static let sentences = [
        "links from the sender's phone to the first server, what got lost and was sent again, copies that "
            + "were dropped by a full queue and the wait until the app sent another one",
        "links from the last server to the recipient's phone, what got lost and was sent again, and the wait "
            + "on the server for a recipient without a connection",
    ]
    /// Of the time before the first stamp.
    public static let beforeFirst = "sender's app"
    public static let beforeFirstSentence = "on the sender's phone, until it had a connection"
}

/// Where a letter was when a stage began: a phone or a machine.
public enum Place {
    private static let phones: UInt32 = 1 << 31

    public static func phone(of user: User) -> UInt32 { user.number | phones }
    public static func machine(_ number: Int) -> UInt32 { UInt32(number) }

    public static func phone(at place: UInt32) -> User? {
        place & phones != 0 ? User(place & ~phones) : nil
    }
}
