internal import Chat

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
        for act in allCases {
            let doors = ActDoor.doors(to: peers.gateways) { .acted(act, $0, $1) }
            site.acts.offer(act.sheet) { doors[Int($0.number) % doors.count] }
        }
    }
}
