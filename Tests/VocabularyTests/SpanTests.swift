import Testing
import Vocabulary

@Suite("vocabulary: spans")
struct SpanTests {
    /// The largest unit that needs at most three decimals.
    @Test(
        "a span is shown in the unit that suits it",
        arguments: [
            (Span.zero, "0s"), (.seconds(3), "3s"), (.milliseconds(1_500), "1.5s"),
            (.microseconds(250), "250us"),
            (.nanoseconds(1_000_001), "1000.001us"), (.nanoseconds(999), "999ns"),
            (-.milliseconds(20), "-20ms"),
            (.minutes(2), "120s"), (.nanoseconds(1_000_000_001), "1000000.001us"),
            (.nanoseconds(.min), "-9223372036854775.808us"),
        ])
    func description(span: Span, text: String) {
        #expect(span.description == text)
    }

    @Test("rounding is to the nearest nanosecond, ties to even")
    func rounding() {
        #expect(Span(roundingNanoseconds: 2.5) == .nanoseconds(2))
        #expect(Span(roundingNanoseconds: 3.5) == .nanoseconds(4))
        #expect(Span(roundingNanoseconds: -0.6) == .nanoseconds(-1))
        #expect(Span(roundingNanoseconds: -2.5) == .nanoseconds(-2))
        #expect(Span(roundingNanoseconds: 0x1p51 - 0.5) == .nanoseconds(1 << 51))
        #expect(Span(roundingNanoseconds: -0x1p51 - 1) == .nanoseconds(-(1 << 51) - 1))
        #expect(Span(roundingNanoseconds: 0x1p62) == .nanoseconds(1 << 62))
    }

    @Test("instants and spans add up, in both directions")
    func instants() {
        let noon = Instant.at(.seconds(12))
        #expect(noon + .seconds(3) - noon == .seconds(3))
        #expect(noon - .seconds(3) - noon == -.seconds(3))
        #expect(noon + -.seconds(3) == .at(.seconds(9)))
        #expect(noon - -.seconds(3) == .at(.seconds(15)))
        #expect(Instant(nanoseconds: .max).description == "18446744073709551615ns")
    }

    @Test("for people a moment is in seconds, from the start of the run on")
    func seconds() {
        let moments: [UInt64] = [0, 435_762_085, 999_000_000, 2_000_000_000, 70_098_730_047]
        #expect(
            moments.map { Instant(nanoseconds: $0).inSeconds } == [
                "0s", "0.435762085s", "0.999s", "2s", "70.098730047s",
            ])
    }
}
