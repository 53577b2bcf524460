public import Cluster
internal import Simulation
internal import Vocabulary

/// A folder that a part follows: what is in it is told when that is known, and again when it has changed.
@usableFromInline
struct FollowedFolder: Sendable {
    let folder: UInt32
    var isAsked = false
}

extension RegistryClient {
    /// Follows what is in a folder, as long as the part runs: who stands there (`stand`) is who is there.
    public mutating func follow(_ folder: UInt32, in shift: ShiftOf<Owner>) {
        followed.append(FollowedFolder(folder: folder))
        look(followed.count - 1, in: shift)
    }

    private mutating func look(_ number: Int, in shift: ShiftOf<Owner>) {
        guard !followed[number].isAsked else { return }
        followed[number].isAsked = true
        ask(.read(.list(folder: followed[number].folder, watches: true)), .follower(number), in: shift)
    }

    /// After a session has ended nothing is watched.
    mutating func lookAgain(in shift: ShiftOf<Owner>) {
        for number in followed.indices { look(number, in: shift) }
    }

    @usableFromInline
    mutating func goOn(
        following number: Int, _ result: Result<RegistryAnswer, RegistryError>, in shift: ShiftOf<Owner>
    ) {
        followed[number].isAsked = false
        guard case .success(.entries(let entries)) = result else { return }
        outcomes.append(
            .members(folder: followed[number].folder, (0..<entries.count).map { entries[$0].value }))
        entries.letGo()
    }

    /// Whether a change is of a folder that is followed.
    mutating func goOn(following watch: RegistryWatch, in shift: ShiftOf<Owner>) -> Bool {
        guard case .folder(let folder) = watch,
            let number = followed.firstIndex(where: { $0.folder == folder })
        else { return false }
        look(number, in: shift)
        return true
    }
}
