internal import Vocabulary

/// What the sender puts on the way: new segments, and those that were lost once more.
extension LossRecovery {
    var underWay: Int { segments.count - reported - lost + repeated + former }

    mutating func sendNew(at now: Instant, on link: inout LinkState, over route: StreamRoute) {
        let before = segments.count
        while nextToSend < queued, underWay < growth.window, segments.count < settings.windowLimit {
            sendNext(at: now, on: &link, over: route)
        }
        noteSent(segments.count - before, at: now)
        if segments.count > before { armProbe(at: now, hasProgressed: false) }
    }

    mutating func sendNext(at now: Instant, on link: inout LinkState, over route: StreamRoute) {
        let message = messages[sending]
        let isLast = nextToSend + 1 == message.end
        if isLast { sending += 1 }
        if segments.isEmpty { progressAt = now }
        let full = UInt32(clamping: (settings.segment + settings.header).bytes)
        segments.append(
            Segment(sentAt: now, bytes: isLast ? message.last : full, endsMessage: isLast))
        transmit(segments.count - 1, at: now, on: &link, over: route)
        lastSent = now
        if segments.count == 1 || alarm?.kind == .probe { armTimeout(at: now) }
    }

    mutating func noteSent(_ count: Int, at now: Instant) {
        let fillsWindow = underWay >= growth.window
        guard count > 0 || fillsWindow else { return }
        if base >= limitedUntil || fillsWindow || !isLimited && segments.count > mostOut {
            isLimited = fillsWindow
            mostOut = segments.count
            limitedUntil = nextToSend
        }
        if state == .recovery { sentInRecovery += count }
    }

    mutating func transmit(
        _ index: Int, at now: Instant, on link: inout LinkState, over route: StreamRoute
    ) {
        segments[index].sentAt = now
        guard reach != .nowhere else { return }
        let packet = link.packets
        if burst?.at != now { burst = (now, link.nextDelay(under: route.there)) }
        let size = ByteCount.bytes(Int64(segments[index].bytes))
        let left = link.offer(size, at: now, under: route.there)
        isLate = settings.areLate(route.there) || route.there.present.pointee.isNarrowed
        guard link.passes(under: route.there), let left else { return }
        if isLate {
            let (time, added) = (left + burst!.delay, route.there.present.pointee.added)
            let copy = Data(arrival: time, segment: base + index, packet: packet, sentAt: now)
            return late.add(copy, leaving: left, at: time, added: added)
        }
        lastArrival = max(lastArrival, left + burst!.delay)
        data.append(Data(arrival: lastArrival, segment: base + index, packet: packet, sentAt: now))
        guard segments[index].arrivesAt == .never else { return }
        segments[index].arrivesAt = lastArrival
        noteSafe()
    }

    /// Messages are safe in the order in which they were sent.
    mutating func noteSafe() {
        while safeBefore < nextToSend, segments[safeBefore - base].arrivesAt != .never {
            available = max(available, segments[safeBefore - base].arrivesAt)
            safeBefore += 1
            if messages[0].end == safeBefore {
                arrivals.append(available)
                _ = messages.removeFirst()
                sending -= 1
            }
        }
    }

    mutating func sendAgain(
        _ index: Int, at now: Instant, on link: inout LinkState, over route: StreamRoute
    ) {
        segments[index].isRepeated = true
        repeated += 1
        noteRepetition(of: index, at: now)
        if state == .recovery { sentInRecovery += 1 }
        transmit(index, at: now, on: &link, over: route)
    }

    mutating func noteRepetition(of index: Int, at now: Instant) {
        segments[index].wasRepeated = true
        repetitions += 1
        if firstRepeatedAt == nil { firstRepeatedAt = now }
        if let count = needless { needless = max(count, 0) + 1 }
    }

    mutating func sendLostAgain(at now: Instant, on link: inout LinkState, over route: StreamRoute) {
        guard lost > repeated else { return }
        var isFirst = false
        for index in segments.indices where segments[index].isLost && !segments[index].isRepeated {
            guard lost > repeated, underWay < growth.window else { break }
            sendAgain(index, at: now, on: &link, over: route)
            if index == 0, alarm?.kind != .reordering { isFirst = true }
        }
        if isFirst { arm(.timeout, after: timeout, at: now) }
    }
}
