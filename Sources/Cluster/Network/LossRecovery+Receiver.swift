internal import Vocabulary

/// The receiver: what it holds until a gap is filled, and when it reports what has arrived.
extension LossRecovery {
    mutating func receive(_ packet: Data, at now: Instant, over route: StreamRoute) {
        let index = packet.segment - base
        guard packet.segment >= expected, segments[index].receipt == 0 else {
            return report(
                on: 2 * packet.packet, at: now, echo: packet.sentAt, isForDuplicate: true, over: route)
        }
        receipts += 1
        segments[index].receipt = receipts
        received.append(packet.segment)
        if segments[index].arrivesAt == .never {
            segments[index].arrivesAt = now
            noteSafe()
        }
        guard packet.segment == expected else {
            held += 1
            return report(on: 2 * packet.packet, at: now, echo: packet.sentAt, over: route)
        }
        let fillsGap = held > 0
        let startsMessage = isBetweenMessages
        var endsMessage = false
        repeat {
            isBetweenMessages = segments[expected - base].endsMessage
            endsMessage = endsMessage || segments[expected - base].endsMessage
            expected += 1
            if expected - 1 != packet.segment { held -= 1 }
        } while expected < nextToSend && segments[expected - base].receipt != 0
        unacknowledged += 1
        if data.count > 0, data[0].arrival == now, !fillsGap, !endsMessage {
            // More of the same burst is here already.
            if reading?.at != now {
                let share: UInt64 = startsMessage ? 2 : 8
                reading = (now, isEarly: returning.isHit(by: packet.packet, oneIn: share))
            }
            guard unacknowledged >= 2, reading!.isEarly else { return }
            reading!.isEarly = false
        }
        if fillsGap || unacknowledged >= 2 {
            report(on: 2 * packet.packet, at: now, echo: packet.sentAt, over: route)
        } else if delayed == nil {
            let due = time(after: settings.delayedAcknowledgement, at: now)
            delayed = (due, packet.packet, packet.sentAt)
        }
        // The answer to a message tells that it has come.
        if endsMessage { report(on: 2 * packet.packet + 1, at: now, echo: packet.sentAt, over: route) }
    }

    mutating func report(
        on number: UInt64, at now: Instant, echo: Instant, isForDuplicate: Bool = false,
        over route: StreamRoute
    ) {
        unacknowledged = 0
        delayed = nil
        guard reach == .through, returning.returns(for: number, under: route.back) else { return }
        let isLate = settings.areLate(route.back)
        let time = now + returning.delay(ofPacket: number, under: route.back)
        if !isLate { lastReport = max(lastReport, time) }
        let report = Report(
            arrival: isLate ? time : lastReport, next: expected, receipts: receipts,
            isForDuplicate: isForDuplicate, echo: echo)
        if isLate {
            lateReports.add(report, leaving: now, at: time, added: route.back.present.pointee.added)
        } else {
            reports.append(report)
        }
    }
}
