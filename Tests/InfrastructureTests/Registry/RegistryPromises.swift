import Cluster
import Infrastructure
import Simulation
import Testing
import Vocabulary

@Suite("registry: what it promises")
struct RegistryPromises {
    private let name = RegistryName(1, 0)

    @Test("a minority serves nothing")
    func minority() {
        let site = RegistrySite()
        site.run(until: .seconds(8))
        let leader = site.leader ?? 0
        let others = (0..<3).filter { $0 != leader }
        site.cluster.plan(
            Partition(
                between: site.machines(leader), and: site.machines(others[0], others[1])),
            at: .at(.seconds(10)), for: .seconds(60))
        // Five ticks in which it may not have heard of them, and the one in which it looks.
        site.run(until: .seconds(23))
        #expect(!site.isServing(leader))
        #expect(site.leader != nil && site.leader != leader)
        #expect(others.allSatisfy(site.isServing))
    }

    /// The first leader is cut off from all servers; its session ends, the next one is elected. What it writes when the
    /// cut is over, under the leadership that it had, is refused.
    private func fenced(_ rules: RegistryRules) -> (old: [String], epochs: [UInt64]) {
        let site = RegistrySite(session: .seconds(4), rules: rules)
        for tenant in 0..<2 { site.tell(.stand(5), tenant, at: .milliseconds(Int64(3_000 + 100 * tenant))) }
        site.tell(.write(.create(name, RegistryValue(1), isEphemeral: false), id: 1), 0, at: .seconds(4))
        site.cluster.plan(
            Partition(between: site.tenantMachines(0), and: site.machines(0, 1, 2)), at: .at(.seconds(5)),
            for: .seconds(15))
        site.run(until: .seconds(19))
        let epochs = (0..<2).compactMap { tenant in
            (site.cluster.inspect(site.tenants[tenant]) { $0.fence?.epoch }) ?? nil
        }
        // It does not know yet what has become of its session.
        site.tell(
            .lead(.set(name, RegistryValue(2), version: nil), folder: 5, id: 7), 0, at: .milliseconds(19_500))
        site.run(until: .seconds(40))
        // With the next session, under the leadership of the former one.
        site.tell(.lead(.set(name, RegistryValue(3), version: nil), folder: 5, id: 8), 0, at: .seconds(41))
        site.run(until: .seconds(42))
        return (site.heard(0).filter { $0.hasPrefix("7") || $0.hasPrefix("8") }, epochs)
    }

    @Test("an expired session's entries go, its old owner is fenced off, and no two leaders have one epoch")
    func fencing() {
        let (old, epochs) = fenced(RegistryRules())
        #expect(old == ["7: expired", "8: fencedOff"])
        #expect(epochs.count == 2)
        #expect(epochs.first.map { $0 < epochs[1] } == true)
    }

    @Test("a registry that skips the check of the epoch is found out")
    func skippedFence() {
        var rules = RegistryRules()
        rules.fence = { _, _ in true }
        #expect(fenced(rules).old != ["7: expired", "8: fencedOff"])
    }

    @Test("a session that never expires is found out")
    func immortal() {
        var rules = RegistryRules()
        rules.expires = { _, _ in false }
        #expect(fenced(rules).epochs.count == 1)
    }

    /// It changes while the client is cut off from all servers, for less than its session.
    @Test("a watch that was missed is seen on reconnect")
    func missedWatch() {
        let site = RegistrySite()
        site.tell(.write(.create(name, RegistryValue(1), isEphemeral: false), id: 1), 1, at: .seconds(3))
        site.tell(.read(.get(name, watches: true), id: 2), 0, at: .seconds(4))
        site.cluster.plan(
            Partition(between: site.tenantMachines(0), and: site.machines(0, 1, 2)), at: .at(.seconds(5)),
            for: .seconds(8))
        site.tell(.write(.set(name, RegistryValue(2), version: nil), id: 3), 1, at: .seconds(8))
        site.run(until: .seconds(25))
        #expect(site.heard(0).contains("changed 1/0"))
        #expect(!site.heard(0).contains("expired"))
    }
}
