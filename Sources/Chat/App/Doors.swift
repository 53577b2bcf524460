public import Cluster
import Vocabulary

/// Where apps connect.
public typealias FrontDoor = Door<FromDevice, ToDevice>

/// Where the further channels of apps lead: while a design is built it offers, to each of them, the doors that
/// answers about it name by their places; and to each channel that tries others, the doors among which it does.
///
///     site.doors.offer(1, FrontDoor.doors(to: hosts) { .said($0, $1) }) { user in first(of: user) }
public final class Doors {
    private var offers: [(channel: Int, doors: [FrontDoor], first: (User) -> Int)] = []

    public init() {}

    /// - Parameter first: where the channel leads before the app has asked, and where it did before the run.
    public func offer(_ channel: Int, _ doors: [FrontDoor], at first: @escaping (User) -> Int) {
        precondition(!offers.contains { $0.channel == channel }, "channel \(channel) is offered twice")
        offers.append((channel, doors, first))
    }

    func first(_ channel: Int, of user: User) -> FrontDoor {
        let offer = offer(channel)
        return offer.doors[offer.first(user)]
    }

    /// The number of that where the channel leads at first.
    func place(_ channel: Int, of user: User) -> Int { offer(channel).first(user) }

    /// Nil when there is no such door.
    func door(_ channel: Int, _ number: Int) -> FrontDoor? {
        let doors = offer(channel).doors
        return doors.indices.contains(number) ? doors[number] : nil
    }

    /// Where a channel is tried after so many tries in vain. Those whom one door leads to at first are spread over all others,
    /// and come to each of these before they try the first one again.
    func other(_ channel: Int, of user: User, after tries: Int) -> FrontDoor {
        let offer = offer(channel)
        let (first, count) = (offer.first(user), offer.doors.count)
        let round = tries % count
        if round == 0 { return offer.doors[first] }
        let place = (Int(user.number) / count + round - 1) % (count - 1)
        return offer.doors[(first + 1 + place) % count]
    }

    /// What is wrong with what is offered for a channel, in words: nothing, though the app asks for it, or a first door
    /// that is not among the doors.
    func mistakes(of channel: Int, in app: AppPlan, for roster: Roster) -> [String] {
        let plan = app.channels[channel]
        let what = "channel \(channel) of the app, \(quoted(plan.name)),"
        guard let offer = offers.first(where: { $0.channel == channel }) else {
            let isAsked =
                channel > 0 || plan.foundOver != nil || plan.triesOthers || plan.leadsToFiles
            return isAsked ? ["\(what) needs doors, and `build` offers none for it"] : []
        }
        for user in roster.devices.indices {
            let first = offer.first(User(UInt32(user)))
            guard !offer.doors.indices.contains(first) else { continue }
            return [
                "\(what) leads user \(user) to door \(first) at first, of \(offer.doors.count), counted from 0"
            ]
        }
        return []
    }

    private func offer(_ channel: Int) -> (channel: Int, doors: [FrontDoor], first: (User) -> Int) {
        guard let offer = offers.first(where: { $0.channel == channel }) else {
            preconditionFailure("the app has channel \(channel), and the design offers no doors for it")
        }
        return offer
    }
}
