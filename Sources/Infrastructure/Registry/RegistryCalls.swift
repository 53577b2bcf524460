public import Cluster
public import Simulation
public import Vocabulary

/// What comes to a client of a registry.
public enum RegistryNews: Marked {
    case answered(slot: Int, generation: UInt32, Result<RegistryReply, CallError>)
    case attached(connection: UInt32, Result<RegistryAttached, CallError>)
    case heard(connection: UInt32, Result<RegistryEvents, CallError>)
    case pong(connection: UInt32, Result<RegistryPong, CallError>)
    case pingIsDue(connection: UInt32)
    case attachIsDue(connection: UInt32)
    case linkEnded(connection: UInt32)

    public static var isCounted: Bool { true }
    public func noteCopied() {
        switch self {
        case .answered(_, _, .success(let answer)): answer.noteCopied()
        case .heard(_, .success(let events)): events.noteCopied()
        default: break
        }
    }
    public func noteDiscarded() {
        switch self {
        case .answered(_, _, .success(let answer)): answer.noteDiscarded()
        case .heard(_, .success(let events)): events.noteDiscarded()
        default: break
        }
    }

    public var mark: UInt64 {
        switch self {
        case .answered(let slot, let generation, let result):
            Vocabulary.mark(1, UInt64(slot) << 32 | UInt64(generation), result.mark)
        case .attached(let connection, let result):
            Vocabulary.mark(2, UInt64(connection), result.mark)
        case .heard(let connection, let result): Vocabulary.mark(3, UInt64(connection), result.mark)
        case .pong(let connection, let result): Vocabulary.mark(4, UInt64(connection), result.mark)
        case .pingIsDue(let connection): Vocabulary.mark(5, UInt64(connection))
        case .attachIsDue(let connection): Vocabulary.mark(6, UInt64(connection))
        case .linkEnded(let connection): Vocabulary.mark(7, UInt64(connection))
        }
    }
}

public struct AttachCall<Owner: RegistryUser>: Call {
    public typealias Caller = Owner
    public typealias Callee = RegistryServer
    let attachment: RegistryAttachment
    let connection: UInt32

    public var size: ByteCount { RegistryServer.frame }
    public func request(_ ticket: Ticket<RegistryAttached>) -> RegistryServer.Inbox {
        .attach(attachment, ticket)
    }
    public func outcome(_ result: Result<RegistryAttached, CallError>) -> Owner.Inbox {
        Owner.registry(.attached(connection: connection, result))
    }
}

public struct RegistryCall<Owner: RegistryUser>: Call {
    public typealias Caller = Owner
    public typealias Callee = RegistryServer
    @usableFromInline let session: UInt64
    @usableFromInline let request: RegistryRequest
    @usableFromInline let slot: Int
    @usableFromInline let generation: UInt32

    @inlinable
    init(session: UInt64, request: RegistryRequest, slot: Int, generation: UInt32) {
        (self.session, self.request, self.slot, self.generation) = (session, request, slot, generation)
    }

    @inlinable
    public var size: ByteCount {
        if case .write(let write, _) = request { return RegistryServer.frame + .bytes(write.valueSize) }
        return RegistryServer.frame
    }
    @inlinable
    public func request(_ ticket: Ticket<RegistryReply>) -> RegistryServer.Inbox {
        switch request {
        case .read(let read): .read(session: session, read, ticket)
        case .write(let write, let fence): .write(session: session, write, fence, ticket)
        }
    }
    @inlinable
    public func outcome(_ result: Result<RegistryReply, CallError>) -> Owner.Inbox {
        Owner.registry(.answered(slot: slot, generation: generation, result))
    }
}

public struct RegistryPingCall<Owner: RegistryUser>: Call {
    public typealias Caller = Owner
    public typealias Callee = RegistryServer
    let session: UInt64
    let connection: UInt32

    public var size: ByteCount { .bytes(12) }
    public static var takesEffectOnArrival: Bool { true }
    public func request(_ ticket: Ticket<RegistryPong>) -> RegistryServer.Inbox {
        .ping(session: session, ticket)
    }
    public func outcome(_ result: Result<RegistryPong, CallError>) -> Owner.Inbox {
        Owner.registry(.pong(connection: connection, result))
    }
}

/// Is answered when something watched has changed, or when the server ends the connection.
public struct ListenCall<Owner: RegistryUser>: Call {
    public typealias Caller = Owner
    public typealias Callee = RegistryServer
    let session: UInt64
    let connection: UInt32

    public var size: ByteCount { .bytes(12) }
    public func request(_ ticket: Ticket<RegistryEvents>) -> RegistryServer.Inbox {
        .listen(session: session, ticket)
    }
    public func outcome(_ result: Result<RegistryEvents, CallError>) -> Owner.Inbox {
        Owner.registry(.heard(connection: connection, result))
    }
}
