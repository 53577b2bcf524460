internal import Chat
internal import Vocabulary

/// What people can do in this design beside what they can do everywhere.
public enum SenderAct: UInt64, CaseIterable, Sendable {
    case rename
    case avatar
    case lookAt
    case breach

    var sheet: ActSheet {
        switch self {
        case .rename: ActSheet("rename", "takes another name", .nothing)
        case .avatar: ActSheet("avatar", "takes another picture, of so many KB", .count(1...100_000))
        case .lookAt: ActSheet("look-at", "looks at the name and the picture of a user", .user)
        // S0-37: whoever it is has got into the message service.
        case .breach: ActSheet("breach", "steals all that the message store holds", .nothing)
        }
    }

    static func offer(on site: Site, _ peers: SenderPeers) {
        let nameSize = site.settings(of: SenderService.gateway).nameSize
        for act in allCases {
            let doors = ActDoor.doors(to: peers.gateways) { .acted(act, $0, $1) }
            site.acts.offer(act.sheet, size: { act.size($0, nameSize) }) {
                doors[Int($0.number) % doors.count]
            }
        }
    }

    /// What an app sends with it.
    private func size(_ value: ActSheet.ArgumentValue, _ nameSize: ByteCount) -> ByteCount {
        switch (self, value) {
        case (.rename, _): nameSize
        case (.avatar, .count(let count)): .kilobytes(Int64(count))
        default: .zero
        }
    }
}
