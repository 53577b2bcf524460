/// A number of two whole ones that are never divided: a share, a mean, a rate, a limit as somebody wrote
/// it.
///
/// 99.99 % of 10,000 is 9,999 exactly. As floating point numbers the two sides of that comparison differ
/// in their last bits, and a limit that is just met would fail or hold by chance.
public struct Quotient: Hashable, Sendable {
    public var numerator: UInt128
    public var denominator: UInt128

    public init(_ whole: some BinaryInteger) { self.init(whole, over: 1) }

    public init(_ numerator: some BinaryInteger, over denominator: some BinaryInteger) {
        precondition(denominator > 0, "a quotient over \(denominator)")
        self.numerator = UInt128(numerator)
        self.denominator = UInt128(denominator)
    }

    /// Whether both stand for the same number. (`==` compares the two whole numbers: 1/2 is not 2/4.)
    public func equals(_ other: Quotient) -> Bool {
        numerator * other.denominator == other.numerator * denominator
    }

    /// For charts and statistics; comparisons with a limit never use it.
    public var approximation: Double { Double(numerator) / Double(denominator) }

    package static func < (a: Quotient, b: Quotient) -> Bool {
        a.numerator * b.denominator < b.numerator * a.denominator
    }

    package static func / (a: Quotient, b: Quotient) -> Quotient {
        Quotient(a.numerator * b.denominator, over: a.denominator * b.numerator)
    }

    /// How far apart two are.
    package func distance(to other: Quotient) -> Quotient {
        let (a, b) = (numerator * other.denominator, other.numerator * denominator)
        return Quotient(a > b ? a - b : b - a, over: denominator * other.denominator)
    }
}
