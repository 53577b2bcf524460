public import Vocabulary

/// What two ends say to each other before the first byte of their own, in round trips.
///
///     TCP          1    RFC 9293
///     TLS 1.3      1    RFC 8446; 0 when resumed with early data
///     TLS 1.2      2    RFC 5246
///     WebSocket    1    RFC 6455
@frozen
public struct Handshake: Hashable, Sendable {
    @frozen
    public enum Security: Hashable, Sendable {
        case none
        case tls13
        case tls12
        /// What the ends remember of an earlier connection spares them the round trip.
        case resumed
    }

    public var security: Security
    public var upgradesToWebSocket: Bool

    public init(_ security: Security, upgradesToWebSocket: Bool = false) {
        self.security = security
        self.upgradesToWebSocket = upgradesToWebSocket
    }

    public var roundTrips: Int64 {
        let secured: Int64 =
            switch security {
            case .none, .resumed: 0
            case .tls13: 1
            case .tls12: 2
            }
        return 1 + secured + (upgradesToWebSocket ? 1 : 0)
    }

    /// Whether the server has the last word, so that it may go on at once; else it waits for the client's
    /// next packet.
    private var endsWithServer: Bool { upgradesToWebSocket || security == .tls12 }

    /// When each side may send, if a SYN that left at `start` and all that follows get through.
    public func usable(from start: Instant, taking trip: RoundTrip) -> Usable {
        let client = start + trip.total * roundTrips
        return Usable(client: client, server: endsWithServer ? client - trip.back : client + trip.there)
    }

    @frozen
    public struct Usable: Hashable, Sendable {
        public let client: Instant
        public let server: Instant
    }
}

/// A connection that is being opened. A SYN that is lost, or the answer to it, is sent again after 1 s, 2 s,
/// 4 s…, and so is one whose answer takes longer: what comes first opens the connection.
///
/// Attempts are events of the caller: a second is long enough for the link to be another one. What follows
/// the SYN counts in round trips alone.
@frozen
public struct Opening: Hashable, Sendable {
    @frozen
    public enum Decision: Hashable, Sendable {
        /// `again` is when the next SYN is due, where the answer to this one is not there before.
        case usable(Handshake.Usable, again: Instant?)
        case retry(at: Instant)
        case gaveUp
    }

    /// Linux `tcp_syn_retries`.
    public static let retryLimit = 6

    public let handshake: Handshake
    public private(set) var syns = 0
    /// Whether the next SYN is due, whatever comes of the latest one.
    private(set) var isDueAgain = false
    private var timer = RetransmissionTimer()

    public init(_ handshake: Handshake) { self.handshake = handshake }

    /// Sends a SYN, and tells what comes of it when it and its answer get through (`passes`) or not.
    ///
    /// The time after the last SYN is waited for like the others; then it is over.
    public mutating func attempt(
        at now: Instant, passes: Bool, taking trip: RoundTrip, _ settings: RetransmissionTimer.Settings
    ) -> Decision {
        guard syns <= Self.retryLimit else { return .gaveUp }
        syns += 1
        let timeout = timer.timeout(settings)
        isDueAgain = !passes || trip.total > timeout
        if !isDueAgain {
            return .usable(handshake.usable(from: now, taking: trip), again: nil)
        }
        timer.expired()
        guard passes else { return .retry(at: now + timeout) }
        return .usable(handshake.usable(from: now, taking: trip), again: now + timeout)
    }
}
