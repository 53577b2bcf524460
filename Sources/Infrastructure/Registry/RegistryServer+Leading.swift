internal import Cluster
internal import Simulation
internal import Vocabulary

/// How servers find a leader, and how they find out that there is none any more.
///
/// A follower leaves its leader when the connection ends, or when it has not heard of it for `sync-limit` ticks. A
/// leader looks once a tick whether most are with it. Whoever looks for a leader serves nobody, and its clients go
/// elsewhere.
extension RegistryServer {
    private var me: UInt16 { UInt16(seat.number) }
    private var majority: Int { servers.count / 2 + 1 }
    private var syncLimit: Span { settings.tick * Int64(settings.syncLimit) }
    private var initLimit: Span { settings.tick * Int64(settings.initLimit) }

    // MARK: Looking for a leader

    func look(in shift: Shift) {
        if case .follows(let leader) = standing {
            shift.post(.left(me), to: servers[leader], size: Self.frame)
        }
        term += 1
        standing = .looks
        isStarting = false
        for server in followers.indices { followers[server].isConnected = false }
        dropClients(in: shift)
        take(member.resign(in: shift), in: shift)
        let (lastEpoch, end) = member.progress
        election.begin(Nomination(server: me, lastEpoch: lastEpoch, end: end))
        votesAgainAfter = settings.electionWait
        tell(in: shift)
        if servers.count == 1 { awaitBetter(in: shift) }
        voteAgainLater(in: shift)
    }

    private func notice() -> ElectionNotice {
        let (standing, vote): (ElectionNotice.Standing, Nomination) =
            switch self.standing {
            case .looks: (.looks, election.vote)
            case .follows(let leader):
                (.follows, Nomination(server: UInt16(leader), lastEpoch: 0, end: 0))
            case .leads: (.leads, Nomination(server: me, lastEpoch: 0, end: 0))
            }
        return ElectionNotice(server: me, standing: standing, round: election.round, vote: vote)
    }

    private func tell(in shift: Shift) {
        for other in servers where other.number != seat.number {
            shift.post(.notice(notice()), to: other, size: Self.frame)
        }
    }

    private func voteAgainLater(in shift: Shift) {
        _ = shift.arm(.voteAgain(term: term), after: votesAgainAfter)
    }

    /// Nothing has come of it: others may not have heard.
    func voteAgain(in shift: Shift) {
        switch standing {
        case .looks: tell(in: shift)
        case .leads:
            guard !member.leads else { return }
            take(member.stand(in: shift), in: shift)
        case .follows: return
        }
        votesAgainAfter = min(votesAgainAfter * 2, .seconds(60))
        voteAgainLater(in: shift)
    }

    func take(_ notice: ElectionNotice, in shift: Shift) {
        guard standing == .looks else {
            if notice.standing == .looks {
                shift.post(.notice(self.notice()), to: servers[Int(notice.server)], size: Self.frame)
            }
            return
        }
        switch election.hear(notice) {
        case .none: break
        case .tell:
            tell(in: shift)
            if election.isAgreed { awaitBetter(in: shift) }
        case .agreed: awaitBetter(in: shift)
        case .follow(let leader): follow(leader, in: shift)
        }
    }

    private func awaitBetter(in shift: Shift) {
        term += 1
        _ = shift.arm(.voteIsFinal(term: term), after: settings.electionWait)
        voteAgainLater(in: shift)
    }

    func voteIsFinal(in shift: Shift) {
        guard standing == .looks, election.isAgreed else { return }
        let winner = Int(election.vote.server)
        guard winner == seat.number else { return follow(winner, in: shift) }
        term += 1
        standing = .leads
        votesAgainAfter = settings.electionWait * 2
        voteAgainLater(in: shift)
        take(member.stand(in: shift), in: shift)
        giveUpLater(in: shift)
    }

    private func follow(_ leader: Int, in shift: Shift) {
        term += 1
        standing = .follows(leader)
        shift.watchConnection(to: servers[leader], orElse: .linkEnded(UInt16(leader)))
        tellTouched(in: shift)
        giveUpLater(in: shift)
    }

    /// A leader has to be there in time.
    private func giveUpLater(in shift: Shift) {
        _ = shift.arm(.isTooLate(term: term), after: initLimit)
    }

    // MARK: Agreement

    func take(_ news: AgreementNews<RegistryCommand>, in shift: Shift) {
        if case .word(let word, _, let other) = news, !belongs(word, from: other) {
            return news.noteDiscarded()
        }
        take(member.hear(news, in: shift), in: shift)
        // It may have had everything before.
        if case .follows = standing, member.committed > 0, member.leader != nil,
            case .word(.append, _, _) = news
        {
            start(in: shift)
        }
    }

    /// Words go over the connections of a leader with its followers: a former one is not heard.
    private func belongs(_ word: Agreement.Message, from other: Int) -> Bool {
        switch (word, standing) {
        case (.append, .follows(let leader)), (.committed, .follows(let leader)),
            (.voteFor, .follows(let leader)):
            leader == other
        case (.voteFor, .looks): Int(election.vote.server) == other
        case (.append, _), (.committed, _), (.voteFor, _): false
        case (.voted, _), (.appended, _), (.refused, _): standing == .leads
        }
    }

    func take(_ outcomes: AgreementMember<RegistryServer>.Notices, in shift: Shift) {
        if outcomes.isEmpty { return }  // as they are mostly
        for outcome in outcomes {
            switch outcome {
            case .committed(let places):
                for place in places {
                    if let command = member.command(place) { apply(command, at: place, in: shift) }
                }
                if member.leads { member.announce(in: shift) }
                start(in: shift)
            case .leads:
                deadlines.removeAll(keepingCapacity: true)
                for session in state.sessionNumbers { _ = touch(session, at: shift.now) }
            case .follows(let leader):
                // Others have voted for a higher epoch.
                if leader == nil, standing == .leads, isStarting || isServing { look(in: shift) }
            }
        }
    }

    /// What was agreed before is known, and clients can come in a moment.
    private func start(in shift: Shift) {
        guard !isServing, !isStarting, standing != .looks else { return }
        isStarting = true
        _ = shift.arm(.started(term: term), after: settings.startTime.drawn(from: &costs))
        if case .follows = standing { lookAtLeader(in: shift) }
    }

    // MARK: Time

    func halfTick(in shift: Shift) {
        halfTicks += 1
        switch standing {
        case .looks: break
        case .follows: tellTouched(in: shift)
        case .leads:
            guard member.leads else { return }
            if halfTicks.isMultiple(of: 2) {
                guard hasMost else { return look(in: shift) }
                closeOverdueSessions(in: shift)
            }
            member.speak(in: shift)
        }
    }

    private var hasMost: Bool {
        let tick = halfTicks / 2
        let there = followers.count { $0.isConnected && tick - $0.tick <= settings.syncLimit }
        return there + 1 >= majority || !isServing
    }

    func lookAtLeader(in shift: Shift) {
        guard case .follows = standing else { return }
        let left = syncLimit - (shift.now - member.lastHeard)
        guard left > .zero else { return look(in: shift) }
        _ = shift.arm(.leaderIsSilent(term: term), after: left)
    }

    func linkEnded(_ server: Int, in shift: Shift) {
        followers[server].isConnected = false
        if standing == .follows(server) { look(in: shift) }
    }

    func noteFollower(_ server: Int, in shift: Shift) {
        if !followers[server].isConnected {
            followers[server].isConnected = true
            shift.watchConnection(to: servers[server], orElse: .linkEnded(UInt16(server)))
        }
        followers[server].tick = halfTicks / 2
    }
}
