import Simulation
import Vocabulary

/// What a link is like at present: its profile, and the faults that lie on it.
///
/// Many links of one kind share their conditions (all phones on 4G, say), while each has a `LinkState` of its
/// own. Faults come and go independently of each other, in any order. Each draws from streams that bear its
/// own name, and draw n of a stream belongs to packet n of the link. So a fault of strength zero changes no
/// packet, and no feature of profile or fault moves the draws of another one.
///
/// Conditions are looked up with every packet, and change with a fault only. So they are one pointer, which
/// costs no counting of references; whoever made them gives the memory back with `deallocate`.
public struct LinkConditions: @unchecked Sendable {
    /// A fault that was applied, to be removed.
    public struct FaultID: Hashable, Sendable {
        let number: Int
    }

    /// What a packet meets on the way: the link itself, or a fault on it. It never changes.
    struct PathElement: @unchecked Sendable {
        let name: String
        let id: FaultID
        // The parts of its profile, each to be read by itself: a profile has references to count.
        private let delay: Delay
        let borrowedDelay: Unmanaged<Delay>
        let floor: Span
        let loss: LossModel
        let duplication: Bernoulli
        let reordering: LinkProfile.Reordering
        let corruption: Bernoulli
        let bandwidth: Bandwidth?
        let draws: Draws
        // Which bit of a link's state says that bursts are in their bad state here, and the how-manieth use
        // of bits this is: a bit is used again after its fault has gone.
        let burstBit: UInt16
        let burstUse: UInt16

        init(
            _ profile: LinkProfile, named name: String, _ id: FaultID, seed: UInt64, burstBit: UInt16,
            burstUse: UInt16
        ) {
            self.name = name
            self.id = id
            delay = Delay(profile.delay)
            borrowedDelay = .passUnretained(delay)
            floor = profile.floor
            loss = profile.loss
            duplication = profile.duplication
            reordering = profile.reordering
            corruption = profile.corruption
            bandwidth = profile.bandwidth
            draws = Draws(seed: seed, name: name)
            self.burstBit = burstBit
            self.burstUse = burstUse
        }

        var median: Span { max(Span(roundingNanoseconds: delay.spread.quantile(0.5)), floor) }
    }

    /// A distribution that may have references, as every packet reads it: it never changes, so nothing need
    /// be counted.
    final class Delay: Sendable {
        let spread: Spread

        init(_ spread: Spread) { self.spread = spread }
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

    /// All that a packet has to look up.
    struct Present {
        /// The link itself, and the faults on it.
        let stretches: UnsafePointer<PathElement>
        let count: Int
        let burstUses: UInt16
        /// The narrowest stretch.
        let bandwidth: Bandwidth?
        /// Whether a fault is the narrowest stretch.
        let isNarrowed: Bool
        /// What faults add to the delay, by their medians.
        let added: Span
        /// Whether every packet arrives whole.
        let losesNothing: Bool
        /// Whether nothing happens to packets but that each may be lost, on its own.
        let losesOneByOne: Bool
        /// Whether no packet is corrupted, and none comes twice.
        let corruptsNothing: Bool
        let repeatsNothing: Bool
        /// The same without faults; nil where there are none.
        let usual: UnsafePointer<Present>?
        /// What was before the latest change: it is kept until the end.
        let former: UnsafePointer<Present>?

        init(
            _ stretches: [PathElement], burstUses: UInt16, usual: UnsafePointer<Present>? = nil,
            former: UnsafePointer<Present>?
        ) {
            let memory = UnsafeMutablePointer<PathElement>.allocate(capacity: stretches.count)
            for (place, stretch) in stretches.enumerated() { (memory + place).initialize(to: stretch) }
            self.stretches = UnsafePointer(memory)
            count = stretches.count
            self.burstUses = burstUses
            self.usual = usual
            self.former = former
            let faults = stretches.dropFirst(usual?.pointee.count ?? stretches.count)
            added = faults.reduce(.zero) { $0 + $1.median }
            bandwidth = stretches.compactMap(\.bandwidth).min { $0.rate < $1.rate }
            isNarrowed = faults.contains { $0.bandwidth != nil } && bandwidth != usual?.pointee.bandwidth
            losesNothing = !stretches.contains { $0.loss.canLose || $0.corruption.probability > 0 }
            corruptsNothing = stretches.allSatisfy { $0.corruption.probability == 0 }
            repeatsNothing = stretches.allSatisfy { $0.duplication.probability == 0 }
            losesOneByOne =
                corruptsNothing && stretches.allSatisfy { $0.loss == .none || $0.loss.chance != nil }
        }

        var all: [PathElement] { (0..<count).map { stretches[$0] } }
    }

    private(set) var present: UnsafePointer<Present>

    private let seed: UInt64
    private var nextNumber = 1

    /// `name` is what the link's random streams are known by: links of different kinds draw different
    /// numbers.
    public init(_ profile: LinkProfile, named name: String, seed: UInt64) {
        self.seed = seed
        let link = PathElement(
            profile, named: name, FaultID(number: 0), seed: seed, burstBit: 1, burstUse: 0)
        present = Self.place(Present([link], burstUses: 0, former: nil))
    }

    /// One more stretch that belongs to the link and is no fault.
    mutating func lengthen(by profile: LinkProfile, named name: String) {
        let stretch = PathElement(
            profile, named: name, FaultID(number: nextNumber), seed: seed, burstBit: 0, burstUse: 0)
        nextNumber += 1
        present = Self.place(
            Present(present.pointee.all + [stretch], burstUses: present.pointee.burstUses, former: present))
    }

    /// Puts a fault on the link until it is removed. Two at a time have different names, or they would hit
    /// the same packets.
    public mutating func apply(_ fault: LinkProfile, named name: String) -> FaultID {
        guard case .bursts = fault.loss else { return apply(fault, named: name, burstBit: 0, burstUse: 0) }
        let taken = present.pointee.all.reduce(0) { $0 | $1.burstBit }
        precondition(taken != .max, "more than 15 faults with bursts at a time on one link")
        return apply(
            fault, named: name, burstBit: ~taken & (taken + 1),  // the lowest that is free
            burstUse: present.pointee.burstUses + 1)
    }

    /// The same, for who gives out bits himself; uses only grow.
    mutating func apply(
        _ fault: LinkProfile, named name: String, burstBit bit: UInt16, burstUse: UInt16
    ) -> FaultID {
        let stretches = present.pointee.all
        precondition(!stretches.contains { $0.name == name }, "two faults named \(name)")
        let uses = max(present.pointee.burstUses, burstUse)
        let id = FaultID(number: nextNumber)
        nextNumber += 1
        let stretch = PathElement(
            fault, named: name, id, seed: seed, burstBit: bit, burstUse: burstUse)
        present = Self.place(
            Present(
                stretches + [stretch], burstUses: uses, usual: present.pointee.usual ?? present,
                former: present))
        return id
    }

    /// How long something takes that is no packet of the link: drawn from a stream of its own, which takes
    /// one draw.
    func delay(drawing stream: inout RandomStream) -> Span {
        let share = stream.openUnit()
        var sum = Span.zero
        for place in 0..<present.pointee.count {
            let stretch = present.pointee.stretches + place
            sum += max(stretch.delay(share: share), stretch.pointee.floor)
        }
        return sum
    }

    public mutating func remove(_ id: FaultID) {
        let others = present.pointee.all.filter { $0.id != id }
        precondition(others.count < present.pointee.count, "a fault that is not on this link")
        present = Self.place(
            Present(
                others, burstUses: present.pointee.burstUses, usual: present.pointee.usual,
                former: present))
    }

    /// The link without the faults on it.
    var usual: LinkConditions {
        var usual = self
        usual.present = present.pointee.usual ?? present
        return usual
    }

    private static func place(_ present: Present) -> UnsafePointer<Present> {
        let pointer = UnsafeMutablePointer<Present>.allocate(capacity: 1)
        pointer.initialize(to: present)
        return UnsafePointer(pointer)
    }

    func deallocate() {
        var next: UnsafePointer<Present>? = present
        while let pointer = next {
            next = pointer.pointee.former
            UnsafeMutablePointer(mutating: pointer.pointee.stretches).deinitialize(
                count: pointer.pointee.count)
            pointer.pointee.stretches.deallocate()
            UnsafeMutablePointer(mutating: pointer).deinitialize(count: 1)
            pointer.deallocate()
        }
    }
}

extension UnsafePointer<LinkConditions.PathElement> {
    /// A delay has a share of delays below it. Asked of the pointer: as a method of the stretch it would copy
    /// all of it.
    @inline(__always)
    func delay(share: Double) -> Span {
        pointee.borrowedDelay._withUnsafeGuaranteedRef {
            Span(roundingNanoseconds: $0.spread.quantile(share))
        }
    }
}
