public import Simulation

/// How often the memory of a part refers to the chunks of each pool: a crash lets go of all of it.
struct Remembered {
    private var counts: [[Int]] = []  // by number of the pool, by number of the chunk

    mutating func add(_ count: Int, pool: Int, chunk: Int) {
        while counts.count <= pool { counts.append([]) }
        while counts[pool].count <= chunk { counts[pool].append(0) }
        counts[pool][chunk] += count
        precondition(counts[pool][chunk] >= 0, "a part forgets what it did not remember")
    }

    mutating func forgetAll(in world: World) {
        for (pool, chunks) in counts.enumerated() {
            for (chunk, count) in chunks.enumerated() where count > 0 {
                world.release(count, fromChunk: chunk, ofPool: pool)
            }
        }
        counts.removeAll()
    }
}

extension Seat {
    /// Keeps contents in the part's memory, a cache or a buffer, and takes over the reference to them: until they
    /// are forgotten, or until the incarnation ends.
    public func remember<Element: Sendable>(_ contents: Contents<Element>) {
        guard !contents.isEmpty else { return }
        machine.pointee.remembered.add(
            contents.count, pool: contents.chunk.pool.number, chunk: Int(contents.chunk.pointee.number))
    }

    /// Lets go of what the part's memory kept.
    public func forget<Element: Sendable>(_ contents: Contents<Element>) {
        guard !contents.isEmpty else { return }
        machine.pointee.remembered.add(
            -contents.count, pool: contents.chunk.pool.number, chunk: Int(contents.chunk.pointee.number))
        contents.letGo()
    }
}
