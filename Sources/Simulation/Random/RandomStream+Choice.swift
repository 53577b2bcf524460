extension RandomStream {
    /// Brings `count` elements to the front, each choice of them in each order equally likely: one draw each.
    package mutating func draw<Element>(_ count: Int, to elements: inout [Element]) {
        for place in 0..<count { elements.swapAt(place, place + below(elements.count - place)) }
    }
}
