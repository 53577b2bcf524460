public import Simulation

/// Some of a cluster's devices: those in some access networks, a share of them that is drawn device by
/// device, or those of some numbers.
public struct DeviceSet: Sendable {
    private let zones: [Bool]?  // by number; nil for all
    private let draws: Streams
    private let share: Double
    private let isMember: [Bool]?  // by number; nil for all

    /// - Parameters:
    ///   - share: of these devices; which ones they are depends, for each, on `draws` and its number alone.
    public init(
        in zones: [Zone]? = nil, share: Double = 1,
        draws: Streams = Streams(seed: 0, purpose: Purpose("share of the devices"))
    ) {
        precondition(share >= 0, "a share of \(share)")
        precondition(share <= 1, "a share of \(share)")
        self.zones = zones.map { zones in
            (0...(zones.map(\.number).max() ?? 0)).map { number in zones.contains { $0.number == number } }
        }
        self.draws = draws
        self.share = share
        isMember = nil
    }

    /// The devices of these numbers, as `Address.index` counts them.
    public init(numbers: some Sequence<Int>) {
        var isMember: [Bool] = []
        for number in numbers {
            if number >= isMember.count {
                isMember += repeatElement(false, count: number + 1 - isMember.count)
            }
            isMember[number] = true
        }
        self.isMember = isMember
        zones = nil
        draws = Streams(seed: 0, purpose: Purpose("no share of the devices"))
        share = 1
    }

    func contains(_ device: Int, in zone: Int) -> Bool {
        if let isMember, device >= isMember.count || !isMember[device] { return false }
        if let zones, zone >= zones.count || !zones[zone] { return false }
        if share == 1 { return true }
        var stream = draws.stream(of: UInt64(device))
        return stream.unit() < share
    }
}
