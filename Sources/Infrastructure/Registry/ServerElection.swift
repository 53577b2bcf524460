public import Vocabulary

/// What servers of a registry tell each other when they look for a leader.
public struct ElectionNotice: Marked, BitwiseCopyable {
    public enum Standing: UInt8, Sendable, BitwiseCopyable { case looks, follows, leads }

    let server: UInt16
    let standing: Standing
    let round: UInt32
    let vote: Nomination

    public var mark: UInt64 {
        Vocabulary.mark(
            UInt64(server) << 32 | UInt64(standing.rawValue), UInt64(round), UInt64(vote.server),
            UInt64(vote.end))
    }
}

/// Who should lead, and how far its log goes: the one that goes furthest, and of equal ones the one with the highest
/// number.
struct Nomination: Hashable, Comparable, Sendable, BitwiseCopyable {
    let server: UInt16
    let lastEpoch: Int
    let end: Int

    static func < (a: Self, b: Self) -> Bool {
        (a.lastEpoch, a.end, a.server) < (b.lastEpoch, b.end, b.server)
    }
}

/// How a server finds out who should lead: it nominates itself, takes over every better nomination that it hears of, and
/// is done when most say the same, and nobody something better for a while. Whoever is found so stands for election
/// in the agreement: that one alone makes a leader.
struct ServerElection: Sendable {
    enum Finding: Hashable, Sendable {
        /// Nothing yet.
        case none
        /// Others have to hear of another vote.
        case tell
        /// Most agree: it is decided if nothing better comes within a while.
        case agreed
        /// Most follow one that leads already.
        case follow(Int)
    }

    private(set) var round: UInt32 = 0
    private(set) var vote: Nomination
    private var own: Nomination
    /// By server.
    private var heard: [Nomination?]
    private var settled: [Int?]
    private let me: Int

    init(me: Int, of count: Int) {
        self.me = me
        own = Nomination(server: UInt16(me), lastEpoch: 0, end: 0)
        vote = own
        heard = Array(repeating: nil, count: count)
        settled = heard.map { _ in nil }
    }

    private var majority: Int { heard.count / 2 + 1 }

    mutating func begin(_ own: Nomination) {
        round += 1
        self.own = own
        vote = own
        heard = heard.map { _ in nil }
        settled = settled.map { _ in nil }
        heard[me] = own
    }

    mutating func hear(_ notice: ElectionNotice) -> Finding {
        let other = Int(notice.server)
        guard notice.standing == .looks else { return hearSettled(notice) }
        settled[other] = nil
        if notice.round < round { return .tell }
        if notice.round > round {
            round = notice.round
            heard = heard.map { _ in nil }
            vote = max(own, notice.vote)
            heard[me] = vote
            heard[other] = notice.vote
            return .tell
        }
        heard[other] = notice.vote
        if notice.vote > vote {
            vote = notice.vote
            heard[me] = vote
            return .tell
        }
        return isAgreed ? .agreed : .none
    }

    var isAgreed: Bool { heard.count { $0 == vote } >= majority }

    private mutating func hearSettled(_ notice: ElectionNotice) -> Finding {
        settled[Int(notice.server)] = Int(notice.vote.server)
        let leader = Int(notice.vote.server)
        let leads = notice.standing == .leads || settled[leader] == leader
        return leads && settled.count(where: { $0 == leader }) >= majority ? .follow(leader) : .none
    }
}
