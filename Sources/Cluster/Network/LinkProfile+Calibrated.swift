import Simulation
import Vocabulary

/// Links as they were measured. Delays go one way: half of the calibrated round trip, as are their
/// percentiles.
extension LinkProfile {
    /// `net.rtt.sameHost`: 0.03 ms over a Unix socket, in Redis' documentation of latency.
    public static let sameHost = LinkProfile(delay: .delay(.microseconds(15)))

    /// `net.rtt.sameRack`: 0.1 ms, p99 0.5 ms, by rule between host and zone; `net.loss.dc`: 10⁻⁵, by rule.
    public static let sameRack = insideRegion(median: .microseconds(50), p99: .microseconds(250))

    /// `net.rtt.sameZone`: 0.25 ms, best of 50 pings on xkyle.com, *Measuring AWS Region and AZ Latency*; p99
    /// 1 ms by rule.
    public static let sameZone = insideRegion(median: .microseconds(125), p99: .microseconds(500))

    /// `net.rtt.crossZone`: 0.8 ms, flashgrid.io, *Latencies between AWS Availability Zones*; p99 2.5 ms by
    /// rule.
    public static let crossZone = insideRegion(median: .microseconds(400), p99: .microseconds(1_250))

    private static func insideRegion(median: Span, p99: Span) -> LinkProfile {
        LinkProfile(delay: .delay(median: median, p99: p99), loss: .independent(Bernoulli(1e-5)))
    }

    /// `net.rtt.region[a][b]`: round trips of ten AWS regions, measured in 2017, on
    /// acomputerscientistlearnsaws.blogspot.com, *AWS Regions*; p99 1.1 of the median and
    /// `net.loss.interRegion` 10⁻⁴ by rule. From a region to itself: between its zones, with the spread that
    /// `crossZone` has.
    public static func between(_ a: Region, _ b: Region) -> LinkProfile {
        let roundTrip = Region.roundTrips[a.rawValue][b.rawValue]
        let median = Span(roundingNanoseconds: roundTrip * 1e6 / 2)
        if a == b { return insideRegion(median: median, p99: median * 25 / 8) }
        return LinkProfile(
            delay: .delay(median: median, p99: median * 11 / 10), loss: .independent(Bernoulli(1e-4)))
    }

    /// The regions of the calibrated table.
    public enum Region: Int, CaseIterable, Sendable {
        case usEast, usWest, euWest, apSoutheast, saEast

        fileprivate static let roundTrips: [[Double]] = [  // ms
            [0.8, 88, 80.5, 216.7, 119.5],
            [88, 0.8, 137, 161.4, 182.7],
            [80.5, 137, 0.8, 238.5, 191.3],
            [216.7, 161.4, 238.5, 0.8, 328.1],
            [119.5, 182.7, 191.3, 328.1, 2.0],
        ]
    }

    /// Seen from the phone.
    public enum AccessDirection: CaseIterable, Sendable {
        case up, down
    }

    /// `access.rtt.4g`: 60 ms to the nearest region, Ookla's medians by telecompetitor.com; p99 400 ms by
    /// rule. `access.bw`:
    /// 30 down by rule, 8 up by Opensignal. `access.loss.4g`: 0.3 %, Codavel's performance report, each way.
    public static func mobile4G(_ direction: AccessDirection) -> LinkProfile {
        LinkProfile(
            delay: .delay(median: .milliseconds(30), p99: .milliseconds(200)),
            loss: .independent(Bernoulli(0.003)),
            bandwidth: Bandwidth(.megabitsPerSecond(direction == .down ? 30 : 8)))
    }

    /// `access.rtt.5g`: 50 ms, same articles; p99 300 ms by rule. `access.bw`: 113 down, 15.6 up. Its loss is
    /// not calibrated: that of 4G stands in.
    public static func mobile5G(_ direction: AccessDirection) -> LinkProfile {
        LinkProfile(
            delay: .delay(median: .milliseconds(25), p99: .milliseconds(150)),
            loss: .independent(Bernoulli(0.003)),
            bandwidth: Bandwidth(.kilobitsPerSecond(direction == .down ? 113_000 : 15_600)))
    }

    /// `access.rtt.wifi`: a fixed line of 16 ms (Ookla) and a hop of 3 ms, p90 20 ms, p99 250 ms (Sui and
    /// others, *WiFiSeer*, MobiSys 2016). `access.bw`: 90 down, 19 up. `access.loss.wifi`: 0.2 %, Codavel,
    /// each way.
    ///
    /// A table, because a lognormal hop through 3 and 250 ms would have its p90 at 34 ms. Its ends, a hop of
    /// 1 ms and of 500 ms, are judgement.
    public static func wifi(_ direction: AccessDirection) -> LinkProfile {
        let line = 8.0  // ms, one way, as are the hops
        let hops = [(0, 0.5), (0.5, 1.5), (0.9, 10), (0.99, 125), (1, 250)]
        return LinkProfile(
            delay: .table(QuantileTable(hops.map { (share: $0.0, value: (line + $0.1) * 1e6) })),
            loss: .independent(Bernoulli(0.002)),
            bandwidth: Bandwidth(.megabitsPerSecond(direction == .down ? 90 : 19)))
    }
}
