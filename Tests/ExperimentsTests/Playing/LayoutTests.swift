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
