internal import Simulation

/// What became of the calls that the machines of one role have made to another one, of all kinds together.
public struct CallReading: Sendable {
    /// Whom they asked.
    public let callee: String
    public let made: UInt64
    /// Those that had another outcome than a reply: the deadline, a refusal, an error, an end of the connection.
    public let unanswered: UInt64
    /// Of these, the ones that timed out while who was asked was up.
    public let ignored: UInt64
    /// Requests sent, retries among them, and replies to them, those that came when the call was over among them.
    public let requests: UInt64
    public let replies: UInt64
    /// How long each took until its outcome, with all its retries: in ns, of those that have one.
    public let count: UInt64
    public let sum: UInt128
    public let p50: UInt64?
    public let p99: UInt64?
}

extension Cluster {
    /// The calls that a role has made, by whom it asked; the longest waits in all come first. A kind that asked several
    /// roles stands under all their names.
    public func calls(by role: String) -> [CallReading] {
        guard let caller = roles.number(of: role).map(Int.init) else { return [] }
        var meters: [(callee: String, meters: [CallMeter])] = []
        for kind in callKinds {
            guard let kind, caller < kind.meters.count, let meter = kind.meters[caller], meter.made > 0 else {
                continue
            }
            let names = roles.names.enumerated()
                .filter { meter.callees >> UInt64(min($0.offset, 63)) & 1 == 1 }.map(\.element)
            let callee = names.joined(separator: " or ")
            if let place = meters.firstIndex(where: { $0.callee == callee }) {
                meters[place].meters.append(meter)
            } else {
                meters.append((callee, [meter]))
            }
        }
        return meters.map { callee, meters in
            let latency = CoarseHistogram()
            for meter in meters { latency.merge(meter.latency) }
            return CallReading(
                callee: callee, made: meters.reduce(0) { $0 + $1.made },
                unanswered: meters.reduce(0) { $0 + $1.ended - $1.replied - $1.abandoned },
                ignored: meters.reduce(0) { $0 + $1.ignored },
                requests: meters.reduce(0) { $0 + $1.attempts },
                replies: meters.reduce(0) { $0 + $1.replied + $1.lateReplies },
                count: latency.count, sum: latency.sum, p50: latency.value(at: .p50),
                p99: latency.value(at: .p99))
        }.sorted { ($1.sum, $0.callee) < ($0.sum, $1.callee) }
    }
}
