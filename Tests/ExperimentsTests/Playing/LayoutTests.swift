import Chat
import Cluster
import Experiments
import Simulation
import Testing
import Vocabulary

@Suite("scenarios: zones and what lies between them")
struct LayoutTests {
    private func layout(_ more: String) throws -> Layout {
        let text = TestDesigns.least("\(more)").replacing(
            "count: 100", with: "count: 100, regions: { eu: 50%, us: 50% }, access: { wifi: 100% }")
        let loaded = TestDesigns.load(text)
        return Layout(try #require(loaded.scenario, "\(loaded.findings.text)"))
    }

    @Test("the only zone of a region bears its name; several have letters")
    func names() throws {
        #expect(try layout("").zoneNames == ["eu", "us", "eu wifi", "us wifi"])
        let two = try layout("topology: { zones: 2 }")
        #expect(two.zoneNames == ["eu/a", "eu/b", "us/a", "us/b", "eu wifi", "us wifi"])
        #expect(two.zoneRegions == ["eu", "eu", "us", "us", "eu", "us"])
        #expect(two.serverZones.map { $0.map(\.number) } == [[0, 1], [2, 3]])
        #expect(two.deviceZones.map(\.number) == [4, 5])
    }

    /// Machines 0 to 4 of a role, over two zones in each of two regions.
    @Test("a role is spread as it says, each machine by its number")
    func placement() throws {
        let zones = try layout("topology: { zones: 2 }").serverZones
        func numbers(_ placement: Placement) -> [Int] {
            (0..<5).map { placement.zone(of: $0, in: zones).number }
        }
        #expect(numbers(.oneZone) == [0, 0, 0, 0, 0])
        #expect(numbers(.zones) == [0, 1, 0, 1, 0])
        #expect(numbers(.regions) == [0, 2, 1, 3, 0])
    }

    @Test("between zones of a region lies what was measured there, between regions the backbone too")
    func routes() throws {
        let layout = try layout("topology: { zones: 2 }")
        func route(_ from: Int, _ to: Int) -> LinkRoute {
            layout.route(from: LinkEnd(zone: Zone(number: from)), to: LinkEnd(zone: Zone(number: to)))
        }
        #expect(route(0, 0) == LinkRoute(.sameZone))
        #expect(route(0, 1) == LinkRoute(.crossZone))
        #expect(route(0, 2) == LinkRoute(LinkProfile(), backbone: .between(.euWest, .usEast)))
        #expect(route(4, 1) == LinkRoute(.wifi(.up)))
        #expect(route(4, 2) == LinkRoute(.wifi(.up), backbone: .between(.euWest, .usEast)))
    }

    /// What the rule leaves out stays: the loss of the backbone, and the access network. Zones 0 and 1 are eu and us, 3
    /// is the wifi of us. A rule that names devices has all that lies before them, where it says what the delay is.
    @Test("a rule between regions is about the backbone, and phones have their access network on top")
    func backboneRules() throws {
        func route(_ from: Int, _ to: Int, _ rules: String) throws -> LinkRoute {
            try layout("topology: { links: { \(rules) } }").route(
                from: LinkEnd(zone: Zone(number: from)), to: LinkEnd(zone: Zone(number: to)))
        }
        var backbone = LinkProfile.between(.euWest, .usEast)
        backbone.bandwidth = Bandwidth(.kilobitsPerSecond(100))
        let narrow = "\"@eu <-> @us\": { bandwidth: 100kbit/s }"
        #expect(try route(0, 1, narrow) == LinkRoute(LinkProfile(), backbone: backbone))
        #expect(try route(3, 0, narrow) == LinkRoute(.wifi(.up), backbone: backbone))
        backbone = .between(.euWest, .usEast)
        backbone.delay = .delay(.milliseconds(40))
        let far = "\"@eu <-> @us\": { delay: 40ms }"
        #expect(try route(1, 0, far) == LinkRoute(LinkProfile(), backbone: backbone))
        #expect(try route(0, 3, far) == LinkRoute(.wifi(.down), backbone: backbone))
        #expect(try route(3, 1, far) == LinkRoute(.wifi(.up)))
        var access = LinkProfile.wifi(.up)
        access.delay = .delay(.milliseconds(5))
        access.floor = .zero
        let near = "\"client <-> *\": { delay: 5ms }"
        #expect(try route(3, 0, near) == LinkRoute(access))
        #expect(try route(3, 0, "\(far), \(near)") == LinkRoute(access, backbone: backbone))
        #expect(try route(3, 0, "\(near), \(far)") == LinkRoute(access, backbone: backbone))
    }

    /// The rule for a zone, then one for the machines of a role, then one for one of them.
    @Test("a rule holds for whom it names, and of several the last")
    func rules() throws {
        let layout = try layout(
            """
            topology:
              zones: 2
              cache: { count: 2 }
              links:
                "@eu/a <-> @eu/b": { delay: 1ms }
                "chat-host -> cache@eu/b": { delay: 2ms }
                "chat-host[2] -> cache": { loss: 5% }
            """)
        #expect(layout.tellsEndsApart)
        func route(_ role: String?, _ number: Int, _ other: String?) -> LinkProfile {
            layout.route(
                from: LinkEnd(zone: Zone(number: 0), role: role, number: number),
                to: LinkEnd(zone: Zone(number: 1), role: other)
            ).link
        }
        var usual = LinkProfile.crossZone
        usual.delay = .delay(.milliseconds(1))
        #expect(route(nil, 0, nil) == usual)
        #expect(route("cache", 0, "chat-host") == usual)
        usual.delay = .delay(.milliseconds(2))
        #expect(route("chat-host", 1, "cache") == usual)
        usual.loss = .independent(Bernoulli(0.05))
        #expect(route("chat-host", 2, "cache") == usual)
    }

    @Test(
        "targets of zones are read and written alike",
        arguments: ["@eu/b", "chat-host@eu/b", "chat-host@eu", "chat-host[2]@eu/b", "chat-host[0..3]@us/a"])
    func targets(text: String) throws { #expect(try Target(reading: text).written == text) }
}
