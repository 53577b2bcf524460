/// Many short lists in one pool: what each of 100,000 devices has waiting. Most are empty most of the time,
/// so an array for each would cost more than what is in them.
public struct Lists<Element> {
    @usableFromInline
    struct Node {
        @usableFromInline var element: Element?
        @usableFromInline var next: UInt32

        @inlinable
        init(element: Element?, next: UInt32) {
            self.element = element
            self.next = next
        }
    }

    /// Elements in the order in which they were added.
    public struct List: Sendable, BitwiseCopyable {
        @usableFromInline var first = UInt32.max
        @usableFromInline var last = UInt32.max

        public init() {}

        @inlinable public var isEmpty: Bool { first == .max }
    }

    @usableFromInline var nodes: [Node] = []
    @usableFromInline var free = UInt32.max

    public init() {}

    @inlinable
    public mutating func append(_ element: Element, to list: inout List) {
        var place = free
        if place == .max {
            place = UInt32(nodes.count)
            nodes.append(Node(element: element, next: .max))
        } else {
            free = nodes[Int(place)].next
            nodes[Int(place)] = Node(element: element, next: .max)
        }
        if list.last == .max { list.first = place } else { nodes[Int(list.last)].next = place }
        list.last = place
    }

    /// Takes out the first element of which `isMeant` holds; nil when there is none.
    @inlinable
    public mutating func removeFirst(from list: inout List, where isMeant: (Element) -> Bool) -> Element? {
        var before = UInt32.max
        var place = list.first
        while place != .max {
            let node = nodes[Int(place)]
            if let element = node.element, isMeant(element) {
                if before == .max { list.first = node.next } else { nodes[Int(before)].next = node.next }
                if list.last == place { list.last = before }
                nodes[Int(place)] = Node(element: nil, next: free)
                free = place
                return element
            }
            before = place
            place = node.next
        }
        return nil
    }

    /// The first element of which `isMeant` holds.
    @inlinable
    public func first(in list: List, where isMeant: (Element) -> Bool) -> Element? {
        var place = list.first
        while place != .max {
            if let element = nodes[Int(place)].element, isMeant(element) { return element }
            place = nodes[Int(place)].next
        }
        return nil
    }

    /// Changes the one element of which `isMeant` holds. Mostly it is the one that was added last, and a list can be long.
    @inlinable
    public mutating func update(
        in list: List, where isMeant: (Element) -> Bool, _ change: (inout Element) -> Void
    ) {
        if list.last != .max, let element = nodes[Int(list.last)].element, isMeant(element) {
            return change(&nodes[Int(list.last)].element!)
        }
        var place = list.first
        while place != .max {
            if let element = nodes[Int(place)].element, isMeant(element) {
                return change(&nodes[Int(place)].element!)
            }
            place = nodes[Int(place)].next
        }
    }

    @inlinable
    public func elements(of list: List) -> [Element] {
        var elements: [Element] = []
        var place = list.first
        while place != .max {
            if let element = nodes[Int(place)].element { elements.append(element) }
            place = nodes[Int(place)].next
        }
        return elements
    }
}
