public import Cluster
public import Simulation
public import Vocabulary

/// What comes to a part that asks a wide-column store, for its client to hear.
public enum WideNews<User: WideColumnUser>: Marked {
    case wrote(WideWriteCall<User>, Result<WideWritten, CallError>)
    case read(WideReadCall<User>, Result<WideAnswer, CallError>)

    @inlinable public static var isCounted: Bool { true }
    @inlinable
    public func noteCopied() { if case .read(_, .success(let answer)) = self { answer.noteCopied() } }
    @inlinable
    public func noteDiscarded() { if case .read(_, .success(let answer)) = self { answer.noteDiscarded() } }

    @inlinable public var mark: UInt64 {
        switch self {
        case .wrote(let call, .success(let written)): Vocabulary.mark(1, call.rows[0].mark, written.mark)
        case .wrote(let call, .failure(let error)):
            Vocabulary.mark(2, call.rows[0].mark, UInt64(error.rawValue))
        case .read(let call, .success(let answer)): Vocabulary.mark(3, call.read.mark, answer.mark)
        case .read(let call, .failure(let error)): Vocabulary.mark(4, call.read.mark, UInt64(error.rawValue))
        }
    }
}

/// What a request has come to, and what its part was about to do then.
public enum WideOutcome<Step: Sendable>: Sendable {
    case written(Step)
    /// What is left to read, nil when that was all.
    case page(WidePage, rest: WideRead?, Step)
    case failed(WideColumnError, Step)
}

/// A part has a coordinator write.
@frozen
public struct WideWriteCall<User: WideColumnUser>: Call {
    public typealias Caller = User
    public typealias Callee = WideColumnNode
    /// In the memory of the part until the write is over.
    @usableFromInline let rows: Contents<WideRow>
    @usableFromInline let next: Next
    @usableFromInline var tries: WideTries

    @usableFromInline
    enum Next: Sendable {
        case step(User.WideStep)
        case batch(UInt32)
    }

    @inlinable
    init(rows: Contents<WideRow>, next: Next, tries: WideTries) {
        (self.rows, self.next, self.tries) = (rows, next, tries)
    }

    @inlinable public var size: ByteCount { WideColumnNode.size(of: rows) }
    @inlinable
    public func request(_ ticket: Ticket<WideWritten>) -> WideColumnNode.Inbox {
        .write(rows.held(), tries.level, ticket)
    }
    @inlinable
    public func outcome(_ result: Result<WideWritten, CallError>) -> User.Inbox {
        User.wideColumn(.wrote(self, result))
    }
}

/// A part has a coordinator read.
@frozen
public struct WideReadCall<User: WideColumnUser>: Call {
    public typealias Caller = User
    public typealias Callee = WideColumnNode
    @usableFromInline let read: WideRead
    @usableFromInline let step: User.WideStep
    @usableFromInline var tries: WideTries

    @inlinable
    init(read: WideRead, step: User.WideStep, tries: WideTries) {
        (self.read, self.step, self.tries) = (read, step, tries)
    }

    @inlinable public var size: ByteCount { WideRead.size }
    @inlinable
    public func request(_ ticket: Ticket<WideAnswer>) -> WideColumnNode.Inbox {
        .read(read, tries.level, ticket)
    }
    @inlinable
    public func outcome(_ result: Result<WideAnswer, CallError>) -> User.Inbox {
        User.wideColumn(.read(self, result))
    }
}

extension RetryPolicy {
    /// Who is told that a connection has ended, because the other end was restarted, asks once more over a new one: to
    /// write rows twice does nothing twice.
    @usableFromInline static var overNewConnection: RetryPolicy {
        RetryPolicy(attempts: 2, base: .zero, cap: .zero, retryable: CallErrors(.reset))
    }
}

/// Which coordinator a request goes to, and how often it has been tried.
@frozen
@usableFromInline
struct WideTries: Sendable, BitwiseCopyable {
    @usableFromInline let level: Consistency
    /// With which of the replicas it begins.
    @usableFromInline let turn: UInt8
    @usableFromInline var attempt: UInt8 = 0
    @usableFromInline var node: UInt16 = 0

    @inlinable
    init(_ level: Consistency, turn: UInt8) { (self.level, self.turn) = (level, turn) }

    /// False when it was tried often enough.
    @inlinable
    mutating func again(upTo limit: Int) -> Bool {
        attempt += 1
        return attempt < limit
    }
}

/// Writes to several partitions, of which some are not over.
@frozen
@usableFromInline
struct WideBatch<Step: Sendable>: Sendable {
    @usableFromInline let step: Step
    @usableFromInline var open: Int
    @usableFromInline var error: WideColumnError?

    @inlinable
    init(step: Step, open: Int) { (self.step, self.open) = (step, open) }
}
