package import Cluster
package import Simulation

/// A chat system and its people in a cluster: census, ledger, site and town, made in the order in which each needs the
/// ones before. Runs and tests have them from here.
///
///     let assembly = Assembly(MyDesign.sheet, for: plan, in: cluster, zones: zones, setups: setups, ledger: settings) {
///         take($0)
///     }
///     let (town, phones) = assembly.settle(app: AppSettings(), in: accesses, door: MyDesign.build(on: assembly.site))
package struct Assembly {
    package let plan: PopulationPlan
    /// Where the design is built before people settle.
    package let site: Site

    package var census: Census { site.census }
    package var ledger: Ledger { site.ledger }

    /// - Parameters:
    ///   - zones: where servers stand: the zones of each region.
    ///   - setups: for each role of the sheet, by its name.
    ///   - samples: takes what the ledger measures, in batches.
    package init(
        _ sheet: DesignSheet, for plan: PopulationPlan, in cluster: Cluster, zones: [[Zone]],
        setups: [String: Site.Setup], client: ClientChoice = ClientChoice(), ledger settings: LedgerSettings,
        samples: @escaping (UnsafeBufferPointer<Sample>) -> Void
    ) {
        self.plan = plan
        let census = Census(plan, seed: cluster.world.seed)
        site = Site(
            cluster: cluster, census: census, ledger: Ledger(census.roster, settings, samples: samples),
            zones: zones, setups: setups, meters: Meters(of: sheet), client: client)
    }

    /// Has everybody settle when the design stands: its parts begin, apps open the lines that were open before the run, and
    /// parts are told what is known from earlier days.
    ///
    /// - Parameters:
    ///   - zones: of each region and access network, region after region.
    ///   - door: where the devices of a user connect, as the design says when it is built.
    package func settle(
        app: AppSettings, _ appPlan: AppPlan = AppPlan(), in zones: [Zone], door: (User) -> FrontDoor
    ) -> (town: Town, phones: Addresses<Phone>) {
        site.cluster.begin()
        let town = Town(plan, on: site, app: app, appPlan, zones: zones)
        let phones = town.settle(in: site.cluster, door: door)
        site.earlierDays.handOver(EarlierDays.Known(connected: town.connected, roster: census.roster))
        return (town, phones)
    }
}
