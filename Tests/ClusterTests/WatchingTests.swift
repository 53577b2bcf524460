import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("cluster: watching")
struct WatchingTests {
    /// The butler has nothing to do; the second crash finds nobody who has come back.
    @Test("a crash has met work where it breaks a line of a device")
    func brokenLines() {
        let salon = Salon()
        let house = salon.cluster.machines(in: Salon.house)
        for second in [1, 2] as [Int64] {
            salon.cluster.plan(
                Crash(house), named: "\(second)", at: .at(.seconds(second)), for: .milliseconds(1))
        }
        #expect(salon.run() == .reachedEnd)
        #expect(salon.cluster.hits(ofFault: "1").atWork == 1)
        #expect(salon.cluster.hits(ofFault: "2").atWork == 0)
    }

    /// A question of 100 B is a segment of 152 B, and so is its answer; the refusal of a machine that is down
    /// is nothing.
    @Test("what a role sends, gets and throws away is counted")
    func roles() {
        let hall = EchoHall()
        hall.ask(at: .zero)
        _ = hall.heard()
        let (clients, servers) = (
            hall.cluster.traffic(of: hall.clients), hall.cluster.traffic(of: hall.servers)
        )
        #expect(
            [clients.sent, clients.sentBytes, clients.delivered, clients.deliveredBytes] == [1, 152, 1, 152])
        #expect(
            [servers.sent, servers.sentBytes, servers.delivered, servers.deliveredBytes] == [1, 152, 1, 152])

        let office = Office()
        office.cluster.plan(
            office.cluster.cutOff(office.cluster.machines(in: Office.far)), at: .start, for: nil)
        office.pass(1, at: .zero, to: office.farWorkers[0])
        #expect(office.run() == .reachedEnd)
        #expect(office.cluster.traffic(of: office.workers).dropped(.partitioned) == 1)
    }

    /// Asked for at 0, cut until 2.5 s: tried at 0, 1 and 3 s, so that two segments are sent again.
    @Test("what a stream sends again is counted for its sender")
    func retransmissions() {
        let hall = EchoHall()
        hall.cluster.plan(
            Partition(between: hall.clientMachines, and: hall.serverMachines), at: .start,
            for: .milliseconds(2_500))
        hall.ask(at: .zero)
        _ = hall.heard()
        #expect(hall.cluster.traffic(of: hall.clients).retransmitted == 2)
        #expect(hall.cluster.traffic(from: EchoHall.clientZone, to: EchoHall.serverZone).retransmitted == 2)
    }

    /// Busy from 10 to 15 ms. The disk does nothing, and the packet of 30 ms is sent into the partition.
    @Test("a fault meets work in progress, or does not")
    func encounters() {
        let office = Office()
        let cluster = office.cluster
        let (near, far) = (cluster.machines(of: office.workers), cluster.machines(of: office.farWorkers))
        office.work(1, costing: .milliseconds(5), at: .milliseconds(10), on: office.workers[0])
        for time in [12, 20] as [Int64] {
            cluster.plan(Pause(near), at: .at(.milliseconds(time)), for: .milliseconds(1))
            cluster.plan(DiskFault(near, .full), at: .at(.milliseconds(time)), for: .milliseconds(1))
        }
        cluster.plan(Crash(near), at: .at(.milliseconds(13)), for: .milliseconds(1))
        office.pass(1, at: .milliseconds(30), to: office.farWorkers[0])
        for time in [29, 40] as [Int64] {
            cluster.plan(
                Partition(between: near, and: far), at: .at(.milliseconds(time)), for: .milliseconds(5))
        }
        #expect(office.run() == .reachedEnd)
        func met(_ kind: String) -> [Int]? {
            cluster.encounters.first { $0.kind == kind && $0.role == "worker" }.map { [$0.hits, $0.met] }
        }
        #expect(met("pause") == [2, 1])
        #expect(met("disk") == [2, 0])
        #expect(met("crash") == [1, 1])
        #expect(met("partition") == [4, 2])
        // Each by itself: of two of a kind one met work, and the other did not.
        func hits(_ fault: String) -> [Int] {
            let hits = cluster.hits(ofFault: fault)
            return [hits.machines, hits.atWork]
        }
        #expect(["pause 1", "pause 2"].map(hits) == [[1, 1], [1, 0]])
        #expect(["partition 1", "partition 2"].map(hits) == [[2, 2], [2, 0]])
    }

    /// Asked for at 0 and answered at once; at 10 s the server is down, and what is asked for then has no answer.
    @Test("the calls of a role are known by whom it asked")
    func calls() throws {
        let hall = EchoHall()
        hall.cluster.plan(Crash(hall.serverMachines), at: .at(.seconds(10)), for: nil)
        hall.ask(at: .zero)
        hall.ask(at: .seconds(11))
        _ = hall.heard()
        let calls = try #require(hall.cluster.calls(by: "client").first)
        #expect(calls.callee == "server")
        #expect([calls.made, calls.unanswered, calls.count] == [2, 1, 2])
        #expect(hall.cluster.calls(by: "server").isEmpty)
        #expect(hall.cluster.calls(by: "nobody").isEmpty)
        #expect([calls.ignored, calls.requests, calls.replies] == [0, 2, 1])
    }

    /// Cut off from 10 s on, from a server that goes on: the answer to the second question is awaited for 2 s.
    @Test("a call that times out while who was asked is up is told from one to somebody who is down")
    func ignoredCalls() throws {
        let hall = EchoHall()
        hall.cluster.plan(
            Partition(between: hall.clientMachines, and: hall.serverMachines), at: .at(.seconds(10)), for: nil
        )
        hall.ask(at: .zero)
        hall.ask(at: .seconds(11))
        _ = hall.heard()
        let calls = try #require(hall.cluster.calls(by: "client").first)
        #expect([calls.made, calls.unanswered, calls.ignored] == [2, 1, 1])
        #expect([calls.requests, calls.replies] == [2, 1])
    }
}
