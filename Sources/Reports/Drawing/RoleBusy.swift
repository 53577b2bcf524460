import Results
import Vocabulary

/// How busy the machines of a role were: in the mean under load, and in the slice of time in which they were
/// busiest. A mean alone makes a server that was full for a minute look idle.
struct RoleBusy {
    /// In millionths, under load.
    let mean: UInt64
    /// Nil where nothing was measured over time.
    let most: UInt64?

    /// Nil for a role without machines: people's devices.
    init?(_ role: Topology.Role, in result: RunResult) {
        guard !role.machines.isEmpty else { return nil }
        let mean = role.machines.reduce(0) { $0 + $1.utilisation } / UInt64(role.machines.count)
        let gauge = result.gauges.first { $0.role == role.name && $0.metric == "utilisation" }
        self.mean = mean
        most = gauge?.values.compactMap(\.self).max().map { max($0, mean) }
    }

    /// `busy 25.5%, at most 100%`; of less than a thousandth nobody needs the digits.
    var words: String {
        func share(_ part: UInt64) -> String {
            (1..<1_000).contains(part) ? "<0.1%" : shareText(part, of: 1_000_000)
        }
        guard let most, share(most) != share(mean) else { return "busy \(share(mean))" }
        return "busy \(share(mean)), at most \(share(most))"
    }

    /// What decides how dark a machine is drawn. The slices are of the role: one machine may have been busier
    /// than its role all the time.
    func shade(of machine: Topology.Machine) -> UInt64 { max(machine.utilisation, most ?? 0) }
}
