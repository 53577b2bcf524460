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

    @Test(
        "a role that no part plays, and an act, a fault and a metric that nobody makes are found when a design is built"
    )
    func found() {
        let cluster = Cluster(seed: 1, zones: ["home", "home wifi"]) { _, _ in LinkProfile() }
        defer { withExtendedLifetime(cluster) {} }
        let site = assembly(of: Lodge.sheet, in: cluster).site
        func mistakes(_ sheet: DesignSheet = Lodge.sheet) -> [String] {
            site.mistakes(of: sheet, app: AppPlan())
        }
        let noParts = ["the sheet lists role 'porter', and `build` adds no part to it"]
        #expect(mistakes() == noParts)
        _ = site.reserve(Lodge.porter)  // machines are no parts
        #expect(mistakes() == noParts)
        _ = Lodge.build(on: site)
        #expect(mistakes() == [])
        var more = Lodge.sheet
        more.acts.append(ActSheet("frown", "frowns", .nothing))
        #expect(mistakes(more) == ["the sheet lists act 'frown', and `build` does not offer it"])
        more.roles[0].faults = ["flush"]
        #expect(
            mistakes(more) == [
                "the sheet lists fault 'flush' of role 'porter', and `build` does not offer it",
                "the sheet lists act 'frown', and `build` does not offer it",
            ])
    }

    @Test("a metric for which no part asks a meter")
    func unmetered() {
        let cluster = Cluster(seed: 1, zones: ["home", "home wifi"]) { _, _ in LinkProfile() }
        defer { withExtendedLifetime(cluster) {} }
        var sheet = Lodge.sheet
        sheet.metrics.append(.level("naps", of: Lodge.porter, "how often he nods off"))
        sheet.metrics.append(.sealedLetters)  // of apps, which ask when they seal
        let site = assembly(of: sheet, in: cluster).site
        _ = Lodge.build(on: site)
        #expect(
            site.mistakes(of: sheet, app: AppPlan()) == [
                "the sheet lists metric 'porter.naps', and no part asks for its meter"
            ])
    }

    @Test("a channel without doors, a first door that is none of them, and a route over no channel")
    func doors() {
        var plan = PopulationPlan()
        plan.users = 3
        let cluster = Cluster(seed: 1, zones: ["home", "home wifi"]) { _, _ in LinkProfile() }
        defer { withExtendedLifetime(cluster) {} }
        let site = assembly(of: Lodge.sheet, for: plan, in: cluster).site
        let door = Lodge.build(on: site)
        func mistakes(_ app: AppPlan) -> [String] { site.mistakes(of: Lodge.sheet, app: app) }
        var app = AppPlan()
        app.routes.confirmations = 1
        #expect(mistakes(app) == ["the app's routes.confirmations is channel 1, and it has channel 0 alone"])
        app = AppPlan(channels: [.init("porter"), .init("files", staysOpen: false)])
        #expect(
            mistakes(app) == [
                "channel 1 of the app, 'files', needs doors, and `build` offers none for it"
            ])
        site.doors.offer(1, [door(User(0))]) { Int($0.number) % 2 }
        #expect(
            mistakes(app) == [
                "channel 1 of the app, 'files', leads user 1 to door 1 at first, of 1, counted from 0"
            ])
        app = AppPlan(channels: [.init("porter", triesOthers: true)])
        #expect(
            mistakes(app) == [
                "channel 0 of the app, 'porter', needs doors, and `build` offers none for it"
            ])
    }
}
