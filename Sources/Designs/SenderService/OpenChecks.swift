/// How many questions about blocks may be open at each connection service: as many as there are, until one is not answered.
/// Then it is a single one, and with each answer one more. If all that was not answered were asked again together, a service
/// with a backlog would work on nothing but questions whose askers have given up (see `OverdueLookups`); each of these is
/// about a pair of users of its own, so they cannot be asked as one.
struct OpenChecks: Sendable {
    private var open: [Int]
    private var bounds: [Int]

    init(at services: Int) {
        open = Array(repeating: 0, count: services)
        bounds = Array(repeating: .max, count: services)
    }

    /// Which one to ask: that one, or another that may be asked; nil where it is to be done later.
    mutating func begin(at first: Int) -> Int? {
        var service = first
        for _ in open {
            if open[service] < bounds[service] {
                open[service] += 1
                return service
            }
            service = service + 1 == open.count ? 0 : service + 1
        }
        return nil
    }

    mutating func end(at service: Int, isAnswered: Bool) {
        open[service] -= 1
        if !isAnswered {
            bounds[service] = 1
        } else if bounds[service] < .max {
            bounds[service] += 1
        }
    }
}
