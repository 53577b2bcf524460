public import Cluster
internal import Simulation
public import Vocabulary

/// A controller of a partitioned log: one of a few that agree on who takes part, who leads each partition and who is
/// in sync. The one that leads them decides; brokers hear of what is agreed, and of nothing earlier.
///
/// A broker watches the log of the controllers: it asks for what is behind the place that it knows, and is answered
/// when there is something, or after a while. That it asks says that it is there. When it has not asked for longer
/// than a session, the partitions that it leads get other leaders.
public actor LogController: Agreeing {
    public typealias Command = LogCommand

    public enum Inbox: Marked {
        case agreement(AgreementNews<LogCommand>)
        case watch(Watch, Ticket<Changes>)
        case changeInSync(InSyncChange, Ticket<InSyncAnswer>)
        case resign(Resignation, Ticket<InSyncAnswer>)
        case leave(Leaving, Ticket<LeaveAnswer>)
        case look
        case rebalance

        public static var isCounted: Bool { true }
        public func noteCopied() { if case .agreement(let news) = self { news.noteCopied() } }
        public func noteDiscarded() { if case .agreement(let news) = self { news.noteDiscarded() } }

        public var mark: UInt64 {
            switch self {
            case .agreement(let news): Vocabulary.mark(1, news.mark)
            case .watch(let watch, let ticket): Vocabulary.mark(2, watch.mark, ticket.mark)
            case .changeInSync(let change, let ticket): Vocabulary.mark(3, change.mark, ticket.mark)
            case .look: Vocabulary.mark(4)
            case .rebalance: Vocabulary.mark(5)
            case .resign(let resignation, let ticket): Vocabulary.mark(6, resignation.mark, ticket.mark)
            case .leave(let leaving, let ticket): Vocabulary.mark(7, leaving.mark, ticket.mark)
            }
        }
    }

    /// What brokers ask for: what was agreed behind a place.
    public struct Watch: Marked {
        public let broker: Int
        public let incarnation: Int
        public let place: Int
        /// It is there, but is going to end: it takes no part once that is agreed on.
        public let isLeaving: Bool

        public var mark: UInt64 {
            Vocabulary.mark(
                UInt64(broker) | (isLeaving ? 1 << 32 : 0), UInt64(incarnation), UInt64(place))
        }
    }

    public enum Changes: Marked {
        /// Who leads, as far as this one knows.
        case notLeader(Int?)
        case these([LogCommand], upTo: Int)

        public var mark: UInt64 {
            switch self {
            case .notLeader(let leader): Vocabulary.mark(1, UInt64(leader.map { $0 + 1 } ?? 0))
            case .these(let commands, let place):
                commands.reduce(Vocabulary.mark(2, UInt64(place))) { Vocabulary.mark($0, $1.mark) }
            }
        }
    }

    /// Who should be in sync with a leader.
    public struct InSyncChange: Marked {
        public let partition: Int
        public let inSync: [Int]
        public let epoch: Int
        public let version: Int

        public var mark: UInt64 {
            inSync.reduce(Vocabulary.mark(UInt64(partition), UInt64(epoch), UInt64(version))) {
                Vocabulary.mark($0, UInt64($1))
            }
        }
    }

    /// A leader wants another one to lead.
    public struct Resignation: Marked {
        public let partition: Int
        public let epoch: Int

        public var mark: UInt64 { Vocabulary.mark(UInt64(partition), UInt64(epoch)) }
    }

    /// It will be agreed on, or the leader knew of something older.
    public enum InSyncAnswer: UInt64, Marked {
        case taken = 1
        case refused
        case notLeader

        public var mark: UInt64 { rawValue }
    }

    /// A broker is going to end.
    public struct Leaving: Marked {
        public let broker: Int
        public let incarnation: Int

        public var mark: UInt64 { Vocabulary.mark(UInt64(broker), UInt64(incarnation)) }
    }

    public enum LeaveAnswer: UInt64, Marked {
        case taken = 1
        /// It takes no part by now.
        case isGone
        case notLeader

        public var mark: UInt64 { rawValue }
    }

    private struct Watcher {
        let ticket: Ticket<Changes>
        let place: Int
        let since: Instant
    }

    public nonisolated let seat: Seat
    private let settings: LogSettings
    @exclusivity(unchecked) private var member: AgreementMember<LogController>
    /// What is agreed.
    @exclusivity(unchecked) private var agreed: ControlState
    /// The same with what this one has proposed; nil unless it leads and knows all that was agreed before.
    @exclusivity(unchecked) private var planned: ControlState?
    @exclusivity(unchecked) private var lastSeen: [Instant]  // by broker
    @exclusivity(unchecked) private var watchers: [Watcher?]  // by broker
    @exclusivity(unchecked) private var costs: RandomStream

    public init(
        seat: Seat, controllers: Endpoints<LogController>, agreement: AgreementSettings,
        rules: AgreementRules = AgreementRules(), log settings: LogSettings, brokerCount: Int
    ) {
        self.seat = seat
        self.settings = settings
        member = AgreementMember(
            "metadata", me: seat.number, among: Array(controllers), settings: agreement, rules: rules,
            on: seat)
        agreed = ControlState(
            brokers: settings.spread(over: brokerCount),
            brokerCount: brokerCount, allowsUnclean: settings.uncleanElection == .yes)
        lastSeen = Array(repeating: .start, count: brokerCount)
        watchers = Array(repeating: nil, count: brokerCount)
        costs = seat.stream("controller")
    }

    /// What is agreed, as far as it knows, and in which epoch it leads, for looking on.
    public var state: ControlState { agreed }
    public var committed: Int { member.committed }
    public var leadsInEpoch: Int? { planned == nil ? nil : member.epoch }

    public func cost(of message: Inbox) -> Span {
        switch message {
        case .watch, .changeInSync, .resign, .leave, .agreement(.word):
            settings.requestTime.drawn(from: &costs)
        case .agreement, .look, .rebalance: .zero
        }
    }

    public func begin(in shift: Shift) {
        take(member.begin(in: shift), in: shift)
        lookLater(in: shift)
        rebalanceLater(in: shift)
    }

    public func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .agreement(let news): take(member.hear(news, in: shift), in: shift)
        case .watch(let watch, let ticket): take(watch, ticket, in: shift)
        case .changeInSync(let change, let ticket):
            guard let planned else { return shift.reply(.notLeader, to: ticket, size: Self.frame) }
            let command = planned.command(
                toChangeInSync: change.partition, to: change.inSync, epoch: change.epoch,
                version: change.version)
            answer(ticket, with: command, in: shift)
        case .resign(let resignation, let ticket):
            guard let planned else { return shift.reply(.notLeader, to: ticket, size: Self.frame) }
            let command = planned.command(
                toReplaceLeaderOf: resignation.partition, epoch: resignation.epoch)
            answer(ticket, with: command, in: shift)
        case .leave(let leaving, let ticket): take(leaving, ticket, in: shift)
        case .look:
            look(in: shift)
            lookLater(in: shift)
        case .rebalance:
            if let planned { propose(planned.commandsToRebalance(), in: shift) }
            rebalanceLater(in: shift)
        }
    }

    public static func agreement(_ news: AgreementNews<LogCommand>) -> Inbox { .agreement(news) }

    /// What a request or an answer takes on the wire beside what is in it.
    @usableFromInline static var frame: ByteCount { .bytes(60) }

    // MARK: Agreeing

    private func take(_ outcomes: AgreementMember<LogController>.Notices, in shift: Shift) {
        for outcome in outcomes {
            switch outcome {
            case .committed(let places):
                for place in places { if let command = member.command(place) { agreed.apply(command) } }
                if member.leads, planned == nil { begin(toLeadAt: shift.now) }
                answerWatchers(in: shift)
            case .leads, .follows:
                planned = nil
                for broker in watchers.indices { answer(broker, .notLeader(member.leader), in: shift) }
            }
        }
    }

    /// What a leader commits first is an entry of its own epoch, and behind all that was agreed before. Brokers had
    /// no reason to tell it that they are there.
    private func begin(toLeadAt now: Instant) {
        planned = agreed
        lastSeen = lastSeen.map { _ in now }
    }

    private func answer(_ ticket: Ticket<InSyncAnswer>, with command: LogCommand?, in shift: Shift) {
        shift.reply(command == nil ? .refused : .taken, to: ticket, size: Self.frame)
        if let command { propose([command], in: shift) }
    }

    private func propose(_ commands: [LogCommand], in shift: Shift) {
        for command in commands {
            planned!.apply(command)
            _ = member.propose(command, in: shift)
        }
    }

    // MARK: Brokers

    private func take(_ watch: Watch, _ ticket: Ticket<Changes>, in shift: Shift) {
        guard let planned else {
            return shift.reply(.notLeader(member.leader), to: ticket, size: Self.frame)
        }
        lastSeen[watch.broker] = shift.now
        if !watch.isLeaving {
            propose(planned.commands(toAdmit: watch.broker, incarnation: watch.incarnation), in: shift)
        }
        watchers[watch.broker] = Watcher(ticket: ticket, place: watch.place, since: shift.now)
        if watch.place < member.committed { answerWithChanges(watch.broker, in: shift) }
    }

    private func take(_ leaving: Leaving, _ ticket: Ticket<LeaveAnswer>, in shift: Shift) {
        guard let planned else { return shift.reply(.notLeader, to: ticket, size: Self.frame) }
        let takesPart = planned.present[leaving.broker] == leaving.incarnation
        shift.reply(takesPart ? .taken : .isGone, to: ticket, size: Self.frame)
        if takesPart { propose(planned.commands(toDismiss: leaving.broker), in: shift) }
    }

    private func answerWatchers(in shift: Shift) {
        for (broker, watcher) in watchers.enumerated() {
            if let watcher, watcher.place < member.committed { answerWithChanges(broker, in: shift) }
        }
    }

    private func answerWithChanges(_ broker: Int, in shift: Shift) {
        guard let watcher = watchers[broker] else { return }
        let end = member.committed
        let commands = (watcher.place..<max(end, watcher.place)).compactMap { member.command($0) }
        answer(broker, .these(commands, upTo: end), in: shift)
    }

    private func answer(_ broker: Int, _ changes: Changes, in shift: Shift) {
        guard let watcher = watchers[broker] else { return }
        watchers[broker] = nil
        var size = Self.frame
        if case .these(let commands, _) = changes { for command in commands { size += command.size } }
        shift.reply(changes, to: watcher.ticket, size: size)
    }

    private func lookLater(in shift: Shift) {
        _ = shift.arm(.look, after: .nanoseconds(settings.heartbeat.nanoseconds / 4))
    }

    private func rebalanceLater(in shift: Shift) { _ = shift.arm(.rebalance, after: settings.rebalanceEvery) }

    private func look(in shift: Shift) {
        guard planned != nil else { return }
        for broker in lastSeen.indices {
            if let watcher = watchers[broker], shift.now - watcher.since >= settings.heartbeat {
                answerWithChanges(broker, in: shift)
            }
            if shift.now - lastSeen[broker] > settings.session {
                propose(planned!.commands(toDismiss: broker), in: shift)
            }
        }
    }
}
