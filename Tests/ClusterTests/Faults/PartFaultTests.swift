import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("cluster: faults of parts")
struct PartFaultTests {
    @Test("an order takes effect at once, and is taken back")
    func errors() {
        let hall = EchoHall()
        for time in [0, 100, 200] as [Int64] { hall.ask(at: .milliseconds(time)) }
        hall.cluster.plan(
            PartOrder("errors", to: hall.servers, .fail(perThousand: 1_000), healedBy: .fail(perThousand: 0)),
            at: .at(.milliseconds(50)), for: .milliseconds(100))
        #expect(
            hall.heard() == [
                "1: answer at 40000.608us", "2: error at 140000.608us", "3: answer at 240000.608us",
            ])
    }

    /// 300 of 1,000 answers are errors: of 400, 120, with a standard error of √(400 · 0.3 · 0.7) = 9.2.
    @Test("errors at a rate")
    func rate() {
        let hall = EchoHall()
        for number in 0..<400 { hall.ask(at: .milliseconds(Int64(100 * number))) }
        hall.cluster.plan(
            PartOrder("errors", to: hall.servers, .fail(perThousand: 300), healedBy: .fail(perThousand: 0)),
            at: .start, for: nil)
        let errors = hall.heard().count { $0.contains("error") }
        #expect(Chance.isNear(Double(errors), 120, standardError: 9.2))
    }

    @Test("an order that lasts is given to the next incarnation too; one that is an event is not")
    func incarnations() {
        let hall = EchoHall()
        hall.cluster.plan(
            PartOrder("errors", to: hall.servers, .fail(perThousand: 7), healedBy: .fail(perThousand: 0)),
            at: .at(.milliseconds(10)), for: .milliseconds(90))
        hall.cluster.plan(
            PartOrder("flush", to: hall.servers, .flush, healedBy: nil), at: .at(.milliseconds(20)), for: nil)
        func heard(until time: Int64) -> [String]? {
            _ = hall.cluster.run(until: .at(.milliseconds(time)))
            return hall.cluster.inspect(hall.servers[0]) { $0.ordersHeard }
        }
        hall.cluster.plan(Crash(hall.serverMachines), at: .at(.milliseconds(50)), for: .milliseconds(10))
        hall.cluster.plan(Crash(hall.serverMachines), at: .at(.milliseconds(150)), for: .milliseconds(10))
        #expect(heard(until: 40) == ["7 of 1000 fail from 10ms", "flushed at 20ms"])
        #expect(heard(until: 120) == ["7 of 1000 fail from 60ms", "0 of 1000 fail from 100ms"])
        #expect(heard(until: 200) == [])
    }

    /// A kilobyte for each question: the third makes 3 of 2 KB. It is answered, and then the server ends, at
    /// 230 ms; it is back at 280 ms. What is sent at 265 ms is there at 275 ms, 304 ns later for its 304 B, and refused: 10 ms
    /// back, and 92 B twice.
    @Test("a part that keeps more than its machine has is ended, and starts with nothing")
    func memory() {
        let hall = EchoHall(memory: MemoryLimit(.kilobytes(2), restartAfter: .milliseconds(50)))
        for time in [0, 100, 200, 265, 1_300] as [Int64] { hall.ask(at: .milliseconds(time)) }
        #expect(
            hall.heard() == [
                "1: answer at 40000.608us", "2: answer at 140000.608us", "3: answer at 240000.608us",
                "4: refused at 285000.488us", "5: answer at 1340000.608us",
            ])
        #expect(hall.cluster.inspect(hall.servers[0]) { $0.memoryOfMine.seen } == 1)
    }

    /// 2 KB from 150 ms on, 1 KB from 0 to 50 ms: neither is met by the two questions of 0 and 100 ms; the
    /// third one meets the first. A cache that is emptied in time keeps below it.
    @Test("less memory than usual, until it is healed")
    func shortage() {
        func seen(flushed: Bool) -> Int? {
            let hall = EchoHall()
            for time in [0, 100, 200] as [Int64] { hall.ask(at: .milliseconds(time)) }
            let limits = [
                MemoryLimit(.kilobytes(2), restartAfter: .milliseconds(5)),
                MemoryLimit(.kilobytes(1), restartAfter: .zero),
            ]
            hall.cluster.plan(
                MemoryShortage(hall.serverMachines, limits[0]), at: .at(.milliseconds(150)), for: .seconds(1))
            hall.cluster.plan(
                MemoryShortage(hall.serverMachines, limits[1]), at: .start, for: .milliseconds(50))
            if flushed {
                hall.cluster.plan(
                    PartOrder("flush", to: hall.servers, .flush, healedBy: nil), at: .at(.milliseconds(170)),
                    for: nil)
            }
            _ = hall.heard()
            return hall.cluster.inspect(hall.servers[0]) { $0.memoryOfMine.seen }
        }
        #expect(seen(flushed: false) == 0)
        #expect(seen(flushed: true) == 1)
    }
}
