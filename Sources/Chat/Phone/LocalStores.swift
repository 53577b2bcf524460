internal import Simulation
internal import Vocabulary

/// What devices hold themselves, where the plan of the app keeps a store (S0-4, S0-22, S0-32): all that was shown there
/// or sent from there.
struct LocalStores {
    struct LocalStore {
        /// Of bodies.
        var bytes: UInt64 = 0
        var letters: UInt32 = 0
    }

    private var stores: [LocalStore]  // by number of the device
    /// Since when a new device has been getting its owner's history; looked up only, never iterated.
    private var downloads: [Int: Instant] = [:]

    /// - Parameter devices: 0 where no app keeps one.
    init(devices: Int) { stores = Array(repeating: LocalStore(), count: devices) }

    func store(of device: Int) -> LocalStore { stores.isEmpty ? LocalStore() : stores[device] }

    mutating func add(_ letter: Letter, on device: Int) {
        stores[device].bytes += UInt64(letter.bytes)
        stores[device].letters += 1
    }

    /// With the device goes what is on it.
    mutating func lose(_ device: Int) -> LocalStore {
        guard !stores.isEmpty else { return LocalStore() }
        defer { stores[device] = LocalStore() }
        return stores[device]
    }

    mutating func beginDownload(to device: Int, at time: Instant) { downloads[device] = time }

    /// When it began; nil when none is under way.
    mutating func endDownload(to device: Int) -> Instant? {
        downloads.isEmpty ? nil : downloads.removeValue(forKey: device)
    }
}
