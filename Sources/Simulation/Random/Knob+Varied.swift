public import Vocabulary

extension Knob {
    /// How long a piece of work takes: an hour at most, so that no core has to count further than it can.
    public init(
        _ name: String, _ field: any WritableKeyPath<Owner, Varied<Span>> & Sendable, _ sentence: String,
        source: String? = nil, relieves: Relief? = nil
    ) {
        let range = Span.zero ... .hours(1)
        self.init(name, field, sentence, (source, relieves, nil), Varied<Span>.form(in: range)) {
            (text) throws(Misreading) in
            try Varied(reading: text, in: range)
        }
    }
}
