import Chat
import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("designs: what a sheet promises")
struct SheetPromisesTests {
    private func assembly(
        of sheet: DesignSheet, for plan: PopulationPlan = PopulationPlan(), in cluster: Cluster
    ) -> Assembly {
        Assembly(
            sheet, for: plan, in: cluster, zones: [[Zone(number: 0)]], setups: ["porter": Site.Setup()],
            ledger: LedgerSettings()
        ) { _ in }
    }

    /// Lets the people of a plan settle before a lodge, and says who is known to be there, and what came of it.
    private func settle(online: Double, asking: Bool) -> (known: [DeviceID], events: UInt64) {
        var plan = PopulationPlan()
        plan.users = 10
        plan.online = online
        let cluster = Cluster(seed: 1, zones: ["home", "home wifi"]) { _, _ in LinkProfile() }
        let assembly = assembly(of: Lodge.sheet, for: plan, in: cluster)
        let site = assembly.site
        let door = Lodge.build(on: site)
        let clerk = cluster.add(
            "clerk", count: 1, on: MachineSettings().hardware, in: Zone(number: 0)
        ) { seat, _ in FaultRun.Clerk(seat: seat) }[0]
        if asking {
            site.earlierDays.tell { known in
                for device in known.connected { cluster.preload(.order("\(device)"), into: clerk) }
            }
        }
        let town = assembly.settle(app: AppSettings(), in: [Zone(number: 1)], door: door).town
        #expect(cluster.inspect(clerk) { $0.orders.count } == (asking ? town.connected.count : 0))
        _ = cluster.run(until: .at(.seconds(1)))
        return (town.connected, cluster.world.eventNumber)
    }

    @Test("what is known from earlier days is taken over when all have settled, at no event")
    func earlierDays() {
        let all = settle(online: 1, asking: true)
        #expect(all.known.map(\.user.number) == Array(0..<10))
        #expect(settle(online: 1, asking: false).events == all.events)
        #expect(settle(online: 0, asking: true).known == [])
    }

    @Test("a role that no part plays, an act and a fault that nobody offers are found when a design is built")
    func found() {
        let cluster = Cluster(seed: 1, zones: ["home", "home wifi"]) { _, _ in LinkProfile() }
        defer { withExtendedLifetime(cluster) {} }
        let site = assembly(of: Lodge.sheet, in: cluster).site
        #expect(site.brokenPromise(of: Lodge.sheet) == "the role 'porter', and adds no part of it")
        _ = Lodge.build(on: site)
        #expect(site.brokenPromise(of: Lodge.sheet) == nil)
        var more = Lodge.sheet
        more.acts.append(ActSheet("frown", "frowns", .nothing))
        #expect(site.brokenPromise(of: more) == "the act 'frown', and does not offer it")
        more.roles[0].faults = ["flush"]
        #expect(site.brokenPromise(of: more) == "'flush' of porter, and does not offer it")
    }
}
