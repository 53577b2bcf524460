/// A quantity with a least and a greatest value that make sense anywhere; a key or a knob may narrow them.
public protocol Bounded: Quantity, Comparable {
    static var bounds: ClosedRange<Self> { get }
    /// How one would write the next smaller and the next larger value, whether these make sense or not; nil
    /// where no text comes near.
    static func texts(beside value: Self) -> (below: String?, above: String?)
}

/// Between which values something has to be, as texts: for help, for editors, and for tests that try the ends
/// and what lies just beyond them.
public struct ValueRange: Hashable, Sendable {
    public var least: String
    public var most: String
    /// What is just not allowed any more; nil where nothing can be written there.
    public var below: String?
    public var above: String?

    public init<Value: Bounded>(_ range: ClosedRange<Value>) {
        least = range.lowerBound.written
        most = range.upperBound.written
        below = Value.texts(beside: range.lowerBound).below
        above = Value.texts(beside: range.upperBound).above
    }

    /// `1ms to 10d`
    public var text: String { "\(least) to \(most)" }
}

extension Bounded {
    public static func checked(_ text: String) throws(Misreading) -> Self {
        try Self(reading: text, in: bounds)
    }
    public static var checkedForm: QuantityForm { form(in: bounds) }

    public static func form(in range: ClosedRange<Self>) -> QuantityForm {
        var form = form
        form.range = ValueRange(range)
        return form
    }

    /// A value within a range; beyond it, the error says the range, and where the text alone proposes nothing.
    public init(reading text: String, in range: ClosedRange<Self>) throws(Misreading) {
        do throws(Misreading) {
            self = try Self(reading: text)
        } catch {
            throw Misreading(error.message, remedy: error.remedy ?? "write \(ValueRange(range).text)")
        }
        guard self >= range.lowerBound else {
            throw Misreading(
                "\(quoted(text)) is less than \(range.lowerBound.written), the least",
                remedy: "write \(ValueRange(range).text)")
        }
        guard self <= range.upperBound else {
            throw Misreading(
                "\(quoted(text)) is more than \(range.upperBound.written), the most",
                remedy: "write \(ValueRange(range).text)")
        }
    }
}
