public import Chat
internal import Cluster
public import Infrastructure
internal import Vocabulary

/// The log of a service of the design: what goes wrong there, and what it has asked of others and sent. Each line
/// goes by the watch of `CleanLogs`.
struct ServiceLog: @unchecked Sendable {
    private let logger: ServiceLogger
    private let rules: ServiceLogRules
    private let watch: Watch<CleanLogs>

    init(of seat: Seat, _ site: Site, _ rules: ServiceLogRules) {
        logger = ServiceLogger(of: seat, in: site.cluster)
        self.rules = rules
        watch = site.watch(CleanLogs.self)
    }

    /// - Parameter letter: what it is about, for the watch; the line says nothing of it.
    func write<P: Part>(
        _ event: ServiceLogLine.LoggedEvent, _ role: StaticString, _ peer: Endpoint<P>,
        _ error: CallError? = nil,
        about letter: LetterID? = nil, at now: Instant
    ) {
        write(logger.line(event, role, peer, error), about: letter, at: now)
    }

    func write(_ event: ServiceLogLine.LoggedEvent, about letter: LetterID? = nil, at now: Instant) {
        write(logger.line(event), about: letter, at: now)
    }

    private func write(_ line: ServiceLogLine, about letter: LetterID?, at now: Instant) {
        let remark = rules.remark.flatMap { $0(line, letter) }
        watch.observe(.init(line: line, remark: remark, letter: letter), at: now)
    }
}

/// What services write beside the fields of a line: nothing. A value, so that a test can put another rule in its place.
public struct ServiceLogRules: Sendable {
    public var remark: (@Sendable (ServiceLogLine, LetterID?) -> String?)?

    public init() {}
}
