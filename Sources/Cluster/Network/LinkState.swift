public import Simulation
public import Vocabulary

/// What becomes of a datagram.
@frozen
public enum Fate: Hashable, Sendable {
    case dropped(Drop)
    /// `after` counts from when it was sent, and so does `duplicateAfter` for a second copy.
    case delivered(after: Span, corrupted: Bool, duplicateAfter: Span?)

    @frozen
    public enum Drop: Hashable, Sendable {
        case loss
        /// The buffer before the narrowest stretch had no room.
        case bufferFull
    }
}

/// One direction of one link: 24 bytes, since every phone has two.
///
/// Random numbers go by the number of the packet, so a feature that is off takes no draw and still keeps its place.
/// Datagrams and the segments of streams are counted alike.
public struct LinkState: Sendable {
    /// How many packets were sent.
    public private(set) var packets: UInt64 = 0

    /// When the narrowest stretch has passed on all that was sent.
    private var clear = Instant.start

    private let entity: UInt32
    private var badStates: UInt16 = 0  // a bit for each stretch whose bursts are in their bad state
    private var burstUsesSeen: UInt16 = 0

    /// `entity` tells the link from all others that share its conditions.
    public init(entity: UInt32) { self.entity = entity }

    /// Sends a datagram.
    public mutating func fate(of size: ByteCount, at now: Instant, under conditions: LinkConditions) -> Fate {
        let packet = packets
        packets += 1
        if isLost(packet, under: conditions) { return .dropped(.loss) }
        var wait = Span.zero
        if let bandwidth = conditions.bandwidth {
            let work = bandwidth.rate.transmissionTime(of: size)
            guard let left = bandwidth.offer(work, at: now, clear: &clear) else {
                return .dropped(.bufferFull)
            }
            wait = left - now
        }
        return .delivered(
            after: wait + delay(of: packet, under: conditions),
            corrupted: isCorrupted(packet, under: conditions),
            duplicateAfter: duplicateDelay(of: packet, under: conditions).map { wait + $0 })
    }

    /// How long the next packet will be on its way once it has left: what a message in a stream asks beforehand.
    public func nextDelay(under conditions: LinkConditions) -> Span { delay(of: packets, under: conditions) }

    /// Sends a segment of a stream, and tells whether it arrives whole.
    mutating func passes(under conditions: LinkConditions) -> Bool {
        let packet = packets
        packets += 1
        if conditions.losesNothing { return true }
        return !isLost(packet, under: conditions) && !isCorrupted(packet, under: conditions)
    }

    /// Whether one small packet, such as a SYN, gets through.
    public mutating func delivers(under conditions: LinkConditions) -> Bool { passes(under: conditions) }

    /// When a segment that takes `work` has left the narrowest stretch.
    mutating func leave(after work: Span, at now: Instant, under conditions: LinkConditions) -> Instant {
        conditions.bandwidth?.leave(after: work, at: now, clear: &clear) ?? now
    }

    private mutating func isLost(_ packet: UInt64, under conditions: LinkConditions) -> Bool {
        if conditions.losesNothing { return false }
        forgetFormerBursts(under: conditions)
        var lost = isLost(packet, on: conditions.link)
        // Every stretch sees every packet, also one lost before: or one fault would move the bursts of another.
        for index in conditions.faults.indices where isLost(packet, on: conditions.faults[index]) {
            lost = true
        }
        return lost
    }

    private mutating func isLost(_ packet: UInt64, on stretch: LinkConditions.Stretch) -> Bool {
        switch stretch.profile.loss {
        case .none: return false
        case .independent(let loss): return hits(loss, stretch.draws.loss, packet)
        case .chosen(let packets): return packets.contains(packet)
        case .bursts(let bursts):
            var isBad = badStates & stretch.burstBit != 0
            let lost = bursts.loses(
                &isBad, move: unit(stretch.draws.burst, packet), loss: unit(stretch.draws.loss, packet))
            badStates = isBad ? badStates | stretch.burstBit : badStates & ~stretch.burstBit
            return lost
        }
    }

    /// A new fault starts in its good state, also where an earlier one left its bit.
    private mutating func forgetFormerBursts(under conditions: LinkConditions) {
        guard burstUsesSeen != conditions.burstUses else { return }
        for fault in conditions.faults where fault.burstUse > burstUsesSeen { badStates &= ~fault.burstBit }
        burstUsesSeen = conditions.burstUses
    }

    private func delay(of packet: UInt64, under conditions: LinkConditions) -> Span {
        var sum = delay(of: packet, on: conditions.link, from: conditions.link.draws.delay)
        for index in conditions.faults.indices {
            sum += delay(
                of: packet, on: conditions.faults[index], from: conditions.faults[index].draws.delay)
        }
        return sum
    }

    private func delay(
        of packet: UInt64, on stretch: LinkConditions.Stretch, from draws: Streams
    ) -> Span {
        var stream = draws.stream(of: UInt64(entity), drawn: packet)
        let drawn = Span(roundingNanoseconds: stretch.profile.delay.sample(&stream))
        let reordering = stretch.profile.reordering
        let extra = hits(reordering.probability, stretch.draws.reordering, packet) ? reordering.extra : .zero
        return max(drawn, stretch.profile.floor) + extra
    }

    private func isCorrupted(_ packet: UInt64, under conditions: LinkConditions) -> Bool {
        hits(conditions.link.profile.corruption, conditions.link.draws.corruption, packet)
            || conditions.faults.contains { hits($0.profile.corruption, $0.draws.corruption, packet) }
    }

    /// The delay of a second copy, which takes its own time on every stretch; nil when there is none.
    private func duplicateDelay(of packet: UInt64, under conditions: LinkConditions) -> Span? {
        let isRepeated =
            hits(conditions.link.profile.duplication, conditions.link.draws.duplication, packet)
            || conditions.faults.contains { hits($0.profile.duplication, $0.draws.duplication, packet) }
        guard isRepeated else { return nil }
        return conditions.faults.reduce(
            delay(of: packet, on: conditions.link, from: conditions.link.draws.secondDelay)
        ) { sum, fault in
            sum + delay(of: packet, on: fault, from: fault.draws.secondDelay)
        }
    }

    private func hits(_ chance: Bernoulli, _ draws: Streams, _ packet: UInt64) -> Bool {
        chance.probability > 0 && unit(draws, packet) < chance.probability
    }

    private func unit(_ draws: Streams, _ packet: UInt64) -> Double {
        var stream = draws.stream(of: UInt64(entity), drawn: packet)
        return stream.unit()
    }
}
