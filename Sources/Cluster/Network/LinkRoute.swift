/// One end of what lies between two, as those see it who say what it is like.
public struct LinkEnd: Hashable, Sendable {
    public var zone: Zone
    /// The machine's; nil for devices.
    public var role: String?
    /// Of the machine among those of its role; 0 for devices.
    public var number: Int

    public init(zone: Zone, role: String? = nil, number: Int = 0) {
        self.zone = zone
        self.role = role
        self.number = number
    }
}

/// What lies between two ends in one direction, before any fault.
public struct LinkRoute: Hashable, Sendable {
    public var link: LinkProfile
    /// One more stretch, between regions.
    public var backbone: LinkProfile?

    public init(_ link: LinkProfile, backbone: LinkProfile? = nil) {
        self.link = link
        self.backbone = backbone
    }
}
