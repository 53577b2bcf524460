public import Chat
internal import Cluster
internal import Simulation
internal import Vocabulary

/// What is wrong with a design, whatever is played: found before anything is.
public enum DesignChecks {
    /// Those that act inside of a part, where its role offers them.
    package static let faultsInParts = FaultKinds.all.filter { $0 is any HitsParts.Type }.map { $0.name }

    /// What designs say of themselves that cannot be, in words, each with the name of its design.
    public static func mistakes(in designs: [any Design.Type]) -> [String] {
        let names = designs.map { $0.sheet.name }
        let twice = names.enumerated().filter { names[..<$0].contains($1) }
            .map { "\($1): two designs have this name" }
        return designs.flatMap { mistakes(in: $0.sheet, stages: $0.stages) } + twice
    }

    package static func mistakes(in sheet: DesignSheet, stages: [StageSheet]) -> [String] {
        let topologyKeys = [Topology.zones, Topology.links, Topology.timeouts].map(\.name)
        let inParts = faultsInParts
        var mistakes = sheet.mistakes
        for role in sheet.roles {
            if topologyKeys.contains(role.name) {
                mistakes.append(
                    "'topology' has a key \(quoted(role.name)) already, so a role needs another name")
            }
            for fault in role.faults where !inParts.contains(fault) {
                let hint =
                    nearest(to: fault, among: inParts).map { "did you mean '\($0)'?" }
                    ?? "there are \(inParts.joined(separator: ", "))"
                mistakes.append(
                    "role \(quoted(role.name)): there is no fault \(quoted(fault)) that parts could play; \(hint)"
                )
            }
        }
        for stage in stages {
            for role in [stage.role] + stage.waitsFor where sheet.role(role) == nil {
                mistakes.append("stage \(quoted(stage.name)): the sheet does not list role \(quoted(role))")
            }
        }
        return mistakes.map { "\(sheet.name): \($0)" }
    }

    /// What a design says of itself and does not make when it is built by its defaults, in the world of this scenario. It is
    /// built for a few people, who do nothing: a mistake does not wait for the ten-thousandth.
    public static func mistakes<D: Design>(of design: D.Type, in scenario: Scenario) -> [String] {
        var scenario = scenario
        scenario.topology = Topology(of: D.sheet)
        let layout = Layout(scenario)
        let cluster = Cluster(
            seed: UInt64(scenario.seed), zones: layout.zoneNames, regions: layout.zoneRegions,
            tellsEndsApart: layout.tellsEndsApart
        ) { layout.route(from: $0, to: $1) }
        defer { withExtendedLifetime(cluster) {} }
        var plan = PopulationPlan()
        plan.users = min(scenario.users.count, 10)
        plan.regions = scenario.population.regions
        plan.accesses = scenario.population.accesses
        let site = Assembly(
            D.sheet, for: plan, in: cluster, zones: layout.serverZones,
            setups: scenario.topology.setups(of: D.sheet), client: scenario.clientChoice,
            ledger: scenario.ledger(design)
        ) { _ in }.site
        _ = D.build(on: site)
        return site.mistakes(of: D.sheet, app: D.app(on: site)).map { "\(D.sheet.name): \($0)" }
    }
}

extension Topology {
    /// What each role of a design gets, by its name.
    func setups(of sheet: DesignSheet) -> [String: Site.Setup] {
        let setups = roles.map { role in
            let knobs = role.knobs.map { (name: $0.name, text: $0.text) }
            let setup = Site.Setup(
                count: role.count, spare: role.spare ?? 0, bootTime: role.bootTime,
                settings: sheet.role(role.name)?.read(knobs))
            return (role.name, setup)
        }
        return Dictionary(uniqueKeysWithValues: setups)
    }
}
