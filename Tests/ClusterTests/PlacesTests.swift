import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("cluster: finding machines")
struct PlacesTests {
    /// Four workers in each of three zones; machines are numbered in this order.
    private func world() -> Cluster {
        let cluster = Cluster(
            seed: 1, zones: ["eu-a", "eu-b", "us-a"], regions: ["eu", "eu", "us"]
        ) { _, _ in LinkProfile() }
        let wire = Bandwidth(.gigabitsPerSecond(8))
        for zone in 0..<3 {
            _ = cluster.add(
                "worker", count: 4, on: Hardware(processor: nil, uplink: wire, downlink: wire),
                in: Zone(number: zone)
            ) { seat, _ in Worker(seat: seat) }
        }
        return cluster
    }

    @Test("a role, some of it by number, a zone, a region")
    func places() throws {
        let cluster = world()
        #expect(try cluster.find(.role("worker")) == cluster.allMachines)
        #expect(try cluster.find(.role("worker")).count == 12)
        #expect(try cluster.find(.zone("eu-b")) == cluster.machines(in: Zone(number: 1)))
        #expect(try cluster.find(.parts(of: "worker", 4...7)) == cluster.machines(in: Zone(number: 1)))
        let both = cluster.machines(in: Zone(number: 0)).union(cluster.machines(in: Zone(number: 1)))
        #expect(try cluster.find(.region("eu")) == both)
        #expect(try cluster.find(.region("us")) == cluster.allMachines.subtracting(both))
        #expect(cluster.region(of: Zone(number: 2)) == "us")
    }

    @Test("without regions, every zone is one")
    func noRegions() {
        #expect(Cluster(seed: 1, zones: ["a", "b"]) { _, _ in LinkProfile() }.regions == ["a", "b"])
    }

    /// A quarter of 8 is 2; a hundredth is less than one, and one is taken.
    @Test("some of them are drawn, by the name of the fault that they are for")
    func picks() throws {
        let cluster = world()
        let eu = try cluster.find(.region("eu"))
        for (pick, count) in [
            (Pick.number(3), 3), (.share(0.25), 2), (.share(0.01), 1), (.share(0), 0), (.all, 8),
        ] {
            let found = try cluster.find(.region("eu"), pick: pick, for: "split")
            #expect(found.count == count)
            #expect(found.subtracting(eu).isEmpty)
            #expect(try found == world().find(.region("eu"), pick: pick, for: "split"))
        }
        let drawn = try (1...200).map {
            try cluster.find(.region("eu"), pick: .number(1), for: "fault \($0)")
        }
        #expect(Set(drawn).count == 8)
    }

    @Test("what is not there is said, with what may have been meant")
    func errors() {
        func text(_ place: Whereabouts, _ pick: Pick = .all) -> String {
            do { return "\(try world().find(place, pick: pick).count) machines" } catch { return "\(error)" }
        }
        #expect(text(.role("woker")) == "there is no role 'woker'; did you mean 'worker'?")
        #expect(text(.zone("eu-c")) == "there is no zone 'eu-c'; did you mean 'eu-a'?")
        #expect(text(.region("asia")) == "there is no region 'asia'")
        #expect(text(.parts(of: "worker", 8...12)) == "'worker[8..12]' reaches past the last machine, 11")
        #expect(text(.zone("us-a"), .number(5)) == "5 machines are asked for, and there are 4")
    }
}
