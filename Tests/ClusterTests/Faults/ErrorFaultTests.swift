import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("faults: errors")
struct ErrorFaultTests {
    /// Asked at 5 ms, there at 15 ms, and the error is back at 25 ms: the server's 20 ms of work are never begun.
    @Test("a call is answered with an error by the machine, and its part does not hear of it")
    func all() throws {
        let hall = EchoHall()
        hall.cluster.plan(ErrorFault(hall.serverMachines, share: 1), at: .start, for: .seconds(1))
        hall.ask(at: .milliseconds(5))
        hall.ask(at: .seconds(2))
        let heard = hall.heard()
        #expect(heard.map { $0.prefix { $0 != "." } } == ["1: failed at 25000", "2: answer at 2040000"])
        #expect(hall.cluster.inspect(hall.servers[0]) { $0.memoryOfMine.seen } == 1)
        #expect(hall.cluster.calls(OrderedAsk.self, by: hall.clients)?.failed(.failed) == 1)
        #expect(hall.cluster.encounters.map { [$0.hits, $0.met] } == [[1, 1]])
    }

    /// 2,000 calls to each of two servers, every tenth fails: 200 ± 4 · √(2,000 · 0.1 · 0.9) = 54.
    @Test("a share of calls fails, and which ones is each machine's own affair")
    func share() throws {
        func failures(second: Bool) -> [Int] {
            let hall = EchoHall(clients: 2, servers: 2, serverCost: .zero)
            hall.cluster.plan(
                ErrorFault(hall.serverMachines, share: 0.1), named: "errors", at: .start, for: nil)
            for number in 0..<2_000 {
                hall.ask(0, by: 0, at: .milliseconds(Int64(number)))
                if second { hall.ask(1, by: 1, at: .milliseconds(Int64(number))) }
            }
            return hall.heard(by: 0).enumerated().filter { $1.contains("failed") }.map(\.offset)
        }
        let (alone, together) = (failures(second: false), failures(second: true))
        #expect(alone == together)
        #expect(abs(alone.count - 200) < 54, "\(alone.count)")
    }

    @Test("datagrams and posts are no calls: nobody answers them")
    func others() {
        let office = Office()
        office.cluster.plan(
            ErrorFault(office.cluster.machines(of: office.farWorkers), share: 1), at: .start, for: nil)
        office.pass(1, at: .zero, to: office.farWorkers[0])
        #expect(office.run() == .reachedEnd)
        #expect(office.done(by: office.farWorkers[0]) == ["1 at 10ms"])
    }
}
