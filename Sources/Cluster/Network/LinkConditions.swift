public import Simulation
public import Vocabulary

/// What a link is like at present: its profile, and the faults that lie on it.
///
/// Many links of one kind share their conditions (all phones on 4G, say), while each has a `LinkState` of its own.
/// Faults come and go independently of each other, in any order. Each draws from streams that bear its own name, and
/// draw n of a stream belongs to packet n of the link. So a fault of strength zero changes no packet, and
/// no feature of profile or fault moves the draws of another one.
public struct LinkConditions: Sendable {
    /// A fault that was applied, to be removed.
    public struct FaultID: Hashable, Sendable {
        let number: Int
    }

    /// What a packet meets on the way: the link itself, or a fault on it.
    struct Stretch: Sendable {
        let name: String
        let id: FaultID
        let profile: LinkProfile
        let draws: Draws
        // Which bit of a link's state says that bursts are in their bad state here, and the how-manieth use of
        // bits this is: a bit is used again after its fault has gone.
        let burstBit: UInt16
        let burstUse: UInt16
    }

    /// Random streams, one of each link for each feature.
    struct Draws: Sendable {
        let delay, loss, burst, duplication, secondDelay, reordering, corruption: Streams

        init(seed: UInt64, name: String) {
            func streams(_ feature: String) -> Streams {
                Streams(seed: seed, purpose: Purpose("\(name): \(feature)"))
            }
            delay = streams("delay")
            loss = streams("loss")
            burst = streams("burst")
            duplication = streams("duplication")
            secondDelay = streams("second delay")
            reordering = streams("reordering")
            corruption = streams("corruption")
        }
    }

    let seed: UInt64
    let link: Stretch
    private(set) var faults: [Stretch] = []
    private(set) var burstUses: UInt16 = 0
    private var nextNumber = 1

    /// The narrowest stretch.
    public private(set) var bandwidth: Bandwidth?

    /// Whether every packet arrives whole.
    private(set) var losesNothing: Bool

    /// `name` is what the link's random streams are known by: links of different kinds draw different numbers.
    public init(_ profile: LinkProfile, named name: String, seed: UInt64) {
        self.seed = seed
        link = Stretch(
            name: name, id: FaultID(number: 0), profile: profile, draws: Draws(seed: seed, name: name),
            burstBit: 1, burstUse: 0)
        bandwidth = profile.bandwidth
        losesNothing = !profile.canSpoil
    }

    /// Puts a fault on the link until it is removed. Two at a time have different names, or they would hit the
    /// same packets.
    public mutating func apply(_ fault: LinkProfile, named name: String) -> FaultID {
        precondition(name != link.name && !faults.contains { $0.name == name }, "two faults named \(name)")
        var bit: UInt16 = 0
        if case .bursts = fault.loss {
            let taken = faults.reduce(link.burstBit) { $0 | $1.burstBit }
            precondition(taken != .max, "more than 15 faults with bursts at a time on one link")
            bit = ~taken & (taken + 1)  // the lowest that is free
            burstUses += 1
        }
        let id = FaultID(number: nextNumber)
        nextNumber += 1
        faults.append(
            Stretch(
                name: name, id: id, profile: fault, draws: Draws(seed: seed, name: name), burstBit: bit,
                burstUse: burstUses))
        summarize()
        return id
    }

    public mutating func remove(_ id: FaultID) {
        guard let index = faults.firstIndex(where: { $0.id == id }) else {
            preconditionFailure("a fault that is not on this link")
        }
        faults.remove(at: index)
        summarize()
    }

    private mutating func summarize() {
        let profiles = [link.profile] + faults.map(\.profile)
        bandwidth = profiles.compactMap(\.bandwidth).min { $0.rate < $1.rate }
        losesNothing = !profiles.contains { $0.canSpoil }
    }
}

extension LinkProfile {
    var canSpoil: Bool { loss.canLose || corruption.probability > 0 }
}
