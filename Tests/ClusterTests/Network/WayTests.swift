import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("cluster: what lies between roles")
struct WayTests {
    /// Workers of four roles in two zones. What lies between the zones loses a fifth and varies.
    private struct Rooms {
        static let near = Zone(number: 0)
        static let far = Zone(number: 1)
        static let rough = LinkProfile(
            delay: .delay(median: .milliseconds(10), p99: .milliseconds(30)),
            loss: .independent(Bernoulli(0.2)))

        let cluster: Cluster
        let senders: [String: Endpoints<Worker>]  // looked up only, never iterated
        let receivers: [String: Endpoints<Worker>]  // likewise

        init(route: ((LinkEnd, LinkEnd) -> LinkRoute)? = nil) {
            let usual: (LinkEnd, LinkEnd) -> LinkRoute = {
                LinkRoute($0.zone == $1.zone ? LinkProfile() : Self.rough)
            }
            cluster = Cluster(
                seed: 1, zones: ["near", "far"], tellsEndsApart: route != nil, route: route ?? usual)
            let wire = Bandwidth(.gigabitsPerSecond(8))
            let hardware = Hardware(processor: nil, uplink: wire, downlink: wire)
            var (senders, receivers) = ([String: Endpoints<Worker>](), [String: Endpoints<Worker>]())
            for pair in ["a", "c"] {
                senders[pair] = cluster.add("from-\(pair)", count: 2, on: hardware, in: Self.near) {
                    seat, _ in
                    Worker(seat: seat)
                }
                receivers[pair] = cluster.add("to-\(pair)", count: 2, on: hardware, in: Self.far) { seat, _ in
                    Worker(seat: seat)
                }
            }
            (self.senders, self.receivers) = (senders, receivers)
            for number in 0..<200 {
                for (pair, sender) in [("a", 0), ("c", 0), ("c", 1), ("a", 1)] {
                    cluster.deliver(
                        .pass(number, cost: .zero, to: receivers[pair]![sender], size: .bytes(100)),
                        to: senders[pair]![sender], at: .at(.milliseconds(Int64(number))))
                }
            }
        }

        func group(_ endpoints: Endpoints<Worker>...) -> LinkGroup {
            LinkGroup(endpoints.reduce(MachineSet.empty) { $0.union(cluster.machines(of: $1)) })
        }

        /// What a receiver got, and when.
        func got(_ pair: String, _ number: Int) -> [Worker.Done] {
            _ = cluster.run(until: .at(.seconds(10)))
            return cluster.inspect(receivers[pair]![number]) { $0.done } ?? []
        }
    }

    /// A second copy of all, a fifth more that is lost, 5 ms more: each changes what it hits, and nothing else.
    @Test("a fault between two roles leaves what others send over the same link as it is, to the bit")
    func others() {
        let usual = Rooms()
        let (a, c) = ([usual.got("a", 0), usual.got("a", 1)], [usual.got("c", 0), usual.got("c", 1)])
        #expect(a[0] != c[0])
        for profile in [
            LinkProfile(duplication: Bernoulli(1)), LinkProfile(loss: .independent(Bernoulli(0.2))),
            LinkProfile(delay: .delay(.milliseconds(5))),
            LinkProfile(
                loss: .bursts(GilbertElliott(worsens: Bernoulli(0.1), recovers: Bernoulli(0.5)))),
        ] {
            let rooms = Rooms()
            let (senders, receivers) = (rooms.group(rooms.senders["a"]!), rooms.group(rooms.receivers["a"]!))
            rooms.cluster.plan(
                LinkFault(on: [.init(from: senders, to: receivers)], profile), at: .at(.milliseconds(50)),
                for: .milliseconds(100))
            #expect([rooms.got("c", 0), rooms.got("c", 1)] == c)
            #expect(rooms.got("a", 0) != a[0])
            #expect(rooms.got("a", 1) != a[1])
            // What was sent before it began, or after it was healed.
            func outside(_ all: [Worker.Done]) -> [Worker.Done] {
                all.filter { !(50..<150).contains($0.number) }
            }
            #expect(outside(rooms.got("a", 0)) == outside(a[0]))
        }
    }

    @Test("a fault of one machine leaves the others of its role as they are")
    func oneMachine() {
        let usual = Rooms()
        let rooms = Rooms()
        let one = LinkGroup(rooms.cluster.machines(of: [rooms.senders["a"]![0]]))
        let all = LinkGroup(zones: [Rooms.far])
        rooms.cluster.plan(
            LinkFault.delay(on: [.init(from: one, to: all)], .delay(.milliseconds(5))), at: .start, for: nil)
        #expect(
            rooms.got("a", 0)
                == usual.got("a", 0).map {
                    Worker.Done(number: $0.number, time: $0.time + .milliseconds(5))
                })
        #expect(rooms.got("a", 1) == usual.got("a", 1))
    }

    /// From 50 ms on 5 ms, from 100 ms on 7 ms more, until 150 ms the first: both, then the second alone.
    @Test("faults on parts of the same link add up where they meet, and each is healed on its own")
    func overlapping() {
        let usual = Rooms().got("a", 0)
        let rooms = Rooms()
        let (role, zone) = (rooms.group(rooms.senders["a"]!), LinkGroup(zones: [Rooms.near]))
        let far = LinkGroup(zones: [Rooms.far])
        rooms.cluster.plan(
            LinkFault.delay(on: [.init(from: role, to: far)], .delay(.milliseconds(5))),
            at: .at(.milliseconds(50)), for: .milliseconds(100))
        rooms.cluster.plan(
            LinkFault.delay(on: [.init(from: zone, to: far)], .delay(.milliseconds(7))),
            at: .at(.milliseconds(100)), for: .milliseconds(100))
        #expect(
            rooms.got("a", 0)
                == usual.map {
                    let more: Int64 = [0, 5, 12, 7][$0.number / 50]
                    return Worker.Done(number: $0.number, time: $0.time + .milliseconds(more))
                }.sorted { ($0.time, $0.number) < ($1.time, $1.number) })
    }

    @Test("what lies between two roles may be another thing than what lies between their zones")
    func rules() {
        let usual = Rooms().got("c", 0)
        let rooms = Rooms { from, to in
            if from.zone == to.zone { return LinkRoute(LinkProfile()) }
            guard from.role == "from-a", to.number == 1 else { return LinkRoute(Rooms.rough) }
            return LinkRoute(LinkProfile(delay: .delay(.milliseconds(1))))
        }
        // 100 B take 100 ns out and 100 ns in.
        #expect(rooms.got("a", 1).prefix(2).map(\.description) == ["0 at 1000.2us", "1 at 2000.2us"])
        #expect(rooms.got("a", 1).count == 200)
        #expect(rooms.got("c", 0) == usual)
    }
}
