public import Cluster
public import Vocabulary

/// Where a role gets its machines, and what is set for it.
extension Site {
    /// What was set for a role; the defaults for what was not.
    @inlinable
    public func settings<P: Part, S: RoleSettings>(of role: Role<P, S>) -> S {
        guard let settings = setup(of: role).settings else { return S() }
        guard let own = settings as? S else {
            preconditionFailure(
                "'\(role.name)' has settings of the type \(S.self), not \(type(of: settings))")
        }
        return own
    }

    /// How many machines of a role are on when the run begins: the first of its endpoints.
    public func count<P: Part, S: RoleSettings>(of role: Role<P, S>) -> Int { setup(of: role).count }

    /// Where the parts of a role are going to be, spare machines behind the others. Nothing runs there before `add`;
    /// so roles can know each other.
    @inlinable
    public func reserve<P: Part, S: RoleSettings>(_ role: Role<P, S>) -> Endpoints<P> {
        if let known = cluster.endpoints(of: role.name, P.self) { return known }
        let setup = setup(of: role)
        var hardware = settings(of: role).machine.hardware
        hardware.bootTime = setup.bootTime
        return cluster.reserve(
            role.name, on: hardware,
            in: (0..<setup.count + setup.spare).map { role.sheet.placement.zone(of: $0, in: zones) },
            spare: setup.spare)
    }

    /// Puts the parts of a role on its machines. `make` is called again for every incarnation after a crash.
    @inlinable @discardableResult
    public func add<P: Part, S: RoleSettings>(
        _ role: Role<P, S>, _ make: @escaping (Seat, S) -> P
    ) -> Endpoints<P> {
        let endpoints = reserve(role)
        let settings = settings(of: role)
        cluster.start(endpoints) { seat, _ in make(seat, settings) }
        return endpoints
    }

    @inlinable
    func setup<P: Part, S: RoleSettings>(of role: Role<P, S>) -> Setup {
        guard let setup = setups[role.name] else {
            preconditionFailure("the sheet has no role '\(role.name)'")
        }
        return setup
    }
}
