public import Chat
public import Vocabulary

/// Scenario files to scenarios: all files are read, all values checked, and all mistakes reported at once.
public struct ScenarioLoader {
    private let designs: [DesignSheet]
    private var overrides: [Override]
    /// Whether what is loaded is a point of a study already.
    private var isOfPoint = false
    private let files: Files

    /// - Parameters:
    ///   - overrides: later ones go before earlier ones, and all before the files.
    ///   - contents: the bytes of a file that a scenario extends, or why they cannot be read.
    public init(
        designs: [DesignSheet], overrides: [Override] = [],
        contents: @escaping (String) throws(Misreading) -> [UInt8]
    ) {
        self.designs = designs
        self.overrides = overrides
        files = Files(contents: contents)
    }

    /// `path` is what errors call the file; files that it extends are looked for beside it.
    public func load(_ bytes: [UInt8], from path: String) -> LoadedScenario {
        var reading = Reading()
        guard var root = files.root(bytes, from: path, &reading) else { return LoadedScenario(nil, reading) }
        for override in overrides { override.apply(to: &root, &reading) }
        let sweep = Self.takeSweep(&root, &reading)
        var scenario = Scenario()
        reading.sheet = sheet(of: root, &reading)
        if let sheet = reading.sheet { scenario.topology = Topology(of: sheet) }
        reading.note(root.place, at: "")
        reading.section(root, into: &scenario, "a scenario")
        scenario.noteInherited(&reading)
        if let sheet = reading.sheet { scenario.noteBlocks(sheet) }
        CrossChecks(scenario: scenario).make(&reading)
        // Which roles there are to speak of, only the design knows.
        let checks = reading.sheet.map { ThresholdChecks(scenario: scenario, sheet: $0) }
        let thresholds = checks?.thresholds(&reading) ?? []
        let healthy = checks?.healthy(&reading)
        var loaded = LoadedScenario(scenario, thresholds: thresholds, healthy: healthy, reading)
        if let sweep, !isOfPoint {
            loaded.sweep = sweep
            if loaded.findings.isSound { loaded.add(problems(of: sweep, bytes, from: path)) }
        }
        return loaded
    }

    /// The design has to be known before anything else is read: keys under `topology` and acts of scripts are
    /// its own.
    private func sheet(of root: Node, _ reading: inout Reading) -> DesignSheet? {
        guard let node = root["design"], let name = node.text, (try? Name(reading: name)) != nil else {
            return nil
        }
        if let sheet = designs.first(where: { $0.name == name }) { return sheet }
        let names = designs.map(\.name)
        let near = nearest(to: name, among: names)
        reading.fail(
            node.place, "there is no design \(quoted(name))",
            near.map { "did you mean '\($0)'?" } ?? "there are \(names.joined(separator: ", "))")
        return nil
    }

    /// Takes out what the file says of a parameter study: it decides which runs there are, and nothing of one.
    private static func takeSweep(_ root: inout Node, _ reading: inout Reading) -> Sweep? {
        guard case .mapping(var entries) = root.content,
            let index = entries.firstIndex(where: { $0.name == "sweep" })
        else { return nil }
        let node = entries.remove(at: index).value
        root.content = .mapping(entries)
        var sweep: Sweep?
        reading.within("sweep") { reading in
            let before = reading.findings.count
            let read = Sweep(reading: node, &reading)
            sweep = reading.findings.count == before ? read : nil
        }
        return sweep
    }

    /// What is wrong with single values of a study; which of them do not go together only its points say.
    private func problems(of sweep: Sweep, _ bytes: [UInt8], from path: String) -> Findings {
        var seen: Set<Sweep.Setting> = []  // looked up only, never iterated
        var findings = Findings()
        // The first hundred of each key: a range of seeds is no more likely to be wrong at its end.
        for setting in sweep.points.joined() where seen.count < 100 * sweep.keys.count {
            guard seen.insert(setting).inserted else { continue }
            var loader = self
            loader.overrides.append(setting.override)
            loader.isOfPoint = true
            let found = loader.load(bytes, from: path).findings
            findings = findings + Findings(found.all.filter { $0.severity == .error })
        }
        return findings
    }
}

/// A scenario with what is known about its file: mistakes, and where each value comes from.
public struct LoadedScenario: Sendable {
    /// Nil when there are errors.
    public private(set) var scenario: Scenario?
    /// What a study varies, if the file says so.
    public internal(set) var sweep: Sweep?
    /// What has to hold, in the order of the file.
    public let thresholds: [Threshold]
    public let healthy: Healthy?
    public private(set) var findings: Findings
    private let reading: Reading

    init(
        _ scenario: Scenario?, thresholds: [Threshold] = [], healthy: Healthy? = nil, _ reading: Reading
    ) {
        findings = reading.sorted
        self.scenario = findings.isSound ? scenario : nil
        self.thresholds = thresholds
        self.healthy = healthy
        self.reading = reading
    }

    mutating func add(_ more: Findings) {
        findings = findings + more
        if !findings.isSound { scenario = nil }
    }

    /// The design's sheet.
    public var sheet: DesignSheet? { reading.sheet }

    /// In which file and line a threshold stands; nil for one that an option sets. Where the file has no path
    /// that a reader of the scenario's own knows it by, it is the line that extends it.
    public func place(ofThreshold index: Int) -> (file: String, line: Int)? {
        let path = "thresholds[\(index)]"
        guard let place = reading.place(of: "\(path).check") ?? reading.place(of: path),
            case .file = reading.sources[place.source].kind
        else { return nil }
        let own = reading.sources[0].name
        let file = reading.sources[place.source].name
        if place.source == 0 { return (own, place.position.line) }
        let normalized = Files.normalized(file)
        let isKnown = own.hasPrefix("/") || !(normalized.hasPrefix("/") || normalized.hasPrefix("../"))
        if isKnown { return (normalized, place.position.line) }
        guard let extends = reading.places["extends"] else { return nil }
        return (own, extends.position.line)
    }

    /// Every value of the scenario with its origin, in the order of the format; empty when there are errors.
    public var values: [ResolvedValue] {
        guard let outline = scenario?.outline else { return [] }
        var values: [ResolvedValue] = []
        var lines = outline.valueLines[...]
        outline.walk("") { path, text, source, _ in
            values.append(
                ResolvedValue(
                    path: path, text: text, origin: origin(of: path, source), line: lines.removeFirst()))
        }
        return values
    }

    private func origin(of path: String, _ source: String?) -> Origin {
        guard let place = reading.places[path] else { return .usual(source: source) }
        let written = reading.sources[place.source]
        switch written.kind {
        case .option(let label): return .option(label)
        case .file where place.source == 0: return .line(place.position.line)
        case .file: return .base(written.name, line: place.position.line)
        }
    }
}

/// A value of a resolved scenario.
public struct ResolvedValue: Hashable, Sendable {
    public var path: String
    public var text: String
    public var origin: Origin
    /// Of the resolved text, from 1.
    public var line: Int
}

extension Scenario {
    /// The lines of `resolvedText`, from 1, whose value is not the default of the format or of the design.
    public func changedLines(from sheet: DesignSheet) -> [Int] {
        var usual = Scenario()
        usual.topology = Topology(of: sheet)
        let marked = outline.marked(
            where: .mapping([("topology", Topology.key.outline(usual) ?? .mapping([]))]))
        var isChanged: [Bool] = []
        marked.walk("") { _, _, _, isUsual in isChanged.append(!isUsual) }
        return zip(marked.valueLines, isChanged).filter(\.1).map(\.0)
    }
}

/// Who says so.
public enum Origin: Hashable, Sendable, CustomStringConvertible {
    /// In the file itself.
    case line(Int)
    /// In a file that it extends.
    case base(String, line: Int)
    /// An option or a variable.
    case option(String)
    /// Nobody: it is the design's or the format's default, from this requirement.
    case usual(source: String?)

    public var description: String {
        switch self {
        case .line(let line): "line \(line)"
        case .base(let name, let line): "\(name):\(line)"
        case .option(let label): label
        case .usual(let source): source.map { "default (\($0))" } ?? "default"
        }
    }
}

extension Outline {
    fileprivate func walk(_ path: String, _ body: (String, String, String?, Bool) -> Void) {
        switch self {
        case .scalar(let text, let source, let isUsual): body(path, text, source, isUsual)
        case .list(let elements):
            for (index, element) in elements.enumerated() {
                element.walk(element.label.map { "\(path).\($0)" } ?? "\(path)[\(index)]", body)
            }
        case .mapping(let entries):
            for (name, value) in entries { value.walk(path.isEmpty ? name : "\(path).\(name)", body) }
        }
    }
}

extension Scenario {
    /// Who blocks somebody does so on a device, where the design has a list for each.
    fileprivate mutating func noteBlocks(_ sheet: DesignSheet) {
        guard client.blocks == nil, sheet.abilities.contains(.blocksPerDevice),
            script.contains(where: { $0.act == "block" })
        else { return }
        client.blocks = Client.Blocks()
    }

    /// What a phase takes over from the one before it comes from where that one has it.
    fileprivate func noteInherited(_ reading: inout Reading) {
        for (before, phase) in zip(load, load.dropFirst()) {
            let hasMedia = reading.places["load.\(phase.name).media"] != nil
            for key in ["send", "size", "arrivals", "direct"]
                + (hasMedia ? [] : ["media.share", "media.size"])
            where reading.places["load.\(phase.name).\(key)"] == nil {
                guard let place = reading.places["load.\(before.name).\(key)"] else { continue }
                reading.note(place, at: "load.\(phase.name).\(key)")
            }
        }
    }
}
