import CYAML
import Vocabulary

/// Text to nodes, by libyaml's events.
///
/// Every input has a defined answer in bounded time and memory: depth and size are limited, with aliases
/// counted as often as they are used (ten aliases of ten aliases of … is a gigabyte in a line). An anchor is
/// known once its node is complete, so that nothing contains itself. What would be lost in silence elsewhere
/// is an error: a key given twice, a second document, a tag.
struct YAMLReader {
    static let deepest = 32
    static let largest = 100_000
    /// Of one value, in characters: a title, a threshold. Numbers in messages repeat what was written.
    static let longest = 10_000

    /// The first error; a parser that has lost its way would only guess from there on.
    struct SyntaxFailure: Error {
        var place: SourceRange
        var problem: Misreading
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let source: Source
    private let number: Int
    private var locator: Source.Locator
    private var anchors: [String: Node] = [:]  // looked up only, never iterated
    private var nodes = 0

    /// The root node; nil if there is nothing but comments.
    static func read(_ source: Source, number: Int) throws(SyntaxFailure) -> Node? {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else { preconditionFailure("no memory for a parser") }
        defer { yaml_parser_delete(parser) }
        let bytes = Array(Source.text(source.scalars).utf8)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        let result: Result<Node?, SyntaxFailure> = bytes.withUnsafeBufferPointer { buffer in
            yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
            var reader = YAMLReader(parser: parser, source: source, number: number)
            return Result { () throws(SyntaxFailure) in try reader.document() }
        }
        return try result.get()
    }

    private init(parser: UnsafeMutablePointer<yaml_parser_t>, source: Source, number: Int) {
        self.parser = parser
        self.source = source
        self.number = number
        locator = Source.Locator(source)
    }

    private mutating func document() throws(SyntaxFailure) -> Node? {
        var root: Node?
        while true {
            let event = try next()
            switch event.content {
            case .streamEnd: return root
            case .documentStart:
                guard root == nil else {
                    throw SyntaxFailure(
                        place: place(event, length: 3),
                        problem: Misreading("a second document begins here", remedy: "one scenario, one file")
                    )
                }
                root = try node(try next(), depth: 0)
            default: break
            }
        }
    }

    private mutating func node(_ event: ParserEvent, depth: Int) throws(SyntaxFailure) -> Node {
        if case .scalar = event.content, event.end - event.start > Self.longest {
            throw SyntaxFailure(
                place: place(event, length: 1),
                problem: Misreading("this value is longer than \(grouped(Self.longest)) characters"))
        }
        let place = place(event)
        nodes += 1
        guard depth <= Self.deepest else {
            throw SyntaxFailure(
                place: place, problem: Misreading("this is nested more than \(Self.deepest) levels deep"))
        }
        if let tag = event.tag {
            throw SyntaxFailure(
                place: place,
                problem: Misreading(
                    "tags like \(quoted(tag)) have no meaning here",
                    remedy: "remove it: keys know what they hold"))
        }
        var node = Node(content: .scalar(""), place: place)
        switch event.content {
        case .scalar(let text): node.content = .scalar(text)
        case .alias(let anchor):
            guard let target = anchors[anchor] else {
                throw SyntaxFailure(
                    place: place,
                    problem: Misreading("there is no anchor '&\(anchor)' that is complete before this"))
            }
            nodes += target.size
            node = target
        case .sequenceStart:
            var elements: [Node] = []
            while true {
                let event = try next()
                if case .end = event.content { break }
                let element = try self.node(event, depth: depth + 1)
                node.size += element.size
                elements.append(element)
            }
            node.content = .sequence(elements)
        case .mappingStart:
            let entries = try entries(depth: depth)
            node.size += entries.reduce(0) { $0 + $1.key.size + $1.value.size }
            node.content = .mapping(entries)
        case .streamEnd, .documentStart, .end, .other: preconditionFailure("a node that does not begin")
        }
        guard nodes <= Self.largest else {
            throw SyntaxFailure(
                place: place, problem: Misreading("this grows beyond \(grouped(Self.largest)) values"))
        }
        if let anchor = event.anchor { anchors[anchor] = node }
        return node
    }

    private mutating func entries(depth: Int) throws(SyntaxFailure) -> [Node.Pair] {
        var entries: [Node.Pair] = []
        var merged: [Node.Pair] = []
        var lines: [String: Int] = [:]  // looked up only, never iterated
        while true {
            let event = try next()
            if case .end = event.content { break }
            let key = try node(event, depth: depth + 1)
            let value = try node(try next(), depth: depth + 1)
            guard let name = key.text else {
                throw SyntaxFailure(place: key.place, problem: Misreading("\(key.kind) cannot be a key"))
            }
            if name == "<<" {
                merged += try merge(value)
                continue
            }
            if let line = lines.updateValue(key.place.position.line, forKey: name) {
                throw SyntaxFailure(
                    place: key.place,
                    problem: Misreading("\(quoted(name)) is here twice; the first is in line \(line)"))
            }
            entries.append(Node.Pair(key: key, value: value))
        }
        for entry in merged where lines.updateValue(0, forKey: entry.name) == nil { entries.append(entry) }
        return entries
    }

    /// `<<: *usual` and `<<: [*usual, *more]`: what is written beside it goes first, then the earlier ones.
    private func merge(_ value: Node) throws(SyntaxFailure) -> [Node.Pair] {
        var entries: [Node.Pair] = []
        for part in value.elements ?? [value] {
            guard let more = part.entries else {
                throw SyntaxFailure(
                    place: part.place, problem: Misreading("'<<' merges mappings, and this is \(part.kind)"))
            }
            entries += more
        }
        return entries
    }

    // MARK: Events

    private struct ParserEvent {
        enum Content {
            case streamEnd
            case documentStart
            case scalar(String)
            case alias(String)
            case sequenceStart
            case mappingStart
            case end
            case other
        }

        var content: Content
        var anchor: String?
        var tag: String?
        var start: Int  // scalars
        var end: Int
    }

    private mutating func place(_ event: ParserEvent, length: Int? = nil) -> SourceRange {
        let position = locator.position(of: event.start)
        let limit = min(event.end, source.scalars.count)
        let written = event.start < limit ? source.scalars[event.start..<limit].prefix { !$0.isLineEnd } : []
        let isScalar = if case .scalar = event.content { true } else { false }
        return SourceRange(
            source: number, position: position,
            length: length ?? (isScalar ? max(1, Source.text(written).count) : 1))
    }

    private mutating func next() throws(SyntaxFailure) -> ParserEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { yaml_event_delete(&event) }
        var result = ParserEvent(content: .other, start: event.start_mark.index, end: event.end_mark.index)
        switch event.type {
        case YAML_STREAM_END_EVENT: result.content = .streamEnd
        case YAML_DOCUMENT_START_EVENT: result.content = .documentStart
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            result.content = .scalar(String(decoding: bytes, as: UTF8.self))
            (result.anchor, result.tag) = (Self.text(scalar.anchor), Self.text(scalar.tag))
        case YAML_ALIAS_EVENT: result.content = .alias(Self.text(event.data.alias.anchor) ?? "")
        case YAML_SEQUENCE_START_EVENT:
            result.content = .sequenceStart
            let start = event.data.sequence_start
            (result.anchor, result.tag) = (Self.text(start.anchor), Self.text(start.tag))
        case YAML_MAPPING_START_EVENT:
            result.content = .mappingStart
            let start = event.data.mapping_start
            (result.anchor, result.tag) = (Self.text(start.anchor), Self.text(start.tag))
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: result.content = .end
        default: break
        }
        return result
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private mutating func failure() -> SyntaxFailure {
        let mark = parser.pointee.problem_mark
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "this is not YAML"
        let index = min(mark.index, source.scalars.count)
        let next = index < source.scalars.count ? source.scalars[index] : nil
        let position = locator.position(of: index)
        return SyntaxFailure(
            place: SourceRange(source: number, position: position, length: 1),
            problem: YAMLProblem.translated(problem, at: next, in: source.line(position.line)))
    }
}

extension Unicode.Scalar {
    fileprivate var isLineEnd: Bool { self == "\n" || self == "\r" }
}
