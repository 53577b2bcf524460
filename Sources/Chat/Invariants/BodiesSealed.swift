public import Vocabulary

/// S0-5, S2-16: where bodies are sealed by the sender's device, no service ever holds a plain one.
public struct BodiesSealed: Invariant {
    public static let promise = Promise(
        "bodies-sealed", "No service ever holds the plain text of a sealed letter.",
        requirements: ["S0-5", "S2-16", "S4-20"])

    /// That a service held a body.
    @frozen
    public struct Sighting {
        public var letter: LetterID
        public var form: BodyForm
        public var place: UInt32
        public var time: Instant
    }

    @usableFromInline let sealsBodies: Bool
    private let placeName: @Sendable (UInt32) -> String

    package init(_ settings: LedgerSettings) {
        sealsBodies = settings.sealsBodies
        placeName = settings.placeName
    }

    @inlinable
    public func isBroken(by sighting: Sighting) -> Bool { sealsBodies && sighting.form == .plain }

    public func evidence(_ sighting: Sighting) -> String {
        "\(placeName(sighting.place)) held the plain text of \(sighting.letter) at \(sighting.time)"
    }
}
