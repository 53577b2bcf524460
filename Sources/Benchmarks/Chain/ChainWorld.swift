import Chat
import Cluster
import Results
import Simulation
import Vocabulary

/// A chain with its people: three zones of a region, and three access networks by which phones come in.
package struct ChainWorld {
    package let cluster: Cluster
    package let ledger: Ledger
    let peers: Chain.Peers
    private let outcomes: Outcomes

    private static let zones = (0..<3).map { Zone(number: $0) }
    /// `access.share`
    private static let shares = Weighted([69, 25, 6])

    /// - Parameter span: for how long people tap.
    package init(phones: Int, tapFor span: Span, seed: UInt64 = 1, recording: Recording = .nothing) {
        let cluster = Cluster(
            seed: seed, zones: ["a", "b", "c", "wifi", "4g", "5g"],
            regions: ["eu", "eu", "eu", "wifi", "4g", "5g"], recording: recording, link: Self.link)
        cluster.lineSettings = LineSettings(pingEvery: .seconds(30))
        self.cluster = cluster
        var draws = Streams(seed: seed, purpose: Purpose("access networks")).stream(of: 0)
        let accesses = (0..<phones).map { _ in UInt8(Self.shares.sample(&draws)) }
        var settings = LedgerSettings()
        settings.sendsReceipts = true
        settings.sendsReads = true
        settings.stages = Stage.names + Chain.stages
        let outcomes = Outcomes()
        self.outcomes = outcomes
        ledger = Ledger(
            Roster(
                devices: Array(repeating: 1, count: phones), regions: Array(repeating: 0, count: phones),
                accesses: accesses, deviceLimit: 1), settings
        ) { samples in
            for sample in samples {
                guard let latency = sample.latency else {
                    outcomes.missing += 1
                    continue
                }
                if sample.metric == .delivery { outcomes.delivery.record(UInt64(latency.nanoseconds)) }
            }
        }
        peers = Chain.Peers(in: cluster, zones: Self.zones, ledger: ledger)
        peers.start(in: cluster)
        settle(accesses, until: .start + span)
    }

    private static func link(from: Zone, to: Zone) -> LinkProfile {
        let count = zones.count
        switch max(from.number, to.number) - count {
        case 0: return .wifi(from.number < count ? .down : .up)
        case 1: return .mobile4G(from.number < count ? .down : .up)
        case 2: return .mobile5G(from.number < count ? .down : .up)
        default: return from == to ? .sameZone : .crossZone
        }
    }

    /// Everybody is connected when the run begins, and taps from then on.
    private func settle(_ accesses: [UInt8], until end: Instant) {
        let book = Chain.PhoneBook(people: accesses.count, until: end, peers, seed: cluster.world.seed)
        let phones: Addresses<Chain.Phone> = cluster.add(
            count: accesses.count, in: Zone(number: Self.zones.count)
        ) { socket, number in Chain.Phone(socket: socket, book: book, user: User(UInt32(number))) }
        for (number, phone) in phones.enumerated() {
            let user = User(UInt32(number))
            let zone = Zone(number: Self.zones.count + Int(accesses[number]))
            ledger.take(.appOpened(DeviceID(of: user, 0)), at: .start)
            let (gateway, host) = (peers.gateways.serving(user), peers.hosts.serving(user))
            guard let toGateway = cluster.connect(phone, in: zone, to: gateway),
                let toHost = cluster.connect(phone, in: zone, to: host, count: 1)
            else { preconditionFailure("a machine takes no more lines") }
            cluster.preload(.hello(user, toGateway), into: gateway)
            cluster.preload(.hello(user, toHost), into: host)
            let first = Instant.start + cluster.world.inspect(phone) { $0.nextTap() }!
            if first < end { cluster.leave(Chain.Phone.tap, for: phone, at: first) }
        }
    }

    /// How much each role has handled, in the order of a letter's way.
    package var handled: [(role: String, count: UInt64)] {
        func row<P: Chain.Hop>(_ parts: Endpoints<P>) -> (role: String, count: UInt64) {
            (
                cluster.inspect(parts[0]) { $0.seat.role }!,
                parts.reduce(0) { sum, part in sum + cluster.inspect(part) { $0.handled }! }
            )
        }
        return [
            row(peers.gateways), row(peers.newMessageServices), row(peers.messageLog), row(peers.generators),
            row(peers.cache), row(peers.recipientLog), row(peers.consumers), row(peers.connectionServices),
            row(peers.assigners), row(peers.hosts), row(peers.messageServices), row(peers.store),
        ]
    }

    // MARK: Running

    package var events: UInt64 { cluster.world.eventNumber }

    func run(until end: Instant) { cluster.run(until: end) }

    /// When nobody taps any more, and long enough for all that was tapped.
    package func finish(at end: Instant) {
        run(until: end)
        ledger.finish(at: end)
    }

    /// Acceptances, showings and confirmations that never came, when it is over.
    package var missing: UInt64 { outcomes.missing }

    /// In ms.
    func delivery(_ percentile: Percentile) -> Double {
        Double(outcomes.delivery.value(at: percentile) ?? 0) / 1e6
    }

    /// Of a world that was told to count them.
    package var eventCounts: EventCounts {
        guard case .tally(let tally) = cluster.world.recording else { return EventCounts() }
        return EventCounts(tally, events: events, letters: ledger.counts.taps)
    }
}

/// What came of letters, by the ledger's samples.
private final class Outcomes {
    let delivery = FineHistogram()
    var missing: UInt64 = 0
}
