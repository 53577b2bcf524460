public import Chat
public import Cluster
public import Infrastructure
public import Simulation
public import Vocabulary

/// A part that holds lines of phones and rents what it needs. It says how its own parts speak to each other (`Own`); the
/// rest of its inbox, and how its clients get their news, is the same for all:
///
///     actor Relay: Tenant {
///         enum Own: Marked { case shown(LetterID, on: DeviceID), … }
///         typealias CacheStep = Letter               // what it was about to do with an answer of the cache
///         typealias RegistryStep = Never             // it only stands, and follows
///         var outgoing: LogProducer<TenantProducer<Relay, Letter, LetterID>>
///         var incoming: LogConsumer<TenantConsumer<Relay, Letter>>
///
///         func receive(_ message: Inbox, in shift: Shift) {
///             switch message {
///             case .said(.send(let letter), let line): …
///             case .rented(.consumed(let news)): …
///             case .own(.shown(let letter, let device)): …
public protocol Tenant: Host, CacheUser, RegistryUser where Inbox == TenantInbox<Own>, Heard == ToDevice {
    associatedtype Own: Marked
}

public enum TenantInbox<Own: Marked>: Marked {
    case opened(Line<ToDevice>)
    case said(FromDevice, Line<ToDevice>)
    case closed(Line<ToDevice>)
    case rented(RentedNews)
    case own(Own)

    public var mark: UInt64 {
        switch self {
        case .opened(let line): Vocabulary.mark(1, line.mark)
        case .said(let word, let line): Vocabulary.mark(2, word.mark, line.mark)
        case .closed(let line): Vocabulary.mark(3, line.mark)
        case .rented(let news): Vocabulary.mark(4, news.mark)
        case .own(let own): Vocabulary.mark(5, own.mark)
        }
    }

    public static var isCounted: Bool { true }

    public func noteCopied() {
        switch self {
        case .rented(let news): news.noteCopied()
        case .own(let own): own.noteCopied()
        case .opened, .said, .closed: break
        }
    }

    public func noteDiscarded() {
        switch self {
        case .rented(let news): news.noteDiscarded()
        case .own(let own): own.noteDiscarded()
        case .opened, .said, .closed: break
        }
    }
}

extension Tenant {
    public static func opened(_ line: Line<ToDevice>) -> Inbox { .opened(line) }
    public static func closed(_ line: Line<ToDevice>, _: LineEnd) -> Inbox { .closed(line) }
    public static func registry(_ news: RegistryNews) -> Inbox { .rented(.registry(news)) }
    public static func cache(_ news: CacheNews) -> Inbox { .rented(.cache(news)) }
}

/// How the producer of a tenant speaks to it.
public enum TenantProducer<Owner: Tenant, Payload: LogPayload, LogStep: Sendable>: ProducerWiring {
    public static func news(_ news: ProducerNews) -> Owner.Inbox { .rented(.produced(news)) }
}

/// How the consumer of a tenant speaks to it.
public enum TenantConsumer<Owner: Tenant, Payload: LogPayload>: ConsumerWiring {
    public static func news(_ news: ConsumerNews) -> Owner.Inbox { .rented(.consumed(news)) }
}
