import Designs
import Experiments
import Foundation
import Results
import Testing
import Vocabulary

/// A scenario of `sender-service` that ships, with the change that its comment says it fails with.
struct ShippedScenario: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Scenarios/sender-service")

    /// The lines of the table that `make scenarios` has written, by cells.
    static let table: [[String]] = {
        let text = try? String(contentsOf: folder.appending(path: "README.md"), encoding: .utf8)
        let table = text?.firstMatch(of: #/<!-- make scenarios -->\n(?s:(.*))<!-- end -->/#)?.1 ?? ""
        return table.split(separator: "\n").dropFirst(2).map { line in
            line.split(separator: " | ").map { $0.trimmingCharacters(in: ["|", " "]) }
        }
    }()

    /// Those that have a line there: `[order](order.yaml)`.
    static let all = table.compactMap {
        $0[0].firstMatch(of: #/^\[(.*)\]/#).map { ShippedScenario(String($0.1)) }
    }

    private init(_ name: String) {
        self.name = name
        text = (try? String(contentsOf: Self.folder.appending(path: "\(name).yaml"), encoding: .utf8)) ?? ""
    }

    /// `topology.host-registry.session=5m`, from `# It fails with --set topology.host-registry.session=5m: the host stays.`
    private var values: [String] {
        let line = text.firstMatch(of: #/\n# It fails with (.*)\n/#)?.1 ?? ""
        return line.matches(of: #/--set ('[^']*'|\S+)/#)
            .map { $0.1.trimmingCharacters(in: [":", ".", ",", ";"]) }
    }

    var failsWith: String { values.map { "--set \($0)" }.joined(separator: " ") }

    var changes: [Override] {
        values.map { value in
            let parts = value.trimmingCharacters(in: ["'"]).split(separator: "=", maxSplits: 1).map(
                String.init)
            return Override(parts[0], parts.count > 1 ? parts[1] : "")
        }
    }

    func load(_ changes: [Override] = []) -> LoadedScenario {
        ScenarioLoader(designs: [SenderService.sheet], overrides: changes) { (_) throws(Misreading) in [] }
            .load(Array(text.utf8), from: "\(name).yaml")
    }

    var testDescription: String { name }
}

/// `make scenarios` plays them as they are, and writes the table; here it is seen that each can fail.
@Suite("experiments: scenarios that ship")
struct ShippedScenarioTests {
    @Test("each line of the table is as its file says it")
    func lines() throws {
        let table = ShippedScenario.table
        let files = try FileManager.default.contentsOfDirectory(atPath: ShippedScenario.folder.path)
            .filter { $0.hasSuffix(".yaml") }
        #expect(
            ShippedScenario.all.map { "\($0.name).yaml" } == files.sorted(), "make scenarios writes it anew")
        for (shipped, cells) in zip(ShippedScenario.all, table) {
            let scenario = try #require(shipped.load().scenario, "\(shipped.name)")
            #expect(cells.count == 6)
            #expect(cells[1].hasPrefix(scenario.title))
            let measured = cells[2].split(separator: "<br>").map(String.init)
            #expect(measured.count == scenario.thresholds.count, "\(shipped.name)")
            for (threshold, text) in zip(scenario.thresholds, measured) {
                #expect(text.hasPrefix("`\(threshold.check)`: "), "\(shipped.name): \(text)")
            }
            #expect(cells[4] == "`\(shipped.failsWith)`")
            // Where something breaks, it is said why people can send all the same, or why they cannot.
            #expect(scenario.faults.isEmpty || cells[3].contains("%: "), "\(shipped.name)")
        }
    }

    /// A fault is the first cause that the run names then: neither what lay idle nor what had to wait for it.
    @Test(
        "each fails with the change that it names, and says which fault it is", arguments: ShippedScenario.all
    )
    func fails(_ shipped: ShippedScenario) throws {
        #expect(shipped.failsWith != "")
        let loaded = shipped.load(shipped.changes)
        let scenario = try #require(loaded.scenario, "\(loaded.findings.text)")
        let result = Play(
            scenario, design: SenderService.self, thresholds: loaded.thresholds, healthy: loaded.healthy
        ).run().result
        #expect([.failed, .violated].contains(result.verdict.word), "\(result.verdict.reasons)")
        // Nothing is under way while something lasts for no time; what comes at random no file has named; and no letter
        // depends on a clock.
        let lasting =
            scenario.faults.isEmpty ? [] : result.faults.filter { $0.to != $0.from && $0.kind != "clock" }
        guard !lasting.isEmpty else { return }
        let cause = result.verdict.causes.first ?? ""
        let names = lasting.map { "(\($0.kind) of \($0.target))" }
        #expect(names.contains { cause.contains($0) }, "\(cause)")
    }
}

/// What `hubbub chaos` has found a design not to survive: whoever mends that sees it here.
@Suite("experiments: limits of designs")
struct DesignLimitTests {
    @Test("a consumer that dies takes with it what it owes a host that it cannot reach")
    func owedDelivery() throws {
        let file = ShippedScenario.folder.deletingLastPathComponent().appending(
            path: "limits/owed-delivery.yaml")
        let loaded = ScenarioLoader(designs: [SenderService.sheet]) { (_) throws(Misreading) in [] }
            .load(Array(try String(contentsOf: file, encoding: .utf8).utf8), from: "owed-delivery.yaml")
        let scenario = try #require(loaded.scenario, "\(loaded.findings.text)")
        let result = Play(
            scenario, design: SenderService.self, thresholds: loaded.thresholds, healthy: loaded.healthy
        ).run().result
        #expect(result.verdict.word == .violated)
        #expect(result.invariants.filter { $0.broken > 0 }.map(\.name) == ["never-lost"])
    }
}

/// The table that says where each requirement is, and what shows it.
@Suite("experiments: requirements of sender-service")
struct RequirementTableTests {
    private static let root = ShippedScenario.folder.deletingLastPathComponent().deletingLastPathComponent()

    private static func isThere(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    private static func isPromise(_ name: String) -> Bool {
        isThere("Sources/Designs/SenderService/Promises/\(name).swift")
    }

    /// The texts of all files of tests.
    private static let tests: [String] = {
        let folder = root.appending(path: "Tests").resolvingSymlinksInPath()
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(".swift") }.compactMap {
            try? String(contentsOf: folder.appending(path: $0), encoding: .utf8)
        }
    }()

    private static func rows() throws -> [[Substring]] {
        let text = try String(
            contentsOf: ShippedScenario.folder.appending(path: "README.md"), encoding: .utf8)
        return text.split(separator: "\n").filter { $0.hasPrefix("| S0-") }.map { line in
            line.split(separator: "|").map { $0.trimmingPrefix(" ") }
        }
    }

    @Test("each of S0-1 to S0-45 has a line, in order")
    func all() throws {
        let ids = try Self.rows().map { $0[0].trimmingCharacters(in: [" "]) }
        #expect(ids == (1...45).map { "S0-\($0)" })
    }

    @Test("the files that it names are there")
    func files() throws {
        for row in try Self.rows() {
            let names = row[1].matches(of: #/`([^`]+)`/#).map { String($0.1) }
            #expect(!names.isEmpty, "\(row[0])")
            for name in names {
                let path = name.contains("/") ? name : "Sources/Designs/SenderService/\(name).swift"
                #expect(Self.isThere(path) || Self.isPromise(name), "\(row[0]): \(path)")
            }
        }
    }

    @Test("the tests and the scenarios that it names are there, and so is a reason where there are none")
    func shown() throws {
        for row in try Self.rows() {
            let names = row[2].matches(of: #/`([^`]+)`(?: \*([^*]+)\*)?/#)
            #expect(!names.isEmpty || row[2].contains("not modelled"), "\(row[0])")
            for match in names {
                let name = String(match.1)
                let scenario = "Scenarios/sender-service/\(name).yaml"
                let files = Self.tests.filter { $0.contains("struct \(name) ") }
                #expect(
                    Self.isThere(scenario) || !files.isEmpty || Self.isPromise(name)
                        || name == "delivery-convolution",
                    "\(row[0]): \(name)")
                guard let title = match.2 else { continue }
                #expect(files.contains { $0.contains(title) }, "\(row[0]): \(title)")
            }
        }
    }
}
