import Vocabulary

/// A value that comes from outside of the files: `--set faults.split.for=2m`, `--seed 5`, `HUBBUB_SEED=5`.
public struct Override: Hashable, Sendable {
    /// The path of what it sets, `faults.split.for`.
    public var key: String
    public var value: String
    /// Who says so, as origins show it: `--set`, `--seed`, `HUBBUB_SEED`.
    public var label: String
    /// Where it is written, if nobody typed it: `baseline.txt:7`.
    public var place: String?

    public init(_ key: String, _ value: String, label: String = "--set", at place: String? = nil) {
        self.key = key
        self.value = value
        self.label = label
        self.place = place
    }

    /// As it was typed, and what of it the columns of errors count.
    private var source: Source {
        switch label {
        case Self.sweepLabel:
            Source(name: "sweep: \(key)=\(value)", kind: .option(label), text: "\(key)=\(value)")
        case "--set":
            Source(
                name: "\(place.map { "\($0): set:" } ?? label) \(key)=\(value)", kind: .option(label),
                text: "\(key)=\(value)")
        case _ where label.hasPrefix("--"):
            Source(name: "\(label) \(value)", kind: .option(label), text: value)
        default: Source(name: "\(label)=\(value)", kind: .option(label), text: value)
        }
    }

    /// Puts the value where it belongs; what is on the way there and missing is made.
    func apply(to root: inout Node, _ reading: inout Reading) {
        let number = reading.add(source)
        let isPath = label == "--set" || label == Self.sweepLabel
        let whole = SourceRange(
            source: number, position: SourcePosition(line: 1, column: 1),
            length: isPath ? max(1, key.count) : max(1, value.count))
        if let problem = Encoding.problem(in: key + value) {
            return reading.fail(whole, problem.message)
        }
        do throws(YAMLReader.SyntaxFailure) {
            let text = Source(name: source.name, kind: .option(label), text: value)
            var node = try YAMLReader.read(text, number: number) ?? Node(content: .scalar(""), place: whole)
            if isPath { node.shift(by: key.count + 1) }
            var components: [(name: String, place: SourceRange)] = []
            var column = 1
            for name in key.split(separator: ".", omittingEmptySubsequences: false) {
                var place = whole
                if isPath { (place.position.column, place.length) = (column, max(1, name.count)) }
                components.append((String(name), place))
                column += name.count + 1
            }
            if let first = components.first, first.name == "extends" {
                throw YAMLReader.SyntaxFailure(
                    place: first.place,
                    problem: Misreading(
                        "'extends' is read before any option is, so no option can set it",
                        remedy: "write it into a file, and run that one"))
            }
            let keys = Scenario.keys.map(\.description)
            if let first = components.first, root["topology"]?[first.name] != nil,
                !keys.contains(where: { $0.name == first.name })
            {
                throw YAMLReader.SyntaxFailure(
                    place: first.place,
                    problem: Misreading(
                        "\(quoted(first.name)) is a role, and roles stand in the topology",
                        remedy: "write topology.\(key)"))
            }
            try root.set(components[...], to: node, keys)
        } catch {
            var place = error.place
            place.source = number
            reading.fail(place, error.problem.message, error.problem.remedy)
        }
    }
}

extension Node {
    /// `keys` are those that may stand here, as far as they are known.
    fileprivate mutating func set(
        _ path: ArraySlice<(name: String, place: SourceRange)>, to value: Node, _ keys: [KeyDescription] = []
    ) throws(YAMLReader.SyntaxFailure) {
        guard let (name, place) = path.first else { return self = value }
        func failure(_ message: String, _ remedy: String? = nil) -> YAMLReader.SyntaxFailure {
            YAMLReader.SyntaxFailure(place: place, problem: Misreading(message, remedy: remedy))
        }
        guard !name.isEmpty else {
            throw failure("a key is missing here", "write it like faults.split.for=2m")
        }
        switch content {
        case .mapping(var entries):
            let shape = keys.first { $0.name == name }?.shape
            let inner = shape?.keys ?? []
            if let index = entries.firstIndex(where: { $0.name == name }) {
                try entries[index].value.set(path.dropFirst(), to: value, inner)
            } else if case .list? = shape, path.count > 1 {
                throw failure(
                    "there is no list \(quoted(name)) to change: this scenario has none",
                    "set the whole list, as in --set '\(name)=[...]'")
            } else {
                var added = Node(content: path.count > 1 ? .mapping([]) : .scalar(""), place: place)
                try added.set(path.dropFirst(), to: value, inner)
                entries.append(Pair(key: Node(content: .scalar(name), place: place), value: added))
            }
            content = .mapping(entries)
        case .sequence(var elements):
            let names = elements.compactMap { $0["name"]?.text }
            let index = elements.firstIndex { $0["name"]?.text == name } ?? Int(name)
            guard let index, elements.indices.contains(index) else {
                throw failure(
                    "there is no \(quoted(name)) in this list of \(elements.count)",
                    nearest(to: name, among: names).map { "did you mean '\($0)'?" })
            }
            try elements[index].set(path.dropFirst(), to: value)
            content = .sequence(elements)
        case .scalar(let text):
            guard text.isEmpty else {
                throw failure("\(quoted(name)) would be part of a single value, \(quoted(text))")
            }
            content = .mapping([])
            try set(path, to: value)
        }
    }

    /// Moves what stands in the first line to the right.
    fileprivate mutating func shift(by columns: Int) {
        if place.position.line == 1 { place.position.column += columns }
        switch content {
        case .scalar: break
        case .sequence(var elements):
            for index in elements.indices { elements[index].shift(by: columns) }
            content = .sequence(elements)
        case .mapping(var entries):
            for index in entries.indices {
                entries[index].key.shift(by: columns)
                entries[index].value.shift(by: columns)
            }
            content = .mapping(entries)
        }
    }
}
