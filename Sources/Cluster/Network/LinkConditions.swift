import Simulation
import Vocabulary

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

    /// What a packet meets on the way: the link itself, or a fault on it. It never changes.
    final class Stretch: Sendable {
        let name: String
        let id: FaultID
        let profile: LinkProfile
        let draws: Draws
        // Which bit of a link's state says that bursts are in their bad state here, and the how-manieth use of
        // bits this is: a bit is used again after its fault has gone.
        let burstBit: UInt16
        let burstUse: UInt16

        init(
            _ profile: LinkProfile, named name: String, _ id: FaultID, _ draws: Draws, burstBit: UInt16,
            burstUse: UInt16
        ) {
            self.profile = profile
            self.name = name
            self.id = id
            self.draws = draws
            self.burstBit = burstBit
            self.burstUse = burstUse
        }
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

    /// All that a packet has to look up, behind one reference: conditions are handed on with every packet, and
    /// change with a fault only.
    final class Present: Sendable {
        let link: Stretch
        let faults: [Stretch]
        let burstUses: UInt16
        /// The narrowest stretch.
        let bandwidth: Bandwidth?
        /// Whether every packet arrives whole.
        let losesNothing: Bool

        init(_ link: Stretch, _ faults: [Stretch], burstUses: UInt16) {
            self.link = link
            self.faults = faults
            self.burstUses = burstUses
            let profiles = [link.profile] + faults.map(\.profile)
            bandwidth = profiles.compactMap(\.bandwidth).min { $0.rate < $1.rate }
            losesNothing = !profiles.contains { $0.loss.canLose || $0.corruption.probability > 0 }
        }
    }

    private(set) var present: Present
    private let seed: UInt64
    private var nextNumber = 1

    /// `name` is what the link's random streams are known by: links of different kinds draw different numbers.
    public init(_ profile: LinkProfile, named name: String, seed: UInt64) {
        self.seed = seed
        let link = Stretch(
            profile, named: name, FaultID(number: 0), Draws(seed: seed, name: name), burstBit: 1,
            burstUse: 0)
        present = Present(link, [], burstUses: 0)
    }

    /// Puts a fault on the link until it is removed. Two at a time have different names, or they would hit the
    /// same packets.
    public mutating func apply(_ fault: LinkProfile, named name: String) -> FaultID {
        let stretches = [present.link] + present.faults
        precondition(!stretches.contains { $0.name == name }, "two faults named \(name)")
        var bit: UInt16 = 0
        var uses = present.burstUses
        if case .bursts = fault.loss {
            let taken = stretches.reduce(0) { $0 | $1.burstBit }
            precondition(taken != .max, "more than 15 faults with bursts at a time on one link")
            bit = ~taken & (taken + 1)  // the lowest that is free
            uses += 1
        }
        let id = FaultID(number: nextNumber)
        nextNumber += 1
        let stretch = Stretch(
            fault, named: name, id, Draws(seed: seed, name: name), burstBit: bit, burstUse: uses)
        present = Present(present.link, present.faults + [stretch], burstUses: uses)
        return id
    }

    /// How long something takes that is no packet of the link: drawn from a stream of its own, which takes one draw.
    func delay(drawing stream: inout RandomStream) -> Span {
        let share = stream.openUnit()
        return ([present.link] + present.faults).reduce(.zero) {
            $0 + max(Span(roundingNanoseconds: $1.profile.delay.quantile(share)), $1.profile.floor)
        }
    }

    public mutating func remove(_ id: FaultID) {
        let others = present.faults.filter { $0.id != id }
        precondition(others.count < present.faults.count, "a fault that is not on this link")
        present = Present(present.link, others, burstUses: present.burstUses)
    }
}
