internal import Simulation

/// Values by number, for the few of very many numbers that have one: memory follows those that are there.
///
/// A hash table with open addressing, looked up only. What is taken out leaves no trace: those behind it move
/// up. An address is good until something is put in or taken out.
package struct NumberTable<Element: BitwiseCopyable>: ~Copyable {
    // Not private: in debug the compiler fails on a private type in a generic one that is not copyable.
    struct HashSlot: BitwiseCopyable {
        /// Plus one; 0 where there is nothing.
        var number: UInt32
        var value: Element
    }

    private var places: Store<HashSlot>
    private let free: HashSlot
    package private(set) var count = 0

    /// - Parameter free: stands where there is nothing.
    package init(free value: Element) {
        free = HashSlot(number: 0, value: value)
        places = Store(repeating: free, count: 16)
    }

    /// Nil when the number has none.
    package func find(_ number: Int) -> UnsafeMutablePointer<Element>? {
        let place = place(of: UInt32(number) + 1)
        return places.address(of: place).pointee.number == 0 ? nil : value(at: place)
    }

    /// What the number has, or `new` from now on.
    package mutating func find(_ number: Int, orPut new: Element) -> UnsafeMutablePointer<Element> {
        if 5 * count > 4 * places.count { grow() }
        let key = UInt32(number) + 1
        let place = place(of: key)
        if places.address(of: place).pointee.number == 0 {
            places[place] = HashSlot(number: key, value: new)
            count += 1
        }
        return value(at: place)
    }

    package mutating func remove(_ number: Int) {
        var hole = place(of: UInt32(number) + 1)
        guard places[hole].number != 0 else { return }
        count -= 1
        var next = hole
        while true {
            next = next + 1 == places.count ? 0 : next + 1
            let key = places[next].number
            if key == 0 { break }
            // What lies at or behind its first place may not come before it.
            if distance(from: firstPlace(of: key), to: next) >= distance(from: hole, to: next) {
                places[hole] = places[next]
                hole = next
            }
        }
        places[hole] = free
    }

    /// All that there are, in an order that means nothing: whoever acts upon them sorts them.
    var values: [Element] { (0..<places.count).filter { places[$0].number != 0 }.map { places[$0].value } }

    /// Asks for the memory of a number.
    func prefetch(_ number: Int) { places.prefetch(firstPlace(of: UInt32(number) + 1)) }

    var bytes: Int { places.bytes }

    private func value(at place: Int) -> UnsafeMutablePointer<Element> {
        (UnsafeMutableRawPointer(places.address(of: place)) + MemoryLayout<HashSlot>.offset(of: \.value)!)
            .assumingMemoryBound(to: Element.self)
    }

    private func firstPlace(of key: UInt32) -> Int { Mixing.place(of: UInt64(key), among: places.count) }

    /// Where the number is, or the free place where it would be.
    private func place(of key: UInt32) -> Int {
        var place = firstPlace(of: key)
        while true {
            let found = places.address(of: place).pointee.number
            if found == key || found == 0 { return place }
            place = place + 1 == places.count ? 0 : place + 1
        }
    }

    private func distance(from first: Int, to last: Int) -> Int {
        last >= first ? last - first : last - first + places.count
    }

    private mutating func grow() {
        var old = Store(repeating: free, count: places.count + places.count / 4)
        swap(&old, &places)
        for index in 0..<old.count where old[index].number != 0 {
            places[place(of: old[index].number)] = old[index]
        }
    }
}
