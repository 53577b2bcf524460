/// The links between some zones delay, lose, repeat, reorder or spoil packets, or carry less, on top of what they do anyway.
///
/// What it does is a link profile of its own, as if one more stretch lay on the way; the empty profile changes nothing.
public struct LinkFault: Fault {
    public static let kind = "link"

    private let links: [(from: Zone, to: Zone)]
    private let profile: LinkProfile

    public init(on links: [(from: Zone, to: Zone)], _ profile: LinkProfile) {
        self.links = links
        self.profile = profile
    }

    public func apply(to cluster: Cluster, id: Int) {
        cluster.lines.settle()
        for link in links {
            cluster.network.degrade(from: link.from, to: link.to, by: profile, named: "fault \(id)", id: id)
        }
    }

    public func heal(in cluster: Cluster, id: Int) {
        cluster.lines.settle()
        for link in links { cluster.network.mend(from: link.from, to: link.to, id: id) }
    }
}
