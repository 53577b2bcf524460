public import Vocabulary

/// S0-5, S2-16: where bodies are sealed by the sender's device, no service ever holds a plain one.
public struct BodiesSealed: ChatInvariant {
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

    private let placeName: @Sendable (UInt32) -> String

    package init(placeName: @escaping @Sendable (UInt32) -> String) { self.placeName = placeName }

    public init() { self.init { "place \($0)" } }

    public func letter(of sighting: Sighting) -> (LetterID, User)? {
        (sighting.letter, sighting.letter.sender)
    }

    /// Every letter that services carry tests it: one of them may open it.
    @inlinable
    public func isBroken(by sighting: Sighting) -> Bool { sighting.form == .plain }

    public func evidence(_ sighting: Sighting) -> String {
        "\(placeName(sighting.place)) held the plain text of \(sighting.letter) at \(sighting.time.inSeconds)"
    }
}
