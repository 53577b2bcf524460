/// What is under way, each at a number that is used again when it is over.
@frozen
@usableFromInline
struct SlotTable<Element> {
    @usableFromInline var rows: [Element?] = []
    @usableFromInline var free: [UInt32] = []

    @inlinable
    init() {}

    @inlinable
    mutating func insert(_ element: Element) -> UInt32 {
        guard let slot = free.popLast() else {
            rows.append(element)
            return UInt32(rows.count - 1)
        }
        rows[Int(slot)] = element
        return slot
    }

    @inlinable
    subscript(slot: UInt32) -> Element {
        get { rows[Int(slot)]! }
        _modify { yield &rows[Int(slot)]! }
    }

    @inlinable
    mutating func remove(_ slot: UInt32) -> Element {
        let element = rows[Int(slot)]!
        rows[Int(slot)] = nil
        free.append(slot)
        return element
    }
}

extension SlotTable: Sendable where Element: Sendable {}
