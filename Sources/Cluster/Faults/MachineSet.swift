/// Some of a cluster's machines: a bit each.
public struct MachineSet: Hashable, Sendable {
    // The last word is not zero, so that equal sets are equal.
    private var words: [UInt64] = []

    public static let empty = MachineSet(EmptyCollection())

    init(_ machines: some Sequence<Int>) {
        for machine in machines { insert(machine) }
    }

    func contains(_ machine: Int) -> Bool {
        machine >> 6 < words.count && words[machine >> 6] >> UInt64(machine & 63) & 1 == 1
    }

    /// False when it was there already.
    @discardableResult
    mutating func insert(_ machine: Int) -> Bool {
        guard !contains(machine) else { return false }
        while words.count <= machine >> 6 { words.append(0) }
        words[machine >> 6] |= 1 << UInt64(machine & 63)
        return true
    }

    /// In the order of their numbers.
    var machines: [Int] {
        words.indices.flatMap { word in
            (0..<64).filter { words[word] >> UInt64($0) & 1 == 1 }.map { word << 6 | $0 }
        }
    }

    public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }
    public var isEmpty: Bool { words.isEmpty }

    public func union(_ others: MachineSet) -> MachineSet { MachineSet(machines + others.machines) }

    public func intersection(_ others: MachineSet) -> MachineSet {
        MachineSet(machines.filter(others.contains))
    }

    public func subtracting(_ others: MachineSet) -> MachineSet {
        MachineSet(machines.filter { !others.contains($0) })
    }
}
