public import Simulation
public import Vocabulary

/// The links between some ends delay, lose, repeat, reorder or spoil packets, or carry less, on top of what they
/// do anyway. What others send over the same links is left as it is.
///
/// What it does is a link profile of its own, as if one more stretch lay on the way; the empty profile
/// changes nothing.
public struct LinkFault: Fault {
    public let kind: String

    private let links: [FaultyLink]
    private let profile: LinkProfile

    /// One direction between the ends of two groups.
    public struct FaultyLink: Sendable {
        public var from: LinkGroup
        public var to: LinkGroup

        public init(from: LinkGroup, to: LinkGroup) { (self.from, self.to) = (from, to) }

        /// Between two zones, or within one.
        public init(from: Zone, to: Zone) {
            self.init(from: LinkGroup(zones: [from]), to: LinkGroup(zones: [to]))
        }
    }

    public init(on links: [FaultyLink], _ profile: LinkProfile, kind: String = "link") {
        self.kind = kind
        self.links = links
        self.profile = profile
    }

    public func apply(to cluster: Cluster, id: Int) {
        cluster.lines.settle()
        let ends = links.flatMap { [$0.from, $0.to] }
        let machines = ends.reduce(MachineSet.empty) { hit, end in
            end.zones.reduce(hit.union(end.machines)) { $0.union(cluster.machines(in: $1)) }
        }
        cluster.noteHit(machines, by: id)
        cluster.network.degrade(links, by: profile, named: cluster.faults[id].name, id: id, in: cluster)
    }

    public func heal(in cluster: Cluster, id: Int) {
        cluster.lines.settle()
        cluster.network.mend(id: id, in: cluster)
    }
}

/// What goes wrong with links, by its name.
extension LinkFault {
    public static func loss(on links: [FaultyLink], _ share: Double) -> LinkFault {
        LinkFault(on: links, LinkProfile(loss: .independent(Bernoulli(share))), kind: "loss")
    }

    /// Nothing gets through in a burst, which begins with a probability of `share` at every packet and lasts
    /// for `length` packets on the average.
    public static func bursts(on links: [FaultyLink], beginning share: Double, length: Double) -> LinkFault {
        precondition(length >= 1, "a burst of \(length) packets")
        let bursts = GilbertElliott(worsens: Bernoulli(share), recovers: Bernoulli(1 / length))
        return LinkFault(on: links, LinkProfile(loss: .bursts(bursts)), kind: "burst-loss")
    }

    public static func duplicate(on links: [FaultyLink], _ share: Double) -> LinkFault {
        LinkFault(on: links, LinkProfile(duplication: Bernoulli(share)), kind: "duplicate")
    }

    public static func corrupt(on links: [FaultyLink], _ share: Double) -> LinkFault {
        LinkFault(on: links, LinkProfile(corruption: Bernoulli(share)), kind: "corrupt")
    }

    /// So large a share of packets is held up by so much, and overtaken.
    public static func reorder(on links: [FaultyLink], _ share: Double, by extra: Span) -> LinkFault {
        LinkFault(
            on: links,
            LinkProfile(
                reordering: LinkProfile.Reordering(probability: Bernoulli(share), extra: extra)),
            kind: "reorder")
    }

    /// Latency, and jitter where it varies.
    public static func delay(on links: [FaultyLink], _ added: Spread) -> LinkFault {
        LinkFault(on: links, LinkProfile(delay: added), kind: "delay")
    }

    /// A narrow stretch before which hardly anything may wait: packets beyond `buffer` are lost.
    public static func bandwidth(on links: [FaultyLink], _ rate: DataRate, buffer: ByteCount) -> LinkFault {
        LinkFault(
            on: links, LinkProfile(bandwidth: Bandwidth(rate, buffer: buffer)), kind: "bandwidth")
    }

    /// A narrow stretch before which everything waits, as long as it may take.
    public static func bufferbloat(on links: [FaultyLink], _ rate: DataRate) -> LinkFault {
        LinkFault(on: links, LinkProfile(bandwidth: Bandwidth(rate)), kind: "bufferbloat")
    }
}
