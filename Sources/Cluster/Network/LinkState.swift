import Simulation
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
/// Random numbers go by the number of the packet, so a feature that is off takes no draw and still keeps its
/// place.
/// Datagrams and the segments of streams are counted alike.
public struct LinkState: Sendable {
    /// How many packets were sent.
    public private(set) var packets: UInt64 = 0

    /// When the narrowest stretch has passed on all that was sent.
    var clear = Instant.start

    let entity: UInt32
    private var badStates: UInt16 = 0  // a bit for each stretch whose bursts are in their bad state
    private var burstUsesSeen: UInt16 = 0

    /// `entity` tells the link from all others that share its conditions.
    public init(entity: UInt32) { self.entity = entity }

    /// Sends a datagram.
    public mutating func fate(of size: ByteCount, at now: Instant, under conditions: LinkConditions) -> Fate {
        let present = conditions.present
        let packet = packets
        packets += 1
        if isLost(packet, present) { return .dropped(.loss) }
        var wait = Span.zero
        if let bandwidth = present.pointee.bandwidth {
            let work = bandwidth.rate.transmissionTime(of: size)
            guard let left = bandwidth.offer(work, at: now, clear: &clear) else {
                return .dropped(.bufferFull)
            }
            wait = left - now
        }
        return .delivered(
            after: wait + delay(of: packet, present), corrupted: isCorrupted(packet, present),
            duplicateAfter: isRepeated(packet, present) ? wait + secondDelay(of: packet, present) : nil)
    }

    /// How long the next packet will be on its way once it has left: what a message in a stream asks
    /// beforehand.
    public func nextDelay(under conditions: LinkConditions) -> Span { delay(of: packets, conditions.present) }

    /// Sends a packet of which only this matters: whether it arrives whole. A segment of a stream, a SYN.
    public mutating func passes(under conditions: LinkConditions) -> Bool {
        let present = conditions.present
        let packet = packets
        packets += 1
        if present.pointee.losesNothing { return true }
        return !isLost(packet, present) && !isCorrupted(packet, present)
    }

    /// Sends some segments of a stream at once. False when one of them does not arrive whole.
    mutating func pass(_ count: Int, under conditions: LinkConditions) -> Bool {
        if conditions.present.pointee.losesNothing {
            packets += UInt64(count)
            return true
        }
        if conditions.present.pointee.losesOneByOne { return pass(count, conditions.present) }
        for _ in 0..<count where !passes(under: conditions) { return false }
        return true
    }

    /// The same as one packet after the other, with one look at each stretch.
    private mutating func pass(_ count: Int, _ present: UnsafePointer<LinkConditions.Present>) -> Bool {
        var arrived = count
        for place in 0..<present.pointee.count {
            let stretch = present.pointee.stretches + place
            guard let chance = stretch.pointee.loss.chance, chance.probability > 0 else { continue }
            var stream = stretch.pointee.draws.loss.stream(of: UInt64(entity), drawn: packets)
            for packet in 0..<arrived where stream.unit() < chance.probability {
                arrived = packet
                break
            }
        }
        if burstUsesSeen != present.pointee.burstUses { forgetFormerBursts(present) }
        packets += UInt64(min(arrived + 1, count))
        return arrived == count
    }

    /// The link as what goes back for a stream crosses it: draws of its own, that go by the packets of the
    /// stream.
    var returning: LinkState {
        var twin = LinkState(entity: entity ^ 0x5555_5555)
        twin.packets = packets
        return twin
    }

    /// Whether something that packet `number` has brought about gets back.
    mutating func returns(for number: UInt64, under conditions: LinkConditions) -> Bool {
        packets = number
        return passes(under: conditions)
    }

    /// Whether chance hits packet `number`, as it does one in `share` of them.
    func isHit(by number: UInt64, oneIn share: UInt64) -> Bool {
        Mixing.finalize(UInt64(entity) << 32 ^ number) % share == 0
    }

    /// How long packet `number` is on its way, whether or not it has been sent.
    func delay(ofPacket number: UInt64, under conditions: LinkConditions) -> Span {
        delay(of: number, conditions.present)
    }

    /// When a segment that takes `work` has left the narrowest stretch.
    mutating func leave(after work: Span, at now: Instant, under conditions: LinkConditions) -> Instant {
        conditions.present.pointee.bandwidth?.leave(after: work, at: now, clear: &clear) ?? now
    }

    /// The same where it may find the buffer full; nil then.
    mutating func offer(_ size: ByteCount, at now: Instant, under conditions: LinkConditions) -> Instant? {
        guard let bandwidth = conditions.present.pointee.bandwidth else { return now }
        return bandwidth.offer(bandwidth.rate.transmissionTime(of: size), at: now, clear: &clear)
    }

    /// What waits before the narrowest stretch leaves sooner, now that this carries more.
    mutating func widen(_ widening: Widening, at now: Instant) {
        clear = widening.instant(of: clear, at: now)
    }

    private mutating func isLost(_ packet: UInt64, _ present: UnsafePointer<LinkConditions.Present>) -> Bool {
        if present.pointee.losesNothing { return false }
        if burstUsesSeen != present.pointee.burstUses { forgetFormerBursts(present) }
        var lost = false
        // Every stretch sees every packet, also one lost before: or one fault would move the bursts of
        // another.
        for place in 0..<present.pointee.count where isLost(packet, on: present.pointee.stretches + place) {
            lost = true
        }
        return lost
    }

    private mutating func isLost(_ packet: UInt64, on stretch: UnsafePointer<LinkConditions.PathElement>)
        -> Bool
    {
        switch stretch.pointee.loss {
        case .none: return false
        case .independent(let loss): return hits(loss, stretch.pointee.draws.loss, packet)
        case .chosen(let packets): return packets.contains(packet)
        case .bursts(let bursts):
            var isBad = badStates & stretch.pointee.burstBit != 0
            let lost = bursts.loses(
                &isBad, move: unit(stretch.pointee.draws.burst, packet),
                loss: unit(stretch.pointee.draws.loss, packet))
            badStates = isBad ? badStates | stretch.pointee.burstBit : badStates & ~stretch.pointee.burstBit
            return lost
        }
    }

    /// A new fault starts in its good state, also where an earlier one left its bit.
    private mutating func forgetFormerBursts(_ present: UnsafePointer<LinkConditions.Present>) {
        for fault in present.pointee.all.dropFirst() where fault.burstUse > burstUsesSeen {
            badStates &= ~fault.burstBit
        }
        burstUsesSeen = present.pointee.burstUses
    }

    private func delay(of packet: UInt64, _ present: UnsafePointer<LinkConditions.Present>) -> Span {
        var sum = Span.zero
        for place in 0..<present.pointee.count {
            let stretch = present.pointee.stretches + place
            sum += delay(of: packet, on: stretch, from: stretch.pointee.draws.delay)
        }
        return sum
    }

    /// A second copy takes its own time on every stretch.
    private func secondDelay(of packet: UInt64, _ present: UnsafePointer<LinkConditions.Present>) -> Span {
        var sum = Span.zero
        for place in 0..<present.pointee.count {
            let stretch = present.pointee.stretches + place
            sum += delay(of: packet, on: stretch, from: stretch.pointee.draws.secondDelay)
        }
        return sum
    }

    private func delay(
        of packet: UInt64, on stretch: UnsafePointer<LinkConditions.PathElement>, from draws: Streams
    ) -> Span {
        var stream = draws.stream(of: UInt64(entity), drawn: packet)
        let drawn = stretch.delay(share: stream.openUnit())
        let reordering = stretch.pointee.reordering
        let extra =
            hits(reordering.probability, stretch.pointee.draws.reordering, packet) ? reordering.extra : .zero
        return max(drawn, stretch.pointee.floor) + extra
    }

    private func isCorrupted(_ packet: UInt64, _ present: UnsafePointer<LinkConditions.Present>) -> Bool {
        !present.pointee.corruptsNothing
            && (0..<present.pointee.count).contains {
                let stretch = present.pointee.stretches + $0
                return hits(stretch.pointee.corruption, stretch.pointee.draws.corruption, packet)
            }
    }

    private func isRepeated(_ packet: UInt64, _ present: UnsafePointer<LinkConditions.Present>) -> Bool {
        !present.pointee.repeatsNothing
            && (0..<present.pointee.count).contains {
                let stretch = present.pointee.stretches + $0
                return hits(stretch.pointee.duplication, stretch.pointee.draws.duplication, packet)
            }
    }

    @inline(__always)
    private func hits(_ chance: Bernoulli, _ draws: Streams, _ packet: UInt64) -> Bool {
        chance.probability > 0 && unit(draws, packet) < chance.probability
    }

    @inline(__always)
    private func unit(_ draws: Streams, _ packet: UInt64) -> Double {
        var stream = draws.stream(of: UInt64(entity), drawn: packet)
        return stream.unit()
    }
}
