public import Vocabulary

/// A part of a simulated system: an actor that takes messages, one at a time, in virtual time.
///
/// What it understands is its own `Inbox`, usually an enum; what it does about a message it does in
/// `receive`, at one instant, through the `turn` it is given. Its executor is the world, so nothing else can
/// be running meanwhile.
///
///     actor Counter: Component {
///         enum Inbox: Marked {
///             case add(Int)
///             var mark: UInt64 { switch self { case .add(let n): Vocabulary.mark(1, UInt64(bitPattern: Int64(n))) } }
///         }
///         nonisolated let home: Home
///         var total = 0
///         init(home: Home) { self.home = home }
///
///         func receive(_ message: Inbox, in turn: Turn) {
///             switch message { case .add(let n): total += n }
///         }
///     }
public protocol Component: Actor {
    associatedtype Inbox: Marked

    /// The world that it was added to.
    nonisolated var home: Home { get }

    /// Takes one message. Everything it does happens at `turn.now`.
    func receive(_ message: Inbox, in turn: Turn)

    /// Whether `expect` is to be told of coming messages.
    static var looksAhead: Bool { get }

    /// A message will arrive soon: the moment to ask, by `prefetch`, for the memory that `receive` will
    /// touch. It is not told of every message, and must change nothing.
    func expect(_ message: Inbox)

    /// What it cannot go on without, if anything: asked when a run has nothing left to do, so that the ending
    /// can say who still waits. Nothing, unless a component says otherwise.
    var waitsFor: String? { get }

    /// What people call it, for whoever reads or counts events: its type and number, unless a component says
    /// otherwise.
    nonisolated func name(number: Int) -> ActorName

    /// What kind of event a message is, in a word or two, for whoever counts events: its case, unless a component says
    /// otherwise.
    static func kind(of message: Inbox) -> String
}

/// `recipient-log[2]`
public struct ActorName: Hashable, Sendable, CustomStringConvertible {
    /// What it has in common with others: a role, or a type.
    public let group: String
    public let number: Int

    public init(group: String, number: Int) { (self.group, self.number) = (group, number) }

    public var description: String { "\(group)[\(number)]" }
}

extension Component {
    /// What `receive` may do, as this type of component.
    public typealias Turn = TurnOf<Self>

    public nonisolated var unownedExecutor: UnownedSerialExecutor { home.world.asUnownedSerialExecutor() }

    public var waitsFor: String? { nil }

    public nonisolated func name(number: Int) -> ActorName {
        ActorName(group: "\(Self.self)", number: number)
    }

    public static func kind(of message: Inbox) -> String { String("\(message)".prefix { $0 != "(" }) }

    public static var looksAhead: Bool { false }

    @inlinable
    public func expect(_ message: Inbox) {}
}

/// The world of a component. It does not keep the world alive: the world keeps its actors.
@frozen
public struct Home: Sendable {
    @usableFromInline unowned(unsafe) let reference: World

    @inlinable
    package init(_ world: World) { reference = world }

    @inlinable public var world: World { reference }
}
