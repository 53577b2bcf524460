public import Simulation

/// What events of a cluster are called by whoever reads or counts them: who received them by role and number, and
/// what kind they are in the field's words.
extension Machine {
    @usableFromInline
    nonisolated func name(number _: Int) -> ActorName {
        let resident = state.pointee.resident
        return ActorName(
            group: state.pointee.cluster.roles[resident.role].pointee.name, number: Int(resident.number))
    }

    @usableFromInline
    static func kind(of message: Inbox) -> String {
        switch message {
        case .arrived(let packet): packet.kindOfEvent
        case .received: "interface queue"
        case .due, .dueBeside: "timer"
        case .finished: "core completion"
        case .diskDue: "disk completion"
        case .attempt: "stream resend"
        case .broken, .turnedAway: "connection lost"
        case .synArrived, .lineReady: "line opening"
        case .lineEnded: "line ending"
        case .correctClock: "clock set"
        case .collect, .collected: "collection"
        case .restart, .power, .booted: "start"
        }
    }
}

extension Packet {
    fileprivate var kindOfEvent: String {
        switch kind {
        case .request: ReturnAddress(label: parcel.label) == nil ? "datagram" : "call"
        case .answer: "reply"
        case .uplink: "line message"
        case .downlink: "line message"
        case .post: "post"
        case .news, .end: "connection lost"
        }
    }
}

extension CallDesk {
    @usableFromInline
    nonisolated func name(number _: Int) -> ActorName { seat.name }

    @usableFromInline
    static func kind(of message: Inbox) -> String {
        switch message {
        case .reply, .failed: "reply"
        case .deadline: "call deadline"
        case .retry: "call retry"
        }
    }
}

/// What is rare on lines belongs to no machine.
extension LineKeeper {
    nonisolated func name(number: Int) -> ActorName { ActorName(group: "network", number: number) }

    static func kind(of message: Inbox) -> String {
        switch message {
        case .synIsDue: "line opening"
        case .attemptUp, .attemptDown: "line resend"
        case .ping, .pingAgain, .pinged, .answerAgain, .answered, .answerDue, .silenceDue: "ping"
        }
    }
}

/// What stands outside of the system.
extension Director {
    nonisolated func name(number: Int) -> ActorName { ActorName(group: "control", number: number) }

    static func kind(of message: Inbox) -> String {
        switch message {
        case .apply, .proceed, .heal: "fault"
        case .noteWork: "load reading"
        }
    }
}
