/// Some of a cluster's machines: a bit each.
public struct MachineSet: Hashable, Sendable {
    private var words: [UInt64] = []

    init(_ machines: some Sequence<Int>) {
        for machine in machines {
            while words.count <= machine >> 6 { words.append(0) }
            words[machine >> 6] |= 1 << UInt64(machine & 63)
        }
    }

    func contains(_ machine: Int) -> Bool {
        machine >> 6 < words.count && words[machine >> 6] >> UInt64(machine & 63) & 1 == 1
    }

    /// In the order of their numbers.
    var machines: [Int] {
        words.indices.flatMap { word in
            (0..<64).filter { words[word] >> UInt64($0) & 1 == 1 }.map { word << 6 | $0 }
        }
    }
}

extension Cluster {
    /// The machines on which these parts run.
    public func machines<P: Part>(of endpoints: some Sequence<Endpoint<P>>) -> MachineSet {
        MachineSet(endpoints.map { machine(of: $0.target).pointee.number })
    }

    /// The machines that stand in a zone.
    public func machines(in zone: Zone) -> MachineSet {
        MachineSet(machines.indices.filter { machines[$0].pointee.zone == zone })
    }
}
