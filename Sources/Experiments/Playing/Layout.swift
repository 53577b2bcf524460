internal import Chat
public import Cluster
internal import Simulation
internal import Vocabulary

/// The zones of a run: those of each region where servers stand, and one for each way in by which the people of a
/// region come. The only zone of a region bears its name.
///
///     eu   us   |   eu wifi   eu 4g   eu 5g   us wifi   us 4g   us 5g
///
///     eu/a   eu/b   us/a   us/b   |   eu wifi   …
public struct Layout: Sendable {
    public let regions: [String]
    public let accesses: [Users.Access]
    /// In each region.
    public let zoneCount: Int
    private let rules: [LinkRule]

    public init(_ scenario: Scenario) {
        regions = scenario.users.regions.entries.map(\.part.text)
        accesses = scenario.users.access.entries.map(\.part)
        zoneCount = scenario.topology.zones
        rules = scenario.topology.links
    }

    /// What zones of servers are called within their region: `a`, `b`.
    static func letters(_ count: Int) -> [String] {
        (0..<count).map { String(UnicodeScalar(UInt8(ascii: "a") + UInt8($0))) }
    }

    /// What a zone of servers is called, `eu/b`, or `eu` where it is the only one.
    static func name(ofZone place: Int, in region: String, of count: Int) -> String {
        count == 1 ? region : "\(region)/\(letters(count)[place])"
    }

    public var zoneNames: [String] {
        regions.flatMap { region in (0..<zoneCount).map { Self.name(ofZone: $0, in: region, of: zoneCount) } }
            + regions.flatMap { region in accesses.map { "\(region) \($0.rawValue)" } }
    }

    /// The region of each zone.
    public var zoneRegions: [String] {
        regions.flatMap { region in (0..<zoneCount).map { _ in region } }
            + regions.flatMap { region in accesses.map { _ in region } }
    }

    private var serverZoneCount: Int { regions.count * zoneCount }

    /// Region after region.
    public var serverZones: [[Zone]] {
        regions.indices.map { region in (0..<zoneCount).map { Zone(number: region * zoneCount + $0) } }
    }

    /// Region after region.
    public var deviceZones: [Zone] {
        (0..<regions.count * accesses.count).map { Zone(number: serverZoneCount + $0) }
    }

    public func isOfDevices(_ zone: Zone) -> Bool { zone.number >= serverZoneCount }

    func region(of zone: Zone) -> Int {
        isOfDevices(zone) ? (zone.number - serverZoneCount) / accesses.count : zone.number / zoneCount
    }

    /// What a zone of servers is called in targets: its region, and its letter there.
    func place(of zone: Zone) -> (region: String, letter: String) {
        (regions[region(of: zone)], Self.letters(zoneCount)[zone.number % zoneCount])
    }

    // MARK: Links

    /// Whether a rule of the file tells roles or machines of one zone apart.
    public var tellsEndsApart: Bool {
        rules.contains { rule in
            [rule.links.from, rule.links.to].contains { if case .role = $0.subject { true } else { false } }
        }
    }

    /// What lies between two ends: an access network on the side of the devices, and, between regions, the backbone,
    /// each as the file's rules have it.
    ///
    /// A rule between two regions is about the backbone. One that names roles, devices or everything is about all that
    /// lies between: where it says what the delay is to devices, there is a backbone only if another rule speaks of it.
    public func route(from: LinkEnd, to: LinkEnd) -> LinkRoute {
        let rules = rules(from, to)
        let areServers = !isOfDevices(from.zone) && !isOfDevices(to.zone)
        let isOfBackbone = rules.map { areServers || $0.links.isBetweenRegions }
        var route = LinkRoute(link(from.zone, to.zone))
        let isWhole = zip(rules, isOfBackbone).contains { !$1 && $0.profile.delay != nil }
        if !isWhole || isOfBackbone.contains(true) { route.backbone = backbone(from.zone, to.zone) }
        for (rule, isOfBackbone) in zip(rules, isOfBackbone) {
            if isOfBackbone, route.backbone != nil {
                rule.profile.apply(to: &route.backbone!)
            } else {
                rule.profile.apply(to: &route.link)
            }
        }
        return route
    }

    private func link(_ from: Zone, _ to: Zone) -> LinkProfile {
        switch (isOfDevices(from), isOfDevices(to)) {
        case (true, true): LinkProfile()  // devices do not speak to each other
        case (true, false): access(of: from, .up)
        case (false, true): access(of: to, .down)
        case (false, false): servers(from, to)
        }
    }

    private func backbone(_ from: Zone, _ to: Zone) -> LinkProfile? {
        let (a, b) = (region(of: from), region(of: to))
        guard a != b, !(isOfDevices(from) && isOfDevices(to)) else { return nil }
        return .between(Self.calibrated(regions[a]), Self.calibrated(regions[b]))
    }

    private func servers(_ from: Zone, _ to: Zone) -> LinkProfile {
        if from == to { return .sameZone }
        return region(of: from) == region(of: to) ? .crossZone : LinkProfile()
    }

    private func access(of zone: Zone, _ direction: LinkProfile.AccessDirection) -> LinkProfile {
        switch accesses[(zone.number - serverZoneCount) % accesses.count] {
        case .wifi: .wifi(direction)
        case .fourG: .mobile4G(direction)
        case .fiveG: .mobile5G(direction)
        }
    }

    /// The region of the calibrated table that a name means. An unknown one counts as Ireland, or, so that
    /// two unknown ones are apart, by its place in the alphabet as one of the five.
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

    private func rules(_ from: LinkEnd, _ to: LinkEnd) -> [LinkRule] {
        rules.filter { fits($0, from, to) }
    }

    /// Which rule of the file says what the link between two ends carries; nil where none does.
    func narrowing(_ from: LinkEnd, _ to: LinkEnd) -> Int? {
        rules.lastIndex { $0.profile.bandwidth != nil && fits($0, from, to) }
    }

    private func fits(_ rule: LinkRule, _ from: LinkEnd, _ to: LinkEnd) -> Bool {
        matches(rule.links.from, from) && matches(rule.links.to, to)
            || !rule.links.isOneWay && matches(rule.links.from, to) && matches(rule.links.to, from)
    }

    private func matches(_ target: Target, _ end: LinkEnd) -> Bool {
        if let name = target.region, regions[region(of: end.zone)] != name { return false }
        if let zone = target.zone {
            guard !isOfDevices(end.zone), Self.letters(zoneCount)[end.zone.number % zoneCount] == zone else {
                return false
            }
        }
        return switch target.subject {
        case .everything, .place: true
        case .clients: isOfDevices(end.zone)
        case .role(let name): end.role == name && target.machines?.contains(end.number) ?? true
        }
    }
}

extension LinkPattern {
    fileprivate var isBetweenRegions: Bool {
        from.subject == .place && to.subject == .place && from.region != to.region
    }
}

extension LinkRule.Profile {
    fileprivate func apply(to profile: inout LinkProfile) {
        if let delay {
            profile.delay = delay.spread
            profile.floor = .zero
        }
        if let loss { profile.loss = .independent(Bernoulli(loss.fraction)) }
        if let bandwidth { profile.bandwidth = Bandwidth(bandwidth) }
    }
}

extension RoleSetup {
    /// The machines that a target of this role means, by number: of those that are off at first the ones it names.
    func numbers(at target: Target, in layout: Layout) -> [Int] {
        (0..<(target.machines == nil ? count : countWithSpare)).filter { number in
            guard target.machines?.contains(number) ?? true else { return false }
            let place = layout.place(of: placement.zone(of: number, in: layout.serverZones))
            return (target.region ?? place.region) == place.region
                && (target.zone ?? place.letter) == place.letter
        }
    }
}
