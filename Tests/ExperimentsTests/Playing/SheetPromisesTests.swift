import Chat
import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("designs: what a sheet promises")
struct SheetPromisesTests {
    private func site(of sheet: DesignSheet, in cluster: Cluster) -> Site {
        let plan = PopulationPlan()
        let census = Census(plan, seed: 1)
        return Site(
            cluster: cluster, census: census,
            ledger: Ledger(census.roster, LedgerSettings()) { _ in }, zones: [[Zone(number: 0)]],
            setups: ["porter": Site.Setup(), "clerk": Site.Setup()], meters: Meters(of: sheet))
    }

    /// Lets the people of a plan settle before a lodge, and says who is known to be there, and what came of it.
    private func settle(online: Double, asking: Bool) -> (known: [DeviceID], events: UInt64) {
        var plan = PopulationPlan()
        plan.users = 10
        plan.online = online
        let census = Census(plan, seed: 1)
        let cluster = Cluster(seed: 1, zones: ["home", "home wifi"]) { _, _ in LinkProfile() }
        let ledger = Ledger(census.roster, LedgerSettings()) { _ in }
        let site = Site(
            cluster: cluster, census: census, ledger: ledger, zones: [[Zone(number: 0)]],
            setups: ["porter": Site.Setup()], meters: Meters(of: Lodge.sheet))
        let door = Lodge.build(on: site)
        let clerk = cluster.add(
            "clerk", count: 1, on: MachineSettings().hardware, in: Zone(number: 0)
        ) { seat, _ in Street.Clerk(seat: seat) }[0]
        if asking {
            site.earlierDays.tell { known in
                for device in known.connected { cluster.acquaint(.order("\(device)"), with: clerk) }
            }
        }
        let town = Town(
            plan, census, app: AppSettings(), ledger: ledger, zones: [Zone(number: 1)], seed: 1)
        _ = town.settle(in: cluster, door: door)
        site.earlierDays.handOver(EarlierDays.Known(of: town))
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
        let site = site(of: Lodge.sheet, in: cluster)
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
