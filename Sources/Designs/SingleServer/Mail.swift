internal import Chat
internal import Simulation

/// What is kept for each device: letters until the device says that it has shown them, all else until it has
/// been said (S4-14).
struct Mail {
    private var lists: [Lists<ToDevice>.List]  // by number of the device
    private var words = Lists<ToDevice>()

    init(devices: Int) { lists = Array(repeating: .init(), count: devices) }

    mutating func keep(_ word: ToDevice, for device: Int) { words.append(word, to: &lists[device]) }

    /// Asks for the memory of a device.
    func prefetch(_ device: Int) {
        lists.withUnsafeBufferPointer { Simulation.prefetch($0.baseAddress! + device) }
    }

    /// Forgets a letter that a device has shown. False when it was not kept any more.
    mutating func drop(_ letter: LetterID, for device: Int) -> Bool {
        words.removeFirst(from: &lists[device]) {
            if case .letter(let kept) = $0 { kept.id == letter } else { false }
        } != nil
    }

    /// All that is kept for a device, in its order, to be said now.
    mutating func take(for device: Int) -> [ToDevice] {
        let all = words.elements(of: lists[device])
        while words.removeFirst(from: &lists[device], where: { if case .letter = $0 { false } else { true } })
            != nil
        {}
        return all
    }
}
