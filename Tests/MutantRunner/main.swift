import Foundation
import MutantCatalogue

// Plants all mistakes of `Tests/Mutants` in a copy of the tree, builds it once, and starts the tests once for
// each of them with the suites that must see it. Those that are named on the command line, or all: a room, or
// a room and a name, `Chat` or `Chat/late-duplicate`.
//
// With `--program` it plants those of `Tests/Gate/Planted` and builds the program alone, for `Tests/Gate/run`, which
// chooses one by HUBBUB_MUTANT. What is printed then is a line for each: its number, its scenario, what it is to be
// blamed on, and its mistake.

let root = URL(filePath: FileManager.default.currentDirectoryPath)
let isProgram = CommandLine.arguments.dropFirst() == ["--program"]
let copy = root.appending(path: isProgram ? ".build/planted/tree" : ".build/mutants/tree")
/// What cannot be told apart from a run that hangs is seen too: tests end within minutes.
let patience: TimeInterval = 180

func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("\(message)\n".utf8))
    exit(2)
}

/// How a command ended; nil when it was stopped since it took too long.
func run(
    _ command: [String], in folder: URL, mutant: Int = 0, within limit: TimeInterval? = nil,
    quiet: Bool = false
) throws -> Int32? {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(
        ["HUBBUB_MUTANT": String(mutant)]) { $1 }
    if quiet {
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    }
    try process.run()
    let end = limit.map { Date(timeIntervalSinceNow: $0) }
    while process.isRunning, end.map({ $0 > Date() }) ?? true { Thread.sleep(forTimeInterval: 0.05) }
    guard process.isRunning else { return process.terminationStatus }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    return nil
}

/// Copies what is under version control, and leaves alone what is the same: builds go by times.
func copyTree(with planted: [String: String]) throws {
    let list = Process()
    list.executableURL = URL(filePath: "/usr/bin/env")
    list.arguments = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    let pipe = Pipe()
    list.standardOutput = pipe
    try list.run()
    let names = pipe.fileHandleForReading.readDataToEndOfFile().split(separator: 0)
        .map { String(decoding: $0, as: UTF8.self) }
    list.waitUntilExit()
    var kept: Set<String> = []
    for name in names where FileManager.default.fileExists(atPath: root.appending(path: name).path) {
        kept.insert(name)
        try write(
            planted[name].map { Data($0.utf8) } ?? Data(contentsOf: root.appending(path: name)), to: name)
    }
    let found = FileManager.default.enumerator(atPath: copy.path)?.compactMap { $0 as? String } ?? []
    for name in found where name.hasPrefix("Sources/") || name.hasPrefix("Tests/") {
        let path = copy.appending(path: name)
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: path.path, isDirectory: &isFolder)
        if !isFolder.boolValue, !kept.contains(name), !name.hasSuffix("/ChosenMutant.swift") {
            try FileManager.default.removeItem(at: path)
        }
    }
}

func write(_ data: Data, to name: String) throws {
    let path = copy.appending(path: name)
    if (try? Data(contentsOf: path)) == data { return }
    try FileManager.default.createDirectory(
        at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: path)
}

let all: [Mutant]
do {
    all = try Mutant.all(in: root.appending(path: isProgram ? "Tests/Gate/Planted" : "Tests/Mutants"))
    var planted: [String: String] = [:]
    for (number, mutant) in all.enumerated() {
        let text =
            try planted[mutant.file]
            ?? String(contentsOf: root.appending(path: mutant.file), encoding: .utf8)
        planted[mutant.file] = try mutant.planted(in: text, when: "(chosenMutant == \(number + 1))")
    }
    try copyTree(with: planted)
    let rooms = Set(all.map { $0.file.split(separator: "/").prefix(2).joined(separator: "/") })
    for room in rooms {
        // All files of a room say who sees what they import, or none does.
        let saysWho = try FileManager.default.subpathsOfDirectory(atPath: copy.appending(path: room).path)
            .filter { $0.hasSuffix(".swift") && !$0.hasSuffix("ChosenMutant.swift") }
            .allSatisfy { name in
                let text = try String(contentsOf: copy.appending(path: "\(room)/\(name)"), encoding: .utf8)
                return !text.hasPrefix("import ") && !text.contains("\nimport ")
            }
        try write(
            Data(
                """
                \(saysWho ? "private import" : "import") Glibc

                /// Which mistake is made in this run of the tests; 0: none.
                @usableFromInline
                let chosenMutant = getenv("HUBBUB_MUTANT").flatMap { Int(String(cString: $0)) } ?? 0

                """.utf8), to: "\(room)/ChosenMutant.swift")
    }
} catch {
    fail("\(error)")
}

if isProgram {
    let build = ["swift", "build", "-c", "release", "--static-swift-stdlib", "--product", "hubbub"]
    guard try run(build, in: copy, quiet: true) == 0 else { fail("it does not build") }
    for (number, mutant) in all.enumerated() {
        let scenario = mutant.name.prefix { $0 != "/" }
        print("\(number + 1)|\(scenario)|\(mutant.seenBy.joined(separator: ", "))|\(mutant.mistake)")
    }
    exit(0)
}

let wanted = CommandLine.arguments.dropFirst()
let chosen = all.enumerated().filter { _, mutant in
    wanted.isEmpty
        || wanted.contains { mutant.name == $0 || mutant.name.hasPrefix("\($0)/") }
}
if chosen.isEmpty { fail("there is no mutant of that name") }

let tested = ["-c", "release", "--disable-testable-imports", "--disable-xctest"]
print("building with \(all.count) mistakes in it")
let buildStart = Date()
// Only `swift test` knows tests without testable imports; of this name there is none.
guard try run(["swift", "test", "--filter", "NoTestOfThisName"] + tested, in: copy, quiet: true) == 0 else {
    fail("it does not build")
}
print("built in \(Int(Date().timeIntervalSince(buildStart))) s")

func tests(_ suites: [String], mutant: Int) throws -> Int32? {
    let filter = suites.map { "\\.\($0)/" }.joined(separator: "|")
    return try run(
        ["swift", "test", "--skip-build", "--filter", filter] + tested, in: copy, mutant: mutant,
        within: patience, quiet: true)
}

let suites = Set(chosen.flatMap(\.element.seenBy)).sorted()
guard try tests(suites, mutant: 0) == 0 else { fail("the suites fail without a mistake") }

var survivors: [Mutant] = []
let start = Date()
for (number, mutant) in chosen {
    let end = try tests(mutant.seenBy, mutant: number + 1)
    let isSeen = end != 0
    if !isSeen { survivors.append(mutant) }
    let word = isSeen ? end == nil ? "hangs" : "seen" : "NOT SEEN"
    print("\(word.padding(toLength: 9, withPad: " ", startingAt: 0)) \(mutant.name)  \(mutant.mistake)")
    fflush(nil)
}
print(
    "\(chosen.count - survivors.count) of \(chosen.count) seen, in \(Int(Date().timeIntervalSince(start))) s")
for mutant in survivors {
    print("not seen by \(mutant.seenBy.joined(separator: ", ")): \(mutant.name), \(mutant.file)")
}
exit(survivors.isEmpty ? 0 : 1)
