import Chat
import Vocabulary

/// A reading in progress: where we are, what was found wrong, and where each value came from.
///
/// Values are addressed by paths, `faults.split.at`; elements of a list by their `name`, or by number,
/// `thresholds[0]`. The same paths serve `--set`, `explain` and the checks that are made when all is read.
struct Reading {
    /// The design that the file names, if it is known.
    var sheet: DesignSheet?
    private(set) var sources: [Source] = []
    private(set) var findings: [(place: SourceRange, finding: Finding)] = []
    private(set) var places: [String: SourceRange] = [:]  // looked up only, never iterated
    private var broken: Set<String> = []  // looked up only, never iterated
    private var reported: Set<Finding> = []  // looked up only, never iterated
    private var omitted = 0
    /// Who has more mistakes in a file reads the first ones; a file of another kind would fill the screen for
    /// minutes.
    private static let mostFindings = 100
    private(set) var path = ""

    // MARK: Where we are

    mutating func add(_ source: Source) -> Int {
        sources.append(source)
        return sources.count - 1
    }

    mutating func within(_ name: String, _ body: (inout Reading) -> Void) {
        let outer = path
        path = name.hasPrefix("[") ? path + name : path.isEmpty ? name : "\(path).\(name)"
        body(&self)
        path = outer
    }

    mutating func note(_ place: SourceRange, at path: String? = nil) { places[path ?? self.path] = place }

    /// Where something was written, or what it belongs to; nil if that is all left to defaults.
    func place(of path: String) -> SourceRange? {
        var path = path[...]
        while true {
            if let place = places[String(path)] { return place }
            guard let end = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { return places[""] }
            path = path[..<end]
        }
    }

    /// What a later check says about a value that is there: `16 (brokers: 16, line 24)`.
    func line(of path: String) -> String {
        guard let place = places[path] else { return "by default" }
        switch sources[place.source].kind {
        case .option: return sources[place.source].name
        case .file:
            let name = place.source == 0 ? "" : "\(sources[place.source].name), "
            return "\(name)line \(place.position.line)"
        }
    }

    // MARK: What is wrong

    mutating func fail(_ place: SourceRange, _ message: String, _ hint: String? = nil) {
        add(.error, place, message, hint)
        broken.insert(path)
    }

    mutating func fail(at path: String, _ message: String, _ hint: String? = nil) {
        if let place = place(of: path) { add(.error, place, message, hint) }
        broken.insert(path)
    }

    /// About a stretch of a text, which may stand in quotes; about all of it where the file has it in other
    /// characters, as escapes and folded lines do.
    mutating func fail(
        at path: String, part: Range<Int>, of text: String, _ message: String, _ hint: String? = nil
    ) {
        guard var place = place(of: "\(path).check") ?? place(of: path) else { return }
        let line = Array(sources[place.source].line(place.position.line))
        let start = place.position.column - 1
        let begins = [start, start + 1].first { line[min($0, line.count)...].starts(with: text) }
        if let begins {
            (place.position.column, place.length) = (begins + 1 + part.lowerBound, max(1, part.count))
        }
        add(.error, place, message, hint)
        broken.insert(path)
    }

    /// Something below what is being read is wrong, so that nothing can be said of it as a whole.
    mutating func spoil() { broken.insert(path) }

    mutating func warn(at path: String, _ message: String, _ hint: String? = nil) {
        if let place = place(of: path) { add(.warning, place, message, hint) }
    }

    /// Whether these values are what the file says: a check of one value against another is left out when
    /// either has an error of its own.
    func isSound(_ paths: String...) -> Bool { paths.allSatisfy { !broken.contains($0) } }

    private mutating func add(
        _ severity: Finding.Severity, _ place: SourceRange, _ message: String, _ hint: String?
    ) {
        guard findings.count < Self.mostFindings else {
            if severity == .error { omitted += 1 }
            return
        }
        let finding = finding(severity, place, message, hint)
        // What an alias repeats is one mistake.
        if reported.insert(finding).inserted { findings.append((place, finding)) }
    }

    func finding(_ severity: Finding.Severity, _ place: SourceRange, _ message: String, _ hint: String?)
        -> Finding
    {
        let source = sources[place.source]
        let isInFile = if case .file = source.kind { true } else { false }
        return Finding(
            severity: severity, source: source.name, isInFile: isInFile, position: place.position,
            length: place.length, message: message, hint: hint, line: source.line(place.position.line))
    }

    /// In the order of files, lines and columns; of one place, as they were found.
    var sorted: Findings {
        let order = findings.indices.sorted { a, b in
            let (x, y) = (findings[a].place, findings[b].place)
            return (x.source, x.position.line, x.position.column, a)
                < (y.source, y.position.line, y.position.column, b)
        }
        return Findings(order.map { findings[$0].finding }, omittedErrors: omitted)
    }

    // MARK: Values

    /// A scalar, by way of a reader of text.
    mutating func value<Value>(
        _ node: Node, _ form: QuantityForm, _ read: (String) throws(Misreading) -> Value
    ) -> Value? {
        guard let text = node.text else {
            fail(node.place, "this is \(form.name), not \(node.kind)", "write it like \(form.example)")
            return nil
        }
        do throws(Misreading) {
            return try read(text)
        } catch {
            fail(node.place, error.message, error.remedy)
            return nil
        }
    }

    /// The entries of a mapping, each at its path; the hint says what may stand there.
    mutating func entries(
        _ node: Node, _ what: String, _ hint: @autoclosure () -> String,
        _ body: (Node.Pair, inout Reading) -> Void
    ) {
        guard let entries = node.entries else {
            return fail(node.place, "\(what) is a mapping, not \(node.kind)", hint())
        }
        for entry in entries {
            within(entry.name) { reading in
                reading.note(entry.value.text == "" ? entry.key.place : entry.value.place)
                body(entry, &reading)
            }
        }
    }

    /// The elements of a list, each at its path.
    mutating func elements(_ node: Node, _ what: String, _ body: (Node, inout Reading) -> Void) {
        guard let elements = node.elements else {
            return fail(node.place, "\(what) is a list, not \(node.kind)", "begin each element with '- '")
        }
        for (index, element) in elements.enumerated() {
            within(element["name"]?.text ?? "[\(index)]") { reading in
                reading.note(element.place)
                body(element, &reading)
            }
        }
    }

    /// - Parameter listed: what is named where nothing is near; all when nil.
    mutating func unknown(
        _ entry: Node.Pair, in what: String, among names: [String], listed: [String]? = nil
    ) {
        guard findings.count < Self.mostFindings else { return omitted += 1 }
        let near = nearest(to: entry.name, among: names)
        // What the key would have said is not missing: it is misspelt.
        if let end = path.lastIndex(of: ".") { broken.insert(String(path[..<end])) }
        fail(
            entry.key.place, "there is no \(quoted(entry.name)) in \(what)",
            near.map { "did you mean '\($0)'?" } ?? Self.list(of: listed ?? names))
    }

    static func list(of names: [String]) -> String { "there are \(names.joined(separator: ", "))" }
}
