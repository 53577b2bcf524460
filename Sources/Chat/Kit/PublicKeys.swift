/// The public keys of those who have signed up (S0-20, S0-23): every device that was there when the run began has a
/// first one. It takes memory for those that have changed, and for nobody else.
public struct PublicKeys: Sendable {
    private var changed: [User: [PublicKey]] = [:]  // looked up only, never iterated

    public init() {}

    /// Takes what a user has changed of them. The key that all who write to the user are to be told; nil when it is
    /// known already, or when the change is of something else.
    public mutating func take(_ change: Change, by user: User) -> PublicKey? {
        let key: PublicKey
        switch change {
        case .newKey(let device, let version): key = PublicKey(of: DeviceID(of: user, device), version)
        case .removeDevice(let device): key = PublicKey(of: DeviceID(of: user, device), 0)
        case .block, .unblock, .join, .leave, .addDevice: return nil
        }
        var keys = changed[user] ?? []
        if let former = keys.firstIndex(where: { $0.device == key.device }) {
            guard keys[former].version != 0, key.version == 0 || key.version > keys[former].version else {
                return nil
            }
            keys[former] = key
        } else {
            keys.append(key)
        }
        changed[user] = keys
        return key
    }

    public var isEmpty: Bool { changed.isEmpty }

    /// Those of a user's devices that are not the first ones any more.
    public func changed(of user: User) -> [PublicKey] { changed[user] ?? [] }

    /// Of all devices that a user has or had.
    public func keys(of user: User, _ roster: Roster) -> [PublicKey] {
        let changed = changed(of: user)
        let first = (0..<roster.devices[Int(user.number)]).map {
            PublicKey(of: DeviceID(of: user, $0), PublicKey.firstVersion)
        }
        return first.filter { key in !changed.contains { $0.device == key.device } } + changed
    }
}
