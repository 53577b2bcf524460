/// What befalls a disk, in pairs that may overlap.
extension Disk {
    /// Refuses appends, as if somebody else had filled it.
    public mutating func fill() { fullFaults += 1 }

    public mutating func empty() {
        precondition(fullFaults > 0, "nobody has filled this disk")
        fullFaults -= 1
    }

    /// Makes reads end in an error; they take as long as before.
    public mutating func failReads() { readFaults += 1 }

    public mutating func healReads() {
        precondition(readFaults > 0, "reads do not fail")
        readFaults -= 1
    }

    /// Spoils the checksum of what lies there, in bytes of all its files behind each other; whoever reads any of
    /// it learns that. It stays so until something else is written there.
    public mutating func corrupt(_ range: Range<UInt64>, id: Int) {
        var before: UInt64 = 0
        for (file, extent) in extents.enumerated() {
            let size = extent.size
            let there = range.clamped(to: before..<before + size)
            if !there.isEmpty {
                let start = extent.start + (there.lowerBound - before)
                corrupted.append(
                    Corruption(file: file, range: start..<start + UInt64(there.count), id: id))
            }
            before += size
        }
    }

    /// Where the first wrong checksum of a file lies.
    func firstCorruption(in file: Int) -> UInt64? {
        corrupted.lazy.filter { $0.file == file }.map(\.range.lowerBound).min()
    }
}
