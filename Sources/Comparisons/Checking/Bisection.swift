/// Which of many commits, the oldest first, is the first bad one, where some cannot be asked at all.
package struct Bisection: Sendable {
    package enum Answer: Sendable { case good, bad, skipped }

    package enum Advice: Sendable, Equatable {
        case ask(Int)
        /// The first bad one.
        case found(Int)
        /// One of these, and all but the last cannot be asked.
        case among(ClosedRange<Int>)
    }

    private var answers: [Answer?]

    /// The last of them is known to be bad, and what is before the first to be good.
    package init(count: Int) {
        precondition(count > 0, "there is nothing between a commit and itself")
        answers = Array(repeating: nil, count: count)
        answers[count - 1] = .bad
    }

    package mutating func record(_ answer: Answer, of place: Int) { answers[place] = answer }

    package var next: Advice {
        let bad = answers.firstIndex(of: .bad) ?? answers.count - 1
        let good = answers[..<bad].lastIndex(of: .good) ?? -1
        let open = (good + 1..<bad).filter { answers[$0] == nil }
        let middle = (good + bad) / 2
        // The nearest to the middle that can be asked; of two the older.
        if let place = open.min(by: { ($0 - middle).magnitude < ($1 - middle).magnitude }) {
            return .ask(place)
        }
        return bad - good > 1 ? .among(good + 1...bad) : .found(bad)
    }
}
