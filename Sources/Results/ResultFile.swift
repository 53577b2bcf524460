public import Vocabulary

/// A record as a file: `result.json`, `machine.json` and `control.json`.
///
/// The first key names the format. Within a format number keys are only added, so a reader passes over those
/// that it does not know, and asks for all that it does.
public enum ResultFile {
    public static let format = "hubbub-result-1"
    public static let machineFormat = "hubbub-machine-1"
    public static let controlFormat = "hubbub-control-1"

    /// Equal results give equal texts.
    public static func text(of result: RunResult) -> String { text(of: result, format: format) }

    public static func text(of machine: MachineRecord) -> String { text(of: machine, format: machineFormat) }

    public static func text(of control: ControlRecord) -> String { text(of: control, format: controlFormat) }

    public static func result(parsing text: String, file: String) throws(ResultFileError) -> RunResult {
        let result: RunResult = try record(parsing: text, file: file, format: format)
        do throws(Misfit) { try result.check() } catch { throw ResultFileError(error, in: file) }
        return result
    }

    public static func machine(parsing text: String, file: String) throws(ResultFileError) -> MachineRecord {
        try record(parsing: text, file: file, format: machineFormat)
    }

    public static func control(parsing text: String, file: String) throws(ResultFileError) -> ControlRecord {
        try record(parsing: text, file: file, format: controlFormat)
    }

    /// The JSON Schemas, draft 7, of `result.json` and of `control.json`.
    public static var schema: String {
        schema(of: RunResult.self, format, "The result of a run of Hubbub")
    }

    public static var controlSchema: String {
        schema(of: ControlRecord.self, controlFormat, "What the same seed did without the faults")
    }

    private static func schema(of record: (some Record).Type, _ format: String, _ title: String) -> String {
        let formatFirst: [(String, JSON)] = [("format", .object([("const", .string(format))]))]
        let members = record.schema.map { key, value in
            switch (key, value) {
            case ("properties", .object(let properties)): (key, JSON.object(formatFirst + properties))
            case ("required", .array(let keys)): (key, JSON.array([.string("format")] + keys))
            default: (key, value)
            }
        }
        let head: [(String, JSON)] = [
            ("$schema", .string("http://json-schema.org/draft-07/schema#")),
            ("title", .string("\(title), \(format)")),
        ]
        return JSON.object(head + members).document
    }

    private static func text(of record: some Record, format: String) -> String {
        guard case .object(let members) = record.stored else {
            preconditionFailure("a record is an object")
        }
        return JSON.object([("format", .string(format))] + members).document
    }

    private static func record<Kind: Record>(
        parsing text: String, file: String, format: String
    ) throws(ResultFileError) -> Kind {
        let document: JSON
        do {
            document = try JSON(parsing: text)
        } catch {
            throw ResultFileError(file: file, position: error.position, message: error.message)
        }
        guard case .object(let members) = document, members.first?.0 == "format",
            case .string(let found)? = members.first?.1
        else { throw ResultFileError(file: file, message: "not a result: its first key should be 'format'") }
        guard found == format else {
            throw ResultFileError(
                file: file, message: "its format is \(quoted(found)); this Hubbub reads '\(format)'")
        }
        do {
            return try Kind(stored: document)
        } catch {
            throw ResultFileError(error, in: file)
        }
    }
}

/// Why a stored result cannot be read.
public struct ResultFileError: Error, Hashable, CustomStringConvertible {
    public var file: String
    /// Where, when the text is not JSON; what has the wrong shape is named by its path.
    public var position: SourcePosition?
    public var message: String

    public var description: String {
        let place = position.map { ":\($0.line):\($0.column)" } ?? ""
        return "\(visible(file))\(place): error: \(message)"
    }
}

extension ResultFileError {
    init(_ misfit: Misfit, in file: String) {
        let path = misfit.path.joined().drop { $0 == "." }
        self.init(file: file, message: path.isEmpty ? misfit.message : "\(path): \(misfit.message)")
    }
}
