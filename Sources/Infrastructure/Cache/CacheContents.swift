internal import Vocabulary

/// The fields of a hash: searched one by one as long as they are few, as in a packed list, and by a table of places
/// when they are many.
struct CacheHash: Sendable {
    private(set) var pairs: [CachePair] = []
    private var places: [UInt64: Int] = [:]  // looked up only, never iterated; empty while the fields are few

    /// `hash-max-listpack-entries`.
    private static let few = 128

    var size: Int64 { pairs.reduce(0) { $0 + CacheStore.pairOverhead + Int64($1.value.bytes) } }

    subscript(field: UInt64) -> CacheValue? { place(of: field).map { pairs[$0].value } }

    private func place(of field: UInt64) -> Int? {
        places.isEmpty ? pairs.firstIndex { $0.field == field } : places[field]
    }

    /// Returns what was there before.
    mutating func set(_ field: UInt64, _ value: CacheValue) -> CacheValue? {
        if let place = place(of: field) {
            let old = pairs[place].value
            pairs[place].value = value
            return old
        }
        pairs.append(CachePair(field: field, value: value))
        if !places.isEmpty {
            places[field] = pairs.count - 1
        } else if pairs.count > Self.few {
            for (place, pair) in pairs.enumerated() { places[pair.field] = place }
        }
        return nil
    }

    mutating func remove(_ field: UInt64) -> CacheValue? {
        guard let place = place(of: field) else { return nil }
        let old = pairs[place].value
        let last = pairs.removeLast()
        if place < pairs.count { pairs[place] = last }
        if !places.isEmpty {
            places[field] = nil
            if place < pairs.count { places[last.field] = place }
        }
        return old
    }
}

/// The items of a list: added and taken at both ends.
struct CacheList: Sendable {
    /// In reverse order: what was put in front since the last time that it was empty.
    private var front: [CacheValue] = []
    private var back: [CacheValue] = []
    /// How many of `back` were taken from its front.
    private var taken = 0

    var count: Int { front.count + back.count - taken }

    var size: Int64 {
        front.reduce(0) { $0 + CacheStore.pairOverhead + Int64($1.bytes) }
            + back[taken...].reduce(0) { $0 + CacheStore.pairOverhead + Int64($1.bytes) }
    }

    private subscript(place: Int) -> CacheValue {
        place < front.count ? front[front.count - 1 - place] : back[taken + place - front.count]
    }

    func pairs(from first: Int, count: Int) -> [CachePair] {
        guard first < self.count else { return [] }
        return (first..<first + min(count, self.count - first)).map {
            CachePair(field: UInt64($0), value: self[$0])
        }
    }

    mutating func prepend(_ value: CacheValue) { front.append(value) }
    mutating func append(_ value: CacheValue) { back.append(value) }

    mutating func removeFirst() -> CacheValue {
        if let value = front.popLast() { return value }
        taken += 1
        let value = back[taken - 1]
        if taken > 32, taken > back.count / 2 {
            back.removeFirst(taken)
            taken = 0
        }
        return value
    }

    mutating func removeLast() -> CacheValue {
        if back.count > taken { return back.removeLast() }
        return front.removeFirst()
    }
}
