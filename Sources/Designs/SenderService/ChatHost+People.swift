internal import Chat
internal import Cluster
internal import Vocabulary

/// What a host tells people of what others, or they themselves on another device, have changed.
extension ChatHost {
    func learn(_ news: PeopleNews, in shift: Shift) {
        guard learner.take(news, into: directory) else { return }
        switch news.change {
        case .block(let other), .unblock(let other):
            if let entry = news.entry {
                // The one that has ordered it hears it from its gateway.
                tell(
                    .blockSet(entry), to: news.user, but: DeviceID(of: news.user, news.device), in: shift)
                // S0-42: so their apps need not ask whether to send.
                tell(.blockedBy(news.user, entry.isBlocked), to: other, in: shift)
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

    /// S0-24: a device could not open a letter of somebody who may be here. Who is not hears of it with their history.
    func askAgain(_ wish: Wish, in shift: Shift) { tell(wish.word, to: wish.letter.sender, in: shift) }

    func tell(_ word: ToDevice, to user: User, but other: DeviceID? = nil, in shift: Shift) {
        for number in directory.devices(of: user) {
            let device = DeviceID(of: user, number)
            guard device != other, let line = sessions.line(of: directory.number(of: device)) else {
                continue
            }
            if case .newKey = word { keyNotices.add() }
            shift.say(word, on: line, size: settings.envelope)
        }
    }
}
