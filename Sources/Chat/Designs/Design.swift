public import Cluster
public import Vocabulary

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
    public var changesSpread: Span

    public init(
        order: OrderPromise = .none, sendsReceipts: Bool = true, sendsReads: Bool = true,
        sealsBodies: Bool = false, changesSpread: Span = .zero
    ) {
        self.order = order
        self.sendsReceipts = sendsReceipts
        self.sendsReads = sendsReads
        self.sealsBodies = sealsBodies
        self.changesSpread = changesSpread
    }
}
