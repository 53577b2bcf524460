internal import Chat
internal import Cluster
internal import Vocabulary

/// What a host tells people of what others, or they themselves on another device, have changed.
extension ChatHost {
    func learn(_ news: PeopleNews, in shift: Shift) {
        guard learner.take(news, into: directory) else { return }
        changed.take(news)
        switch news.change {
        case .block(let other), .unblock(let other):
            if let entry = news.entry {
                // The one that has ordered it hears it from its gateway.
                tell(
                    .blockSet(entry), to: news.user, but: DeviceID(of: news.user, news.device), in: shift)
                // S0-42: so their apps need not ask whether to send.
                tell(.blockedBy(entry.told(of: news.user)), to: other, in: shift)
            } else if case .unblock = news.change {
                tell(.unblocked(other), to: news.user, in: shift)
            }
        case .newKey(let device, let version):
            spread(PublicKey(of: DeviceID(of: news.user, device), version), in: shift)
        case .removeDevice(let device): spread(PublicKey(of: DeviceID(of: news.user, device), 0), in: shift)
        case .join, .leave, .addDevice: break
        }
    }

    /// S0-23: at once, to all connections of its owner that are here, and to the owner's other devices.
    private func spread(_ key: PublicKey, in shift: Shift) {
        guard rules.spreadsKeys() else { return }
        tell(.newKey(key), to: key.device.user, but: key.device, in: shift)
        peers.connections.forEach(of: key.device.user, directory) { tell(.newKey(key), to: $0, in: shift) }
    }

    /// What was told to those who were here while a device was not (S0-23, S0-42): on the line on which it has said hello, so
    /// that what comes after it hears like all others.
    func tellMissed(to device: DeviceID, on line: Line<ToDevice>, in shift: Shift) {
        let news = changed.news(for: device, peers.connections, directory, withKeys: rules.spreadsKeys())
        guard !news.isEmpty else { return }
        let page = pages.put(news)
        shift.say(
            ToDevice.missed(page: page), on: line,
            size: settings.envelope + pages.size(of: page, envelope: .zero))
    }

    /// S0-24: a device could not open a letter of somebody who may be here. Who is not hears of it with their history.
    func askAgain(_ wish: Wish, in shift: Shift) { tell(wish.word, to: wish.letter.sender, in: shift) }

    func tell(_ word: ToDevice, to user: User, but other: DeviceID? = nil, in shift: Shift) {
        for number in directory.devices(of: user) {
            let device = DeviceID(of: user, number)
            guard device != other, let line = sessions.line(of: directory.number(of: device)) else {
                continue
            }
            if case .newKey(let key) = word, key.version > 0 { keyNotices.add() }
            shift.say(word, on: line, size: settings.envelope)
        }
    }
}

/// What has changed of people since the system was set up, as a host tells it to those who come. It does not know what a
/// device has heard before, elsewhere or here, so it tells all of it; apps leave out what they know.
struct ChangedPeople {
    /// By whom they have blocked, or blocked once; looked up only, never iterated.
    private var blockers: [User: [BlockEntry]] = [:]
    private var keys = PublicKeys()

    mutating func take(_ news: PeopleNews) {
        _ = keys.take(news.change, by: news.user)
        guard let entry = news.entry else { return }
        blockers[entry.user, default: []].removeAll { $0.user == news.user }
        blockers[entry.user]?.append(entry.told(of: news.user))
    }

    func news(
        for device: DeviceID, _ connections: Connections, _ directory: Directory, withKeys: Bool
    ) -> MissedNews {
        var news = MissedNews(blockers: blockers[device.user] ?? [], keys: [])
        guard withKeys, !keys.isEmpty else { return news }
        news.keys = keys.changed(of: device.user).filter { $0.device != device }
        connections.forEach(toldTo: device.user, directory) { news.keys += keys.changed(of: $0) }
        return news
    }
}
