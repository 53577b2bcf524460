internal import Cluster
internal import Simulation

extension Site {
    /// Has the apps be known before the roles that are added from now on. What lines of apps draw goes by how many kinds
    /// of components were known before these: a role behind them changes nothing for those who do not use it.
    public func expectApps() { _ = cluster.world.mailboxNumber(of: Phone.self) }
}
