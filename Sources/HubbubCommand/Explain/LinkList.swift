internal import Cluster
internal import Experiments
import Results
import Vocabulary

/// What lies between two ends, before any fault: delay, loss and bandwidth of each kind of link, and who says
/// so. They decide most medians.
///
///       phones in eu, wifi, up   9.5ms, p99 133ms   loses 0.2%   19Mbit/s   access.rtt.wifi
struct LinkList {
    private struct ListedLink {
        var ends: String
        var profile: LinkProfile
        var origin: String
    }

    private let rows: [ListedLink]
    /// Rules that tell roles or machines apart, as the file has them.
    private let ruled: [[String]]

    init(of loaded: LoadedScenario, _ scenario: Scenario) {
        let layout = Layout(scenario)
        var plain = scenario
        plain.topology.links = []
        let bare = Layout(plain)
        var rows: [ListedLink] = []
        func add(_ ends: String, _ from: Int, _ to: Int, _ sources: String, isBackbone: Bool = false) {
            // Where the file says what the delay between regions is, there is no stretch of its own.
            func profile(_ layout: Layout) -> LinkProfile {
                let route = layout.route(
                    from: LinkEnd(zone: Zone(number: from)), to: LinkEnd(zone: Zone(number: to)))
                return isBackbone ? route.backbone ?? route.link : route.link
            }
            let here = profile(layout)
            rows.append(
                ListedLink(
                    ends: ends, profile: here,
                    origin: here == profile(bare) ? sources : "topology.links"))
        }
        let zones = layout.zoneCount
        for (region, name) in layout.regions.enumerated() {
            let first = region * zones
            for (place, access) in layout.accesses.enumerated() {
                let device = layout.regions.count * zones + region * layout.accesses.count + place
                let word = access.rawValue
                let sources = "access.rtt.\(word)"
                add("phones in \(name), \(word), up", device, first, sources)
                add("phones in \(name), \(word), down", first, device, sources)
            }
            add("within a zone of \(name)", first, first, "net.rtt.sameZone")
            if zones > 1 {
                add("between zones of \(name)", first, first + 1, "net.rtt.crossZone")
            }
            for (other, there) in layout.regions.enumerated() where other > region {
                add(
                    "\(name) to \(there), and back", first, other * zones,
                    "net.rtt.region", isBackbone: true)
            }
        }
        self.rows = rows
        ruled =
            layout.tellsEndsApart
            ? loaded.values.filter { $0.path.hasPrefix("topology.links.") }.map {
                [String($0.path.dropFirst("topology.links.".count)), $0.text, $0.origin.description]
            } : []
    }

    var text: String {
        table(rows.map { [$0.ends] + Self.words($0.profile) + [$0.origin] })
            + "  losses by access.loss, net.loss.dc and net.loss.interRegion, bandwidths by access.bw\n"
            + (ruled.isEmpty ? "" : "  and by rules of the file:\n" + table(ruled, indent: 4))
    }

    private static func delay(_ profile: LinkProfile, _ share: Double) -> Span {
        max(profile.floor, Span(nanoseconds: Int64(profile.delay.quantile(share).rounded())))
    }

    private static func words(_ profile: LinkProfile) -> [String] {
        let (half, most) = (delay(profile, 0.5), delay(profile, 0.99))
        return [
            half == most ? shortText(half) : "\(shortText(half)), p99 \(shortText(most))",
            "loses \(significant(profile.loss.mean * 100))%",
            profile.bandwidth.map { $0.rate.description } ?? "unlimited",
        ]
    }

    var json: JSON {
        .array(
            rows.map { row in
                .object([
                    ("ends", .string(row.ends)),
                    ("delay_p50_ns", .integer(UInt64(Self.delay(row.profile, 0.5).nanoseconds))),
                    ("delay_p99_ns", .integer(UInt64(Self.delay(row.profile, 0.99).nanoseconds))),
                    ("loss", .number(row.profile.loss.mean)),
                    (
                        "bits_per_second",
                        row.profile.bandwidth.map { .integer(UInt64($0.rate.bitsPerSecond)) } ?? .null
                    ),
                    ("origin", .string(row.origin)),
                ])
            })
    }
}
