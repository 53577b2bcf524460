internal import Cluster
internal import Simulation
public import Vocabulary

/// A client comes to a server: with a session, or for one.
public struct RegistryAttachment: Marked, BitwiseCopyable {
    /// 0 for a new one.
    let session: UInt64
    let timeout: Span
    /// What it has seen: a server that is not so far yet is none for it.
    let place: UInt64

    public var mark: UInt64 { Vocabulary.mark(session, UInt64(timeout.nanoseconds), place) }
}

public enum RegistryAttached: Marked, BitwiseCopyable {
    case attached(session: UInt64, timeout: Span, place: UInt64)
    case expired
    case notServing

    public var mark: UInt64 {
        switch self {
        case .attached(let session, let timeout, let place):
            Vocabulary.mark(1, session, UInt64(timeout.nanoseconds), place)
        case .expired: Vocabulary.mark(2)
        case .notServing: Vocabulary.mark(3)
        }
    }
}

public struct RegistryPong: Marked, BitwiseCopyable {
    @usableFromInline let place: UInt64
    public var mark: UInt64 { place }
}

/// Who has a session here.
extension RegistryServer {
    func attach(
        _ attachment: RegistryAttachment, _ ticket: Ticket<RegistryAttached>, in shift: Shift
    ) {
        guard isServing, place >= attachment.place else {
            return shift.reply(.notServing, to: ticket, size: Self.frame)
        }
        numbers += 1
        pending[numbers] = .attach(attachment, ticket)
        if attachment.session != 0 {
            if case .follows(let leader) = standing {
                shift.post(
                    .revalidate(
                        session: attachment.session, by: UInt16(seat.number), number: numbers),
                    to: servers[leader], size: Self.frame)
            } else {
                revalidated(numbers, touch(attachment.session, at: shift.now), in: shift)
            }
            return
        }
        sessionCount += 1
        let session = UInt64(seat.number + 1) << 48 | UInt64(seat.incarnation) << 32 | sessionCount
        submit(
            .openSession(settings.granted(attachment.timeout)), nil, of: session, number: numbers, in: shift)
    }

    func revalidated(_ number: UInt32, _ isAlive: Bool, in shift: Shift) {
        guard case .attach(let attachment, let ticket)? = pending.removeValue(forKey: number) else { return }
        guard isAlive, let session = state.session(attachment.session) else {
            return shift.reply(.expired, to: ticket, size: Self.frame)
        }
        attached(attachment.session, session.timeout, ticket, in: shift)
    }

    func attached(
        _ session: UInt64, _ timeout: Span, _ ticket: Ticket<RegistryAttached>, in shift: Shift
    ) {
        if clients.updateValue(RegistryClientState(), forKey: session) == nil {
            clientNumbers.append(session)
        }
        _ = note(session, in: shift)
        shift.reply(
            .attached(session: session, timeout: timeout, place: place), to: ticket, size: Self.frame)
    }

    // MARK: Who is there

    /// A client that is attached here was heard of. False for one that is not.
    func note(_ session: UInt64, in shift: Shift) -> Bool {
        guard let client = clients.index(forKey: session) else { return false }
        if member.leads {
            _ = touch(session, at: shift.now)
        } else if clients.values[client].touch() {
            touched.append(session)
        }
        return true
    }

    /// Twice a tick.
    func tellTouched(in shift: Shift) {
        guard case .follows(let leader) = standing else { return }
        let limit = Pool<UInt64>.chunkCapacity
        var rest = touched[...]
        touched = []
        for session in rest { clients[session]?.isTouched = false }
        repeat {
            let sessions = seat.pool(of: UInt64.self).write(rest.prefix(limit))
            shift.post(
                .touched(by: UInt16(seat.number), sessions), to: servers[leader],
                size: Self.frame + .bytes(12 * Int64(sessions.count)))
            rest = rest.dropFirst(limit)
        } while !rest.isEmpty
    }

    func take(_ sessions: Contents<UInt64>, touchedBy server: Int, in shift: Shift) {
        noteFollower(server, in: shift)
        for place in 0..<sessions.count { _ = touch(sessions[place], at: shift.now) }
        sessions.letGo()
    }

    /// Puts off the end of a session, to the next full tick behind its time. False for one that is over.
    func touch(_ session: UInt64, at now: Instant) -> Bool {
        guard member.leads, let timeout = state.session(session)?.timeout else { return false }
        let tick = settings.tick.nanoseconds
        let ticks = (now - beganAt + timeout).nanoseconds / tick + 1
        deadlines[session] = beganAt + settings.tick * ticks
        return true
    }

    /// Once a tick.
    func closeOverdueSessions(in shift: Shift) {
        for session in state.sessionNumbers {
            guard let deadline = deadlines[session], rules.expires(deadline, shift.now) else { continue }
            deadlines[session] = nil  // it is being closed
            numbers += 1
            submit(.closeSession, nil, of: session, number: numbers, in: shift)
        }
    }
}
