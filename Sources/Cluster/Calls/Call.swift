public import Simulation
public import Vocabulary

/// A question that one part asks another, and what the asker was about to do with the answer.
///
/// It is a value, not a closure: it can be printed, a crash of the asker drops it, and a retry asks it again.
///
///     struct Locate: Call {
///         typealias Caller = Consumer
///         typealias Callee = HostAssigner
///         let letter: Letter
///         var size: ByteCount { .bytes(200) }
///         func request(_ ticket: Ticket<Host>) -> HostAssigner.Inbox { .locate(letter.recipient, ticket) }
///         func outcome(_ result: Result<Host, CallError>) -> Consumer.Inbox { .located(letter, result) }
///     }
public protocol Call: Sendable {
    associatedtype Caller: Part
    associatedtype Callee: Part
    associatedtype Reply: Marked

    /// What the request takes on the wire.
    var size: ByteCount { get }

    /// Whether the outcome takes effect when it arrives, and costs a core its time afterwards: an event less. Only
    /// for outcomes whose handling starts nothing at the same machine. One that stands still has it when it runs again.
    static var takesEffectOnArrival: Bool { get }

    /// What the other part is asked. It answers with the ticket.
    func request(_ ticket: Ticket<Reply>) -> Callee.Inbox

    /// What the asker gets in the end, exactly once, unless it crashes before.
    func outcome(_ result: Result<Reply, CallError>) -> Caller.Inbox
}

extension Call {
    @inlinable public static var takesEffectOnArrival: Bool { false }
}

/// How long an answer may take, and what is done when there is none.
public struct CallPlan: Hashable, Sendable {
    public var deadline: Span
    public var retry: RetryPolicy
    public var budget: RetryBudget
    /// Whether a call without an answer in time closes its connection, as clients do that have one of their own: what
    /// else these calls have under way there is reset, and the next one goes over a new connection. Clients with a pool of
    /// connections do so only where nothing has got through since the call was made; what others wait for goes on.
    public var closesConnectionWhenLate: Bool

    public init(
        deadline: Span, retry: RetryPolicy, budget: RetryBudget = .unlimited,
        closesConnectionWhenLate: Bool = false
    ) {
        self.deadline = deadline
        self.retry = retry
        self.budget = budget
        self.closesConnectionWhenLate = closesConnectionWhenLate
    }
}

/// Where the answer to a call goes. It can be used once; what comes later is recognised as late.
@frozen
public struct Ticket<Reply: Marked>: Hashable, Sendable {
    @usableFromInline let desk: Target
    @usableFromInline let call: CallID
    @usableFromInline let machine: UInt32

    @inlinable
    init(desk: Target, call: CallID, machine: Int) {
        self.desk = desk
        self.call = call
        self.machine = UInt32(truncatingIfNeeded: machine)
    }

    @inlinable public var mark: UInt64 {
        Vocabulary.mark(UInt64(machine), UInt64(call.slot), UInt64(call.generation), UInt64(desk.number))
    }
}

/// What comes back to the asker's machine.
@usableFromInline
enum CallMessage<Reply: Marked>: Marked {
    case reply(CallID, Reply)
    case failed(CallID, CallError)
    /// The deadline of the oldest open call has come.
    case deadline
    /// It is time to ask again.
    case retry(CallID)

    @inlinable static var isCounted: Bool { Reply.isCounted }
    @inlinable func noteCopied() { if case .reply(_, let reply) = self { reply.noteCopied() } }
    @inlinable func noteDiscarded() { if case .reply(_, let reply) = self { reply.noteDiscarded() } }

    @inlinable var mark: UInt64 {
        switch self {
        case .reply(let call, let reply): Vocabulary.mark(1, call.word, reply.mark)
        case .failed(let call, let error): Vocabulary.mark(2, call.word, UInt64(error.rawValue))
        case .deadline: Vocabulary.mark(3)
        case .retry(let call): Vocabulary.mark(4, call.word)
        }
    }
}

extension CallID {
    @inlinable var word: UInt64 { UInt64(slot) << 32 | UInt64(generation) }

    @inlinable
    init(word: UInt64) {
        self.init(
            slot: UInt32(truncatingIfNeeded: word >> 32), generation: UInt32(truncatingIfNeeded: word))
    }
}
