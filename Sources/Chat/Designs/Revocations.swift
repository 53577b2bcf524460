public import Cluster

/// How a design takes back people's credentials: while it is built it offers who is told, for each user.
///
///     site.revocations.offer { user in PartOrder("revoke", to: doors, .revoke(user), healedBy: nil) }
public final class Revocations {
    private var make: ((User) -> any Fault)?

    public init() {}

    public func offer(_ make: @escaping (User) -> any Fault) {
        precondition(self.make == nil, "revocations are offered twice")
        self.make = make
    }

    var isOffered: Bool { make != nil }

    /// Of a design whose sheet says that it checks credentials.
    public func fault(of user: User) -> any Fault {
        guard let make else { preconditionFailure("the sheet promises credentials, and the design does not") }
        return make(user)
    }
}
