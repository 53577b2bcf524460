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

    /// Of zones, by number.
    private struct ZonePair {
        var from: Int
        var to: Int

        func words(_ names: [String]) -> String {
            from == to ? "within \(names[from])" : "\(names[from]) to \(names[to])"
        }
    }

    private let rows: [ListedLink]
    private let hasRegions: Bool
    private let limitsBandwidth: Bool
    /// Rules that tell roles or machines apart, as the file has them.
    private let ruled: [[String]]

    init(of loaded: LoadedScenario, _ scenario: Scenario) {
        let layout = Layout(scenario)
        var plain = scenario
        plain.topology.links = []
        let bare = Layout(plain)
        let names = layout.zoneNames
        var rows: [ListedLink] = []
        func route(_ pair: ZonePair, _ layout: Layout) -> LinkRoute {
            layout.route(
                from: LinkEnd(zone: Zone(number: pair.from)), to: LinkEnd(zone: Zone(number: pair.to)))
        }
        /// Between servers of two regions there is nothing but the backbone.
        func profile(_ pair: ZonePair, _ layout: Layout) -> LinkProfile {
            let route = route(pair, layout)
            let hasAccess = [pair.from, pair.to].contains { layout.isOfDevices(Zone(number: $0)) }
            return hasAccess ? route.link : route.backbone ?? route.link
        }
        /// A row for all of them where they are alike, and one for each where they are not.
        func add(_ ends: String, _ pairs: [ZonePair], _ sources: String) {
            func row(_ ends: String, _ pair: ZonePair) -> ListedLink {
                let here = profile(pair, layout)
                return ListedLink(
                    ends: ends, profile: here,
                    origin: here == profile(pair, bare) ? sources : "topology.links")
            }
            guard let first = pairs.first else { return }
            let areAlike = pairs.allSatisfy { profile($0, layout) == profile(first, layout) }
            rows += areAlike ? [row(ends, first)] : pairs.map { row($0.words(names), $0) }
        }
        func zones(of region: Int) -> Range<Int> {
            region * layout.zoneCount..<(region + 1) * layout.zoneCount
        }
        for (region, name) in layout.regions.enumerated() {
            let here = zones(of: region)
            let others = layout.regions.indices.filter { $0 != region }
            for (place, access) in layout.accesses.enumerated() {
                let device =
                    layout.regions.count * layout.zoneCount + region * layout.accesses.count + place
                let word = access.rawValue
                let sources = "access.rtt.\(word)"
                let phones = "phones in \(name), \(word)"
                func addWays(_ direction: String, _ far: String, _ pair: (Int) -> ZonePair) {
                    let near = here.map(pair)
                    add("\(phones), \(direction)", near, sources)
                    // Of the ways to other regions those of which a rule says it all, or something of its own.
                    for other in others {
                        let ends = "\(phones), \(direction) \(far) \(layout.regions[other])"
                        let apart = zones(of: other).map(pair)
                        let whole = apart.filter { route($0, layout).backbone == nil }
                        let own = apart.filter {
                            let route = route($0, layout)
                            return route.backbone != nil && route.link != profile(near[0], layout)
                        }
                        add("\(ends), all of it", whole, sources)
                        add(ends, own, sources)
                    }
                }
                addWays("up", "to") { ZonePair(from: device, to: $0) }
                addWays("down", "from") { ZonePair(from: $0, to: device) }
            }
            let pairs = here.flatMap { from in here.map { ZonePair(from: from, to: $0) } }
            add("within a zone of \(name)", pairs.filter { $0.from == $0.to }, "net.rtt.sameZone")
            add("between zones of \(name)", pairs.filter { $0.from != $0.to }, "net.rtt.crossZone")
            for other in others where other > region {
                let there = here.flatMap { from in
                    zones(of: other).map { ZonePair(from: from, to: $0) }
                }
                let back = there.map { ZonePair(from: $0.to, to: $0.from) }
                add("\(name) to \(layout.regions[other]), and back", there + back, "net.rtt.region")
            }
        }
        hasRegions = layout.regions.count > 1
        limitsBandwidth = scenario.topology.links.contains { $0.profile.bandwidth != nil }
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
            + (hasRegions
                ? "  between a phone and another region lie both, where no row has all of it\n" : "")
            + (limitsBandwidth ? "  each two machines have the whole bandwidth for themselves\n" : "")
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
