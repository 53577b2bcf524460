/// Which broker a client asks who leads: one after the other, for each of them may be behind; those that have not answered
/// of late only when all have not.
struct Advisers: Sendable {
    private var isSilent: [Bool]
    private var next: Int

    init(_ count: Int, startingAt first: Int) {
        isSilent = Array(repeating: false, count: count)
        next = first % count
    }

    mutating func note(_ broker: Int, answers: Bool) { isSilent[broker] = !answers }

    mutating func pick() -> Int {
        let places = isSilent.indices.map { (next + $0) % isSilent.count }
        let broker = places.first { !isSilent[$0] } ?? next
        next = (broker + 1) % isSilent.count
        return broker
    }
}
