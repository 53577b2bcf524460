internal import Chat
internal import Cluster
internal import Simulation

/// Which devices are there, and on which line each: the one on which it said hello last.
struct Guests {
    private struct Guest {
        let line: Line<ToDevice>
        let device: DeviceID
        let number: Int
    }

    private var guests: [Guest?] = []  // by slot of the line
    private var lines: [Line<ToDevice>?]  // by number of the device

    /// What was heard on lines on which nobody has said hello yet.
    private var early: [(line: Line<ToDevice>, word: FromDevice)] = []

    init(devices: Int) { lines = Array(repeating: nil, count: devices) }

    mutating func enter(_ device: DeviceID, number: Int, on line: Line<ToDevice>) {
        while guests.count <= line.slot { guests.append(nil) }
        guests[line.slot] = Guest(line: line, device: device, number: number)
        lines[number] = line
    }

    /// A word waits until somebody says hello on its line, or until that has ended.
    mutating func keep(_ word: FromDevice, until line: Line<ToDevice>) { early.append((line, word)) }

    mutating func takeEarly(on line: Line<ToDevice>) -> [FromDevice] {
        guard !early.isEmpty else { return [] }
        let words = early.filter { $0.line == line }.map(\.word)
        early.removeAll { $0.line == line }
        return words
    }

    mutating func leave(_ line: Line<ToDevice>) {
        early.removeAll { $0.line == line }
        guard let guest = guest(on: line) else { return }
        guests[line.slot] = nil
        if lines[guest.number] == line { lines[guest.number] = nil }
    }

    /// Asks for the memory of a line.
    func prefetch(_ line: Line<ToDevice>) {
        if line.slot < guests.count {
            guests.withUnsafeBufferPointer { Simulation.prefetch($0.baseAddress! + line.slot) }
        }
    }

    /// Asks for the memory of a device.
    func prefetch(_ device: Int) {
        lines.withUnsafeBufferPointer { Simulation.prefetch($0.baseAddress! + device) }
    }

    /// Nil when nobody has said hello on this line.
    func device(on line: Line<ToDevice>) -> DeviceID? { guest(on: line)?.device }

    func line(of device: Int) -> Line<ToDevice>? { lines[device] }

    /// Slots are given out again, so who is there may have come by another line.
    private func guest(on line: Line<ToDevice>) -> Guest? {
        guard line.slot < guests.count, let guest = guests[line.slot], guest.line == line else { return nil }
        return guest
    }
}
