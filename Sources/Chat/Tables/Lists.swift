internal import Simulation

/// Many short lists in one pool: what each of 100,000 devices has waiting. Most are empty most of the time,
/// so an array for each would cost more than what is in them.
package struct Lists<Element: BitwiseCopyable>: ~Copyable {
    // Not private: in debug the compiler fails on a private type in a generic one that is not copyable.
    struct Node: BitwiseCopyable {
        var element: Element
        var next = UInt32.max
    }

    /// Elements in the order in which they were added.
    package struct List: Sendable, BitwiseCopyable {
        fileprivate var first = UInt32.max
        fileprivate var last = UInt32.max

        package init() {}

        package var isEmpty: Bool { first == .max }
    }

    private var nodes = Store<Node>()
    private var free = UInt32.max

    package init() {}

    package mutating func append(_ element: Element, to list: inout List) {
        var place = free
        if place == .max {
            place = UInt32(nodes.append(Node(element: element)))
        } else {
            free = nodes[Int(place)].next
            nodes[Int(place)] = Node(element: element)
        }
        if list.last == .max {
            list.first = place
        } else {
            nodes.address(of: Int(list.last)).pointee.next = place
        }
        list.last = place
    }

    /// Takes out the first element of which `isMeant` holds; nil when there is none.
    package mutating func removeFirst(from list: inout List, where isMeant: (Element) -> Bool) -> Element? {
        var before = UInt32.max
        var place = list.first
        while place != .max {
            let node = nodes.address(of: Int(place))
            if isMeant(node.pointee.element) {
                let next = node.pointee.next
                if before == .max {
                    list.first = next
                } else {
                    nodes.address(of: Int(before)).pointee.next = next
                }
                if list.last == place { list.last = before }
                node.pointee.next = free
                free = place
                return node.pointee.element
            }
            before = place
            place = node.pointee.next
        }
        return nil
    }

    /// The first element of which `isMeant` holds.
    package func first(in list: List, where isMeant: (Element) -> Bool) -> Element? {
        var place = list.first
        while place != .max {
            let node = nodes.address(of: Int(place))
            if isMeant(node.pointee.element) { return node.pointee.element }
            place = node.pointee.next
        }
        return nil
    }

    /// Changes the one element of which `isMeant` holds. Mostly it is the one that was added last, and a list can be long.
    package mutating func update(
        in list: List, where isMeant: (Element) -> Bool, _ change: (inout Element) -> Void
    ) {
        if list.last != .max, isMeant(nodes[Int(list.last)].element) {
            return change(&nodes.address(of: Int(list.last)).pointee.element)
        }
        var place = list.first
        while place != .max {
            let node = nodes.address(of: Int(place))
            if isMeant(node.pointee.element) { return change(&node.pointee.element) }
            place = node.pointee.next
        }
    }

    package func elements(of list: List) -> [Element] {
        var elements: [Element] = []
        var place = list.first
        while place != .max {
            elements.append(nodes[Int(place)].element)
            place = nodes[Int(place)].next
        }
        return elements
    }
}
