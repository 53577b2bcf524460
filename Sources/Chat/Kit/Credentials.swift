/// Whom a door lets in (S0-9, S3-1): the same value for every door of every design. A login gives a
/// credential, a revocation takes it back; whoever says hello with another one has to log in again.
///
/// Devices are known by numbers, as a `Directory` counts them. It takes memory for those of whom a credential
/// was ever revoked, and for nobody else.
public struct Credentials: Sendable {
    private enum Validity {
        case revoked(Credential)
        case good(Credential)
    }

    private var states: [Int: Validity] = [:]  // by number of the device; looked up only, never iterated

    public init() {}

    public func accepts(_ credential: Credential, of device: Int) -> Bool {
        if states.isEmpty { return credential == .first }
        return switch states[device] {
        case nil: credential == .first
        case .good(let good): credential == good
        case .revoked: false
        }
    }

    public mutating func revoke(_ device: Int) {
        switch states[device] {
        case nil: states[device] = .revoked(.first)
        case .good(let credential): states[device] = .revoked(credential)
        case .revoked: break
        }
    }

    /// Another one than those before.
    public mutating func login(_ device: Int) -> Credential {
        let former =
            switch states[device] {
            case nil: Credential.first
            case .good(let credential), .revoked(let credential): credential
            }
        let credential = Credential(number: former.number + 1)
        states[device] = .good(credential)
        return credential
    }
}
