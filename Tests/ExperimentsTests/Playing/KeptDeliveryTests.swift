import Chat
import Experiments
import Testing
import Vocabulary

@Suite("experiments: letters that a fault met")
struct KeptDeliveryTests {
    private func isMet(_ tapped: Span, took latency: Span?, by fault: (from: Span, to: Span?)) -> Bool {
        KeptDelivery(LetterID(of: User(0), 0), to: User(1), tapped: .at(tapped), latency: latency)
            .isUnderWay(from: .at(fault.from), to: fault.to.map { .at($0) })
    }

    /// From 10 s to 20 s. What is tapped at 20 s meets a world that is whole again, a nanosecond earlier it does
    /// not; what was shown at 10 s met its first moment.
    @Test("a letter meets a fault that is on at any moment of its way, its very end left out")
    func ends() {
        let fault = (from: Span.seconds(10), to: Span?.some(.seconds(20)))
        #expect(isMet(.seconds(20) - .nanoseconds(1), took: .zero, by: fault))
        #expect(!isMet(.seconds(20), took: .zero, by: fault))
        #expect(!isMet(.seconds(20), took: nil, by: fault))
        #expect(isMet(.seconds(9), took: .seconds(1), by: fault))
        #expect(!isMet(.seconds(9), took: .seconds(1) - .nanoseconds(1), by: fault))
        #expect(isMet(.seconds(9), took: nil, by: fault))
    }

    @Test("a fault that is over at once is a moment, and one without an end goes on")
    func moments() {
        let moment = (from: Span.seconds(10), to: Span?.some(.seconds(10)))
        #expect(isMet(.seconds(10), took: .zero, by: moment))
        #expect(!isMet(.seconds(10) + .nanoseconds(1), took: .zero, by: moment))
        #expect(isMet(.seconds(1_000), took: .zero, by: (from: .seconds(10), to: nil)))
    }
}
