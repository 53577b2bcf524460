public import Chat
public import Vocabulary

/// S0-31: no line that a service logs has a field of a message: its sender, its receiver, its body, that it was
/// delivered, or that it was read.
public struct CleanLogs: ChatInvariant {
    public static let promise = Promise(
        "clean-logs", "No service logs a field of a message.", requirements: ["S0-31"])

    private static let fieldsOfMessages: LogFields = [
        .sender, .receiver, .body, .deliveryConfirmation, .readReceipt,
    ]

    public init() {}

    public func isBroken(by line: LogLine) -> Bool { !line.fields.isDisjoint(with: Self.fieldsOfMessages) }

    public func evidence(_ line: LogLine) -> String {
        "\(line.role) logged '\(line.event.rawValue)' with fields of a message"
    }
}

/// What a service logs.
public struct LogLine: Sendable {
    var role: String
    var event: Event
    var fields: LogFields

    public enum Event: String, Sendable {
        /// One service has asked another one.
        case request
        /// A letter was sent on.
        case sent
        /// A letter, or a confirmation, could not be sent on.
        case sendingFailed = "sending failed"
        case confirmingFailed = "confirming failed"
    }
}

public struct LogFields: OptionSet, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let time = LogFields(rawValue: 1)
    public static let service = LogFields(rawValue: 2)
    public static let peer = LogFields(rawValue: 4)
    public static let size = LogFields(rawValue: 8)
    /// Whether it stayed within a data centre.
    public static let zones = LogFields(rawValue: 16)
    public static let error = LogFields(rawValue: 32)

    public static let sender = LogFields(rawValue: 1 << 8)
    public static let receiver = LogFields(rawValue: 2 << 8)
    public static let body = LogFields(rawValue: 4 << 8)
    public static let deliveryConfirmation = LogFields(rawValue: 8 << 8)
    public static let readReceipt = LogFields(rawValue: 16 << 8)
}

/// What the services of the design write into their logs, and with which fields: a value, so that a test can put another
/// rule in its place.
public struct ServiceLogRules: Sendable {
    public var fields: @Sendable (LogLine.Event) -> LogFields = { event in
        switch event {
        case .request: [.time, .service, .peer]
        case .sent: [.time, .service, .size, .zones]
        case .sendingFailed, .confirmingFailed: [.time, .service, .peer, .error]
        }
    }

    public init() {}
}

/// The log of a service: its lines go by the watch, and are counted.
struct ServiceLog: @unchecked Sendable {
    private let role: String
    private let rules: ServiceLogRules
    private let watch: Watch<CleanLogs>

    init(_ role: String, _ site: Site, _ rules: ServiceLogRules) {
        self.role = role
        self.rules = rules
        watch = site.watch(CleanLogs.self)
    }

    func write(_ event: LogLine.Event, at now: Instant) {
        watch.observe(LogLine(role: role, event: event, fields: rules.fields(event)), at: now)
    }
}
