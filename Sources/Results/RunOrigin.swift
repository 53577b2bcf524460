internal import Vocabulary

/// From where a run was played: what may differ between runs that are equal, by folders, comments and how the
/// command was typed. It is beside the result, in `machine.json`.
public struct RunOrigin: Hashable, Sendable {
    /// What repeats the run.
    public var command = ""
    /// The scenario, by the path that was given.
    public var file = ""
    /// The line of each threshold in its file, from 1; 0 for one that comes from elsewhere.
    public var thresholdLines: [UInt64] = []
    /// The file of each threshold, which may be one that the scenario extends. Empty in files of before it was
    /// here, when lines were those of the scenario alone.
    public var thresholdFiles: [String] = []

    public init() {}

    public init(
        command: String, file: String, thresholdLines: [UInt64] = [], thresholdFiles: [String] = []
    ) {
        (self.command, self.file) = (command, file)
        (self.thresholdLines, self.thresholdFiles) = (thresholdLines, thresholdFiles)
    }

    public var isKnown: Bool { !command.isEmpty }

    /// Where format 1 of results had it. What does not fit is left out: nothing depends on it.
    init?(formerly members: [(String, JSON)]) {
        func member(_ key: String, of json: JSON?) -> JSON? {
            guard case .object(let members) = json else { return nil }
            return members.first { $0.0 == key }?.1
        }
        let result = JSON.object(members)
        guard case .string(let command)? = member("command", of: member("run", of: result)) else {
            return nil
        }
        self.command = command
        if case .string(let file)? = member("file", of: member("scenario", of: result)) { self.file = file }
        guard case .array(let thresholds)? = member("thresholds", of: result) else { return }
        thresholdLines = thresholds.map { threshold in
            if case .integer(let line)? = member("line", of: threshold) { line } else { 0 }
        }
    }
}

extension RunResult {
    /// What repeats the run: as it was typed, or from the folder of the result where nobody knows.
    public var command: String {
        origin.flatMap { $0.isKnown ? $0.command : nil } ?? "\(programName) run scenario.resolved.yaml"
    }

    /// Where a threshold stands, in the scenario that was played or in one that it extends; nil when nobody
    /// knows.
    public func position(ofThreshold place: Int) -> (file: String, line: UInt64)? {
        guard let origin, place < origin.thresholdLines.count, origin.thresholdLines[place] > 0 else {
            return nil
        }
        let file = place < origin.thresholdFiles.count ? origin.thresholdFiles[place] : origin.file
        return (file, origin.thresholdLines[place])
    }

    /// What the run itself came to: what reports need beside it differs between equal runs.
    public var bare: RunResult {
        var result = self
        (result.control, result.origin, result.isAltered) = (nil, nil, false)
        return result
    }

    public func played(from origin: RunOrigin?) -> RunResult {
        var result = self
        if let origin, origin.isKnown { result.origin = origin }
        return result
    }
}
