import Testing
import Vocabulary

/// What was measured of a real one, in seconds, beside what the model does with the same configuration and the same fault
/// under many seeds.
struct MeasuredRow {
    let name: String
    let median: Double

    init(_ name: String, median: Double) {
        self.name = name
        self.median = median
    }

    /// Our median lies within 25 % or 0.3 s of the measured one.
    func checkMedian(_ ours: [Span]) {
        let seconds = ours.map(\.seconds).sorted()
        let middle = seconds.isEmpty ? Double.infinity : seconds[seconds.count / 2]
        #expect(abs(middle - median) <= max(0.3, median / 4), "\(name): \(middle), measured \(median)")
    }

    /// The measured median lies between our least and greatest, and our median within 25 % or 0.3 s of it.
    func check(_ ours: [Span]) {
        let seconds = ours.map(\.seconds).sorted()
        let least = seconds.first ?? .infinity
        let middle = seconds.isEmpty ? .infinity : seconds[seconds.count / 2]
        let greatest = seconds.last ?? -.infinity
        let text = "\(name): \(least) / \(middle) / \(greatest), measured \(median)"
        #expect(abs(middle - median) <= max(0.3, median / 4), "\(text)")
        // A range of some milliseconds is narrower than the noise of what was measured.
        let slack = 0.02 + median / 100
        #expect(least - slack <= median && median <= greatest + slack, "\(text)")
    }
}
