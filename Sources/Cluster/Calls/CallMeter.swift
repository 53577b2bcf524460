public import Simulation
public import Vocabulary

/// What became of all calls of one kind that the parts of one role have made.
public final class CallMeter: @unchecked Sendable {
    @exclusivity(unchecked) public private(set) var made: UInt64 = 0
    /// Requests sent, retries among them.
    @exclusivity(unchecked) public private(set) var attempts: UInt64 = 0
    @exclusivity(unchecked) public private(set) var replied: UInt64 = 0
    @exclusivity(unchecked) private var failures = InlineArray<6, UInt64>(repeating: 0)
    /// Their callers crashed.
    @exclusivity(unchecked) public private(set) var abandoned: UInt64 = 0
    /// Replies that came when the call had ended already.
    @exclusivity(unchecked) public private(set) var lateReplies: UInt64 = 0
    /// Those that timed out while who was asked was up.
    @exclusivity(unchecked) public private(set) var ignored: UInt64 = 0
    /// From the call to its outcome, in ns, with all its retries.
    public let latency = CoarseHistogram()

    @usableFromInline
    init() {}

    public func failed(_ error: CallError) -> UInt64 { failures[Int(error.rawValue)] }

    /// How many calls have had their one outcome.
    public var ended: UInt64 { replied + abandoned + CallError.allCases.reduce(0) { $0 + failed($1) } }

    /// Of each role that was asked a bit, by its number; those from 63 on share the last one.
    private(set) var callees: UInt64 = 0

    @usableFromInline
    func countMade(to role: UInt16) {
        made &+= 1
        callees |= 1 &<< UInt64(min(role, 63))
    }

    @usableFromInline
    func countAttempt() { attempts &+= 1 }

    @usableFromInline
    func countLateReply() { lateReplies &+= 1 }

    @usableFromInline
    func countIgnored() { ignored &+= 1 }

    @usableFromInline
    func abandon(_ count: Int) { abandoned &+= UInt64(count) }

    /// A call has had its outcome: a reply when there is no error.
    @usableFromInline
    func end(_ error: CallError?, after span: Span) {
        latency.record(UInt64(span.nanoseconds))
        if let error {
            failures[Int(error.rawValue)] &+= 1
        } else {
            replied &+= 1
        }
    }
}
