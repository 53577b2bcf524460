public import Vocabulary

/// The values of a fault by their paths in a file: for whoever searches among faults, and knows of none of
/// their kinds.
///
///     crash.lose: unsynced        a word out of a few
///     loss.share: 10%             a number, which can be made smaller
extension FaultPlan {
    public struct Parameter: Hashable, Sendable {
        /// Below the fault, `loss.share`; `for` is one of them where the fault has a length.
        public var path: String
        public var text: String
        public var form: QuantityForm
    }

    /// All that is written or has a default, but for the name, in the order of the format.
    public var parameters: [Parameter] {
        Self.keys.dropFirst().flatMap { key -> [Parameter] in
            let name = key.description.name
            switch (key.outline(self), key.description.shape) {
            case (.scalar(let text, _, _)?, .value(let form)):
                return [Parameter(path: name, text: text, form: form)]
            case (.mapping(let values)?, .section(let keys)):
                return values.compactMap { inner, value in
                    guard case .scalar(let text, _, _) = value,
                        case .value(let form)? = keys.first(where: { $0.name == inner })?.shape
                    else { return nil }
                    return Parameter(path: "\(name).\(inner)", text: text, form: form)
                }
            default: return []
            }
        }
    }

    /// The same fault with one value turned; nil where a file with it would be wrong.
    public func with(_ path: String, _ text: String) -> FaultPlan? {
        let place = SourceRange(source: 0, position: SourcePosition(line: 1, column: 1), length: 1)
        func node(_ outline: Outline, _ here: String) -> Node {
            switch outline {
            case .scalar(let value, _, _):
                Node(content: .scalar(here == path ? text : value), place: place)
            case .list(let elements): Node(content: .sequence(elements.map { node($0, here) }), place: place)
            case .mapping(let entries):
                Node(
                    content: .mapping(
                        entries.map { name, value in
                            Node.Pair(
                                key: Node(content: .scalar(name), place: place),
                                value: node(value, here.isEmpty ? name : "\(here).\(name)"))
                        }), place: place)
            }
        }
        var reading = Reading()
        _ = reading.add(Source(name: name, text: ""))
        var plan = FaultPlan()
        reading.section(node(outline, ""), into: &plan, "a fault")
        return reading.sorted.isSound ? plan : nil
    }

    public init(named name: String, at: Span, for duration: Span?, _ effect: Effect) {
        self.init()
        (self.name, self.at, self.effect) = (name, at, effect)
        self.duration = effect.isOverAtOnce ? nil : duration
    }

    /// What it does, in the word of files.
    public var kind: String { effect?.kind ?? "" }

    /// Whom it hits, in words.
    public var targetText: String { effect?.text ?? "" }

    /// When it is over; nil for never. Without repetitions, and of kinds that can be drawn: how long others
    /// last depends on how many machines there are.
    public var end: Span? { at.flatMap { at in length(in: Scenario()).map { at + $0 } } }
}
