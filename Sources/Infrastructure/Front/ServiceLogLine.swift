public import Cluster

/// How services log (S0-31): a line says which service it is, what it asked of which other one or sent to it, whether
/// that stands in the same zone, and which error came of it.
///
/// There is no field in which something of a message would fit, names of services are constants of the program, and
/// this room knows no messages: who writes a line cannot say of whom one was, for whom, what was in it, or that it was
/// delivered or read.
public struct ServiceLogLine: Sendable {
    public enum LoggedEvent: String, Sendable {
        case requested
        case sent
        case requestFailed = "request failed"
        case sendingFailed = "sending failed"
        case confirmingFailed = "confirming failed"
        case storingFailed = "storing failed"
    }

    /// Another service, as a line names it.
    public struct Peer: Sendable {
        public let role: StaticString
        public let number: Int
        public let isInSameZone: Bool
    }

    public let role: String
    public let number: Int
    public let event: LoggedEvent
    public let peer: Peer?
    public let error: CallError?
}

/// Makes the lines of one service.
public struct ServiceLogger: @unchecked Sendable {
    private let role: String
    private let number: Int
    private let zone: Zone
    private unowned let cluster: Cluster

    public init(of seat: Seat, in cluster: Cluster) {
        (role, number, zone, self.cluster) = (seat.role, seat.number, seat.zone, cluster)
    }

    public func line<P: Part>(
        _ event: ServiceLogLine.LoggedEvent, _ role: StaticString, _ peer: Endpoint<P>,
        _ error: CallError? = nil
    ) -> ServiceLogLine {
        let peer = ServiceLogLine.Peer(
            role: role, number: peer.number, isInSameZone: cluster.zone(of: peer) == zone)
        return ServiceLogLine(role: self.role, number: number, event: event, peer: peer, error: error)
    }

    /// Of what concerns no other service, or several.
    public func line(_ event: ServiceLogLine.LoggedEvent) -> ServiceLogLine {
        ServiceLogLine(role: role, number: number, event: event, peer: nil, error: nil)
    }
}
