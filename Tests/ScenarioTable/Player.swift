import Foundation

/// Plays scenarios, two at a time: each run is on one core.
struct Player {
    let program: String

    struct Job {
        let file: String
        let changes: [String]
    }

    /// What the program says of a run with `--json`.
    struct Run: Decodable {
        struct Verdict: Decodable {
            let word: String
            let reasons: [String]
            let causes: [String]
        }
        struct Threshold: Decodable {
            let text: String
            let value: Amount?
            let outcome: String
        }
        struct Figure: Decodable {
            let metric: String
            let value: Amount?
        }
        let verdict: Verdict
        let thresholds: [Threshold]
        let figures: [Figure]

        func figure(_ metric: String) -> Amount? { figures.first { $0.metric == metric }.flatMap(\.value) }
    }

    private struct Document: Decodable { let runs: [Run] }

    func play(_ jobs: [Job]) throws -> [Run] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "scenario-table-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var underWay: [(place: Int, process: Process, since: Date)] = []
        var next = 0
        var runs: [Run?] = Array(repeating: nil, count: jobs.count)
        while next < jobs.count || !underWay.isEmpty {
            if next < jobs.count, underWay.count < 2 {
                underWay.append((next, try start(jobs[next], number: next, in: folder), Date()))
                next += 1
                continue
            }
            guard let ended = underWay.firstIndex(where: { !$0.process.isRunning }) else {
                Thread.sleep(forTimeInterval: 0.02)
                continue
            }
            let (place, process, since) = underWay.remove(at: ended)
            process.waitUntilExit()
            let data = try Data(contentsOf: folder.appending(path: "\(place).json"))
            guard let run = try? JSONDecoder().decode(Document.self, from: data).runs.first else {
                throw ScenarioPage.Problem(
                    description:
                        "\(jobs[place].file) ended with \(process.terminationStatus)")
            }
            runs[place] = run
            let name = URL(filePath: jobs[place].file).lastPathComponent
            let changes = jobs[place].changes.joined(separator: " ")
            print("\(run.verdict.word)  \(Int(Date().timeIntervalSince(since))) s  \(name) \(changes)")
            fflush(nil)
        }
        return runs.compactMap(\.self)
    }

    private func start(_ job: Job, number: Int, in folder: URL) throws -> Process {
        let output = folder.appending(path: "\(number).json")
        try Data().write(to: output)
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments =
            [
                "run", job.file, "--json", "--progress", "none", "--out",
                folder.appending(path: "\(number)").path,
            ]
            + job.changes
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return process
    }
}

/// A measured value, of whatever kind.
struct Amount: Decodable {
    let ns: Int64?
    let count: UInt64?
    let bytes: UInt64?
    let part: UInt64?
    let whole: UInt64?
    /// Of a quotient that is no share.
    let unit: String?
    let per_second: Double?
    let bytes_per_second: UInt64?

    var text: String {
        if let part, let whole, let unit, whole > 0 {
            let value = Double(part) / Double(whole)
            let text = String(format: "%.2f", value)
            return switch unit {
            case "count": text
            case "per_second": "\(text)/s"
            case "bytes_per_second" where value >= 1e6: "\(Int(value / 1e6)) MB/s"
            case "bytes_per_second": "\(text) B/s"
            default: "\(text) B"
            }
        }
        if let part, let whole, whole > 0 {
            // Downwards: what is not everything is not 100 %.
            let share = (Double(part) / Double(whole) * 100_000).rounded(.down) / 1_000
            return share == share.rounded() ? "\(Int(share)) %" : "\(share) %"
        }
        if let ns {
            let seconds = Double(ns) / 1e9
            return seconds < 1 ? "\(Int((seconds * 1_000).rounded())) ms" : String(format: "%.2f s", seconds)
        }
        if let count { return "\(count)" }
        if let size = bytes_per_second ?? bytes {
            let text = size < 10_000_000 ? "\(size / 1_000) KB" : "\(size / 1_000_000) MB"
            return bytes == nil ? text + "/s" : text
        }
        if let per_second { return "\(per_second)/s" }
        return "—"
    }
}
