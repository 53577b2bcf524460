import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("cluster: faults of strength zero")
struct StrengthZeroTests {
    /// Calls and their answers, in random delays, with disks and clocks that are corrected.
    private func digests(_ fault: ((EchoHall) -> any Fault)?) -> [Digest] {
        let hall = EchoHall(
            clients: 2, servers: 2, delay: .delay(median: .milliseconds(10), p99: .milliseconds(20)),
            disk: .init(.cloudBlock, capacity: .megabytes(1)))
        for number in 0..<200 {
            hall.ask(
                number % 2, by: number / 2 % 2, isOrdered: number % 3 == 0,
                at: .milliseconds(50 * Int64(number)))
        }
        if let fault { hall.cluster.plan(fault(hall), at: .at(.milliseconds(520)), for: .seconds(5)) }
        #expect(hall.cluster.run(until: .at(.seconds(30))) == .reachedEnd)
        return [hall.cluster.world.traceDigest, hall.cluster.world.behaviourDigest]
    }

    private static let nobody = MachineSet.empty

    private static let zeros: [@Sendable (EchoHall) -> any Fault] = [
        { Slow($0.serverMachines, by: .one) },
        { Pause($0.serverMachines, cores: 0) },
        { _ in Crash(nobody) },
        { Partition(between: nobody, and: $0.serverMachines) },
        { _ in Partition(isolating: nobody) },
        { _ in LinkFault(on: EchoHall.links, LinkProfile()) },
        { _ in LinkFault.loss(on: EchoHall.links, 0) },
        { _ in LinkFault.bursts(on: EchoHall.links, beginning: 0, length: 5) },
        { _ in LinkFault.duplicate(on: EchoHall.links, 0) },
        { _ in LinkFault.corrupt(on: EchoHall.links, 0) },
        { _ in LinkFault.reorder(on: EchoHall.links, 0, by: .seconds(1)) },
        { _ in LinkFault.delay(on: EchoHall.links, .constant(0)) },
        { DiskFault($0.serverMachines, .slow(by: .one)) },
        { DiskFault($0.serverMachines, .corrupt(share: 0)) },
        { ClockFault($0.serverMachines, .step(by: .zero)) },
        { ClockFault($0.serverMachines, .drift(.none)) },
        { Flapping(Slow($0.serverMachines, by: .one), on: .milliseconds(7), off: .milliseconds(11)) },
        { _ in Swizzle(nobody, every: .milliseconds(7)) },
        { _ in RestartStorm(nobody, within: .seconds(1), downFor: .seconds(1)) },
        { _ in RollingRestart(nobody, downFor: .seconds(1), pause: .seconds(1)) },
        { MemoryShortage($0.serverMachines, MemoryLimit(.megabytes(64_000), restartAfter: .seconds(1))) },
        { ConnectionFault($0.serverMachines, .limited(to: .max)) },
        { _ in ConnectionFault(nobody, .refused) },
        { ConnectionLoss(between: nobody, and: $0.serverMachines, .reset) },
        { ConnectionLoss(between: nobody, and: $0.serverMachines, .halfOpen) },
        { PartOrder("errors", to: $0.servers, .fail(perThousand: 0), healedBy: .fail(perThousand: 0)) },
    ]

    @Test("they leave both digests as they are, each of them")
    func zero() {
        let nothing = digests(nil)
        for (number, fault) in Self.zeros.enumerated() {
            #expect(digests(fault) == nothing, "fault \(number)")
        }
    }

    @Test("and faults that have some strength do not")
    func some() {
        let nothing = digests(nil)
        #expect(digests { Slow($0.serverMachines, by: .times(2)) } != nothing)
        #expect(digests { _ in LinkFault.delay(on: EchoHall.links, .constant(1)) } != nothing)
        #expect(digests { DiskFault($0.serverMachines, .slow(by: .times(2))) } != nothing)
    }
}
