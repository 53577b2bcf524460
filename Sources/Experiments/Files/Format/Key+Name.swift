import Vocabulary

extension Key {
    /// The name of a phase or a fault: thresholds speak of it, so it must not be a word of their grammar.
    static func name(_ field: Field<String>, _ sentence: String) -> Key {
        let description = KeyDescription(name: "name", sentence: sentence, shape: .value(Name.form))
        return Key(description) { node, owner, reading in
            guard
                let name = reading.value(
                    node, Name.form, { (text) throws(Misreading) in try Name(reading: text) })
            else { return }
            guard !GrammarWords.all.contains(name.text) else {
                return reading.fail(
                    node.place, "\(quoted(name.text)) is a word of the thresholds and cannot be a name",
                    "choose another name")
            }
            owner[keyPath: field] = name.text
        } outline: {
            .scalar($0[keyPath: field])
        }
    }
}

/// What thresholds are made of, and what tables call windows of their own.
enum GrammarWords {
    static let all = Threshold.reservedWords + ["all", "warmup", "drain", "run", "control"]
}
