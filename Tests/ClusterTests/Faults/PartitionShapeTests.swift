import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("cluster: shapes of partitions")
struct PartitionShapeTests {
    /// Who of `names` reaches whom: every worker sends to every other one at 1 ms and at 20 ms; the partition
    /// lasts from 0 to 10 ms.
    private func reached(
        _ office: Office, _ workers: [Endpoint<Worker>], during partition: Partition
    ) -> (during: Set<String>, after: Int) {
        office.cluster.plan(partition, at: .start, for: .milliseconds(10))
        for (from, source) in workers.enumerated() {
            for (to, target) in workers.enumerated() where from != to {
                office.pass(10 * from + to, at: .milliseconds(1), from: source, to: target)
                office.pass(100 + 10 * from + to, at: .milliseconds(20), from: source, to: target)
            }
        }
        #expect(office.run() == .reachedEnd)
        let arrived = workers.flatMap { office.cluster.inspect($0) { $0.done.map(\.number) } ?? [] }
        let during = Set(arrived.filter { $0 < 100 }.map { "\($0 / 10)-\($0 % 10)" })
        return (during, arrived.count { $0 >= 100 })
    }

    @Test("a partial partition: A and B, B and C reach each other, A and C do not")
    func partial() {
        let office = Office(workers: 3)
        let (a, c) = (
            office.cluster.machines(of: [office.workers[0]]), office.cluster.machines(of: [office.workers[2]])
        )
        let reached = reached(office, Array(office.workers), during: Partition(between: a, and: c))
        #expect(reached.during == ["0-1", "1-0", "1-2", "2-1"])
        #expect(reached.after == 6)
    }

    @Test("one that is isolated reaches nobody, and nobody reaches it")
    func isolated() {
        let office = Office(workers: 3)
        let reached = reached(
            office, Array(office.workers),
            during: Partition(isolating: office.cluster.machines(of: [office.workers[1]])))
        #expect(reached.during == ["0-2", "2-0"])
        #expect(reached.after == 6)
    }

    @Test("of two that are isolated, neither reaches the other")
    func bothIsolated() {
        let office = Office(workers: 3)
        let reached = reached(
            office, Array(office.workers),
            during: Partition(isolating: office.cluster.machines(of: office.workers.prefix(2))))
        #expect(reached.during == [])
        #expect(reached.after == 6)
    }

    /// 0 and 1 stand on one side of the split zone, 2 on the other, 3 in another zone.
    @Test("a split zone is two zones, and both reach the others")
    func split() {
        let office = Office(workers: 3)
        let side = office.cluster.machines(of: office.workers.prefix(2))
        let reached = reached(
            office, Array(office.workers) + Array(office.farWorkers),
            during: office.cluster.split(Office.near, at: side))
        #expect(reached.during == ["0-1", "1-0", "0-3", "3-0", "1-3", "3-1", "2-3", "3-2"])
        #expect(reached.after == 12)
    }

    @Test("a zone that is cut off keeps to itself")
    func cutOff() {
        let office = Office(workers: 2, farWorkers: 2)
        let reached = reached(
            office, Array(office.workers) + Array(office.farWorkers),
            during: office.cluster.cutOff(office.cluster.machines(in: Office.far)))
        #expect(reached.during == ["0-1", "1-0", "2-3", "3-2"])
        #expect(reached.after == 12)
    }
}
