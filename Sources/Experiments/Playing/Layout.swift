public import Cluster
internal import Simulation
internal import Vocabulary

/// The zones of a run: one for the servers of each region, and one for each way in by which the people of a
/// region come.
///
///     eu   us   |   eu wifi   eu 4g   eu 5g   us wifi   us 4g   us 5g
public struct Layout: Sendable {
    public let regions: [String]
    public let accesses: [Users.Access]
    private let rules: [LinkRule]
    private let roles: Set<String>  // looked up only, never iterated

    public init(_ scenario: Scenario) {
        regions = scenario.users.regions.entries.map(\.part.text)
        accesses = scenario.users.access.entries.map(\.part)
        rules = scenario.topology.links
        roles = Set(scenario.topology.roles.map(\.name))
    }

    public var zoneNames: [String] {
        regions + regions.flatMap { region in accesses.map { "\(region) \($0.rawValue)" } }
    }

    /// The region of each zone.
    public var zoneRegions: [String] {
        regions + regions.flatMap { region in accesses.map { _ in region } }
    }

    public var serverZones: [Zone] { regions.indices.map { Zone(number: $0) } }

    /// Region after region.
    public var deviceZones: [Zone] {
        (0..<regions.count * accesses.count).map { Zone(number: regions.count + $0) }
    }

    public func isOfDevices(_ zone: Zone) -> Bool { zone.number >= regions.count }

    func region(of zone: Zone) -> Int {
        isOfDevices(zone) ? (zone.number - regions.count) / accesses.count : zone.number
    }

    // MARK: Links

    /// What lies between two zones before the rules of the file: an access network on the side of the
    /// devices; what is between regions is
    /// one more stretch.
    func profile(from: Zone, to: Zone) -> LinkProfile {
        var profile =
            switch (isOfDevices(from), isOfDevices(to)) {
            case (true, true): LinkProfile()  // devices do not speak to each other
            case (true, false): access(of: from, .up)
            case (false, true): access(of: to, .down)
            case (false, false): from == to ? LinkProfile.sameZone : LinkProfile()
            }
        for rule in rules(from, to) {
            if let delay = rule.delay {
                profile.delay = delay.spread
                profile.floor = .zero
            }
            if let loss = rule.loss { profile.loss = .independent(Bernoulli(loss.fraction)) }
            if let bandwidth = rule.bandwidth { profile.bandwidth = Bandwidth(bandwidth) }
        }
        return profile
    }

    /// The way between two regions; nil within one, and where the file says what the delay is.
    func backbone(from: Zone, to: Zone) -> LinkProfile? {
        let (a, b) = (region(of: from), region(of: to))
        guard a != b, !(isOfDevices(from) && isOfDevices(to)) else { return nil }
        guard !rules(from, to).contains(where: { $0.delay != nil }) else { return nil }
        return .between(Self.calibrated(regions[a]), Self.calibrated(regions[b]))
    }

    private func access(of zone: Zone, _ direction: LinkProfile.Direction) -> LinkProfile {
        switch accesses[(zone.number - regions.count) % accesses.count] {
        case .wifi: .wifi(direction)
        case .fourG: .mobile4G(direction)
        case .fiveG: .mobile5G(direction)
        }
    }

    /// The region of the calibrated table that a name means. An unknown one counts as Ireland, or, so that
    /// two unknown ones are apart,
    /// by its place in the alphabet as one of the five.
    private static func calibrated(_ name: String) -> LinkProfile.Region {
        let known: [(String, LinkProfile.Region)] = [
            ("us-west", .usWest), ("us", .usEast), ("eu", .euWest), ("asia", .apSoutheast),
            ("ap", .apSoutheast),
            ("sa", .saEast),
        ]
        if let match = known.first(where: { name.hasPrefix($0.0) }) { return match.1 }
        let all = LinkProfile.Region.allCases
        return all[Int(Purpose(name).number % UInt64(all.count))]
    }

    private func rules(_ from: Zone, _ to: Zone) -> [LinkRule.Profile] {
        rules.filter { rule in
            matches(rule.links.from, from) && matches(rule.links.to, to)
                || !rule.links.isOneWay && matches(rule.links.from, to) && matches(rule.links.to, from)
        }.map(\.profile)
    }

    /// Roles of one region share its zone, so a rule for a role is one for the servers of all regions.
    private func matches(_ target: Target, _ zone: Zone) -> Bool {
        if let name = target.region, regions[region(of: zone)] != name { return false }
        return switch target.subject {
        case .everything, .place: true
        case .clients: isOfDevices(zone)
        case .role: !isOfDevices(zone)
        }
    }
}
