import Cluster
import Simulation
import Testing
import Vocabulary

/// 10 ms there, 20 ms of work and 10 ms back. A question and an answer take 152 B each, out of one interface
/// and into the other: 608 ns in all. Whoever is refused or reset learns it after 20 ms.
@Suite("cluster: faults of connections")
struct ConnectionFaultTests {
    /// The question is being worked on at 15 ms; its answer comes for a call that has ended.
    @Test("a reset fails the calls that are open over the connection, and the next one opens another")
    func reset() throws {
        let hall = EchoHall()
        hall.ask(at: .zero)
        hall.ask(at: .milliseconds(50))
        hall.cluster.plan(
            ConnectionLoss(between: hall.serverMachines, and: hall.clientMachines, .reset),
            at: .at(.milliseconds(15)), for: nil)
        #expect(hall.heard() == ["1: reset at 15ms", "2: answer at 90000.608us"])
        let meter = try #require(hall.cluster.calls(OrderedAsk.self, by: hall.clients))
        #expect(meter.lateReplies == 1)
        #expect(meter.ended == 2)
    }

    /// The second question waits behind the first, which is cut off, when both are reset.
    @Test("a reset takes along what waits to be sent")
    func resetWaiting() {
        let hall = EchoHall()
        hall.cluster.plan(
            Partition(between: hall.clientMachines, and: hall.serverMachines), at: .start,
            for: .milliseconds(60))
        hall.ask(at: .milliseconds(10))
        hall.ask(at: .milliseconds(20))
        hall.cluster.plan(
            ConnectionLoss(between: hall.clientMachines, and: hall.serverMachines, .reset),
            at: .at(.milliseconds(50)), for: nil)
        hall.ask(at: .milliseconds(100))
        #expect(hall.heard() == ["1: reset at 50ms", "2: reset at 50ms", "3: answer at 140000.608us"])
    }

    @Test("who has forgotten a connection says so when it is used, and not before")
    func halfOpen() {
        let hall = EchoHall()
        for time in [0, 60, 100] as [Int64] { hall.ask(at: .milliseconds(time)) }
        hall.cluster.plan(
            ConnectionLoss(between: hall.serverMachines, and: hall.clientMachines, .halfOpen),
            at: .at(.milliseconds(50)), for: nil)
        #expect(
            hall.heard() == ["1: answer at 40000.608us", "2: reset at 80ms", "3: answer at 140000.608us"])
    }

    @Test("whoever refuses connections keeps those that are open")
    func refused() {
        func hear(refusedAt start: Int64) -> [String] {
            let hall = EchoHall()
            for time in [5, 60, 200] as [Int64] { hall.ask(at: .milliseconds(time)) }
            hall.cluster.plan(
                ConnectionFault(hall.serverMachines, .refused), at: .at(.milliseconds(start)),
                for: .milliseconds(100))
            return hall.heard()
        }
        #expect(
            hear(refusedAt: 0) == ["1: refused at 25ms", "2: refused at 80ms", "3: answer at 240000.608us"])
        #expect(
            hear(refusedAt: 50) == [
                "1: answer at 45000.608us", "2: answer at 100000.608us", "3: answer at 240000.608us",
            ])
    }

    /// One connection at a time: the second client gets none, until that of the first has been reset.
    @Test("a machine opens no more connections than its limit")
    func limited() {
        let hall = EchoHall(clients: 2, connectionLimit: 1)
        hall.ask(by: 0, at: .zero)
        for time in [1, 150] as [Int64] { hall.ask(by: 1, at: .milliseconds(time)) }
        hall.cluster.plan(
            ConnectionLoss(
                between: hall.cluster.machines(of: hall.clients.prefix(1)), and: hall.serverMachines, .reset),
            at: .at(.milliseconds(100)), for: nil)
        #expect(hall.heard(by: 0) == ["1: answer at 40000.608us"])
        #expect(hall.heard(by: 1) == ["1: refused at 21ms", "2: answer at 190000.608us"])
    }

    /// Limits of one and of none overlap from 20 to 40 ms; the one that is open goes on.
    @Test("two limits heal independently, and the lower one holds")
    func limits() {
        let hall = EchoHall(clients: 4)
        hall.cluster.plan(
            ConnectionFault(hall.serverMachines, .limited(to: 1)), at: .start, for: .milliseconds(40))
        hall.cluster.plan(
            ConnectionFault(hall.serverMachines, .limited(to: 0)), at: .at(.milliseconds(20)),
            for: .milliseconds(100))
        hall.ask(by: 0, at: .zero)
        hall.ask(by: 1, at: .milliseconds(10))
        hall.ask(by: 0, at: .milliseconds(25))
        hall.ask(by: 2, at: .milliseconds(50))
        hall.ask(by: 3, at: .milliseconds(120))
        #expect(hall.heard(by: 0) == ["1: answer at 40000.608us", "2: answer at 65000.608us"])
        #expect(hall.heard(by: 1) == ["1: refused at 30ms"])
        #expect(hall.heard(by: 2) == ["1: refused at 70ms"])
        #expect(hall.heard(by: 3) == ["1: answer at 160000.608us"])
    }

    /// Asked at 0 and worked on by the client until 10 ms, the answer is there at 50 ms: a core works until
    /// 55 ms, and one more waits, which is as many as may. The answer waits too: 55 + 10 + 10 ms.
    @Test("an answer finds room in the full queue of its caller")
    func fullQueue() {
        let hall = EchoHall(clientCost: .milliseconds(10), clientQueue: 1)
        for time in [0, 45, 46, 47] as [Int64] { hall.ask(at: .milliseconds(time)) }
        #expect(hall.heard().first == "1: answer at 75ms")
        #expect(hall.cluster.calls(OrderedAsk.self, by: hall.clients)?.made == 3)
    }
}
