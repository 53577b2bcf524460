public import Vocabulary

/// A record as a file: `result.json`, `machine.json` and `control.json`.
///
/// The first key names the format. Within a format number keys are only added, so a reader passes over those
/// that it does not know, and asks for all that it does. Results of format 1, which also held paths and
/// lines, are still read.
public enum ResultFile {
    public static let format = "hubbub-result-2"
    public static let machineFormat = "hubbub-machine-1"
    public static let controlFormat = "hubbub-control-1"
    public static let campaignFormat = "hubbub-chaos-1"
    public static let capsuleFormat = "hubbub-capsule-1"

    /// Equal results give equal texts. The checksum is of all the rest, so that a file that was changed later
    /// can be told.
    public static func text(of result: RunResult) -> String {
        guard case .object(let members) = result.stored else { preconditionFailure("a result is an object") }
        return JSON.object(head(over: members) + members).document
    }

    private static func head(over members: [(String, JSON)]) -> [(String, JSON)] {
        [("format", .string(format)), (checksumKey, checksum(of: members).stored)]
    }

    private static let checksumKey = "checksum"

    private static func checksum(of members: [(String, JSON)]) -> Digits {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a: against slips, not against forgers
        for byte in JSON.object(members).document.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        return Digits(hash)
    }

    public static func text(of machine: MachineRecord) -> String { text(of: machine, format: machineFormat) }

    public static func text(of control: ControlRecord) -> String { text(of: control, format: controlFormat) }

    public static func result(parsing text: String, file: String) throws(ResultFileError) -> RunResult {
        let members = try members(of: text, file: file, formats: [format, formerFormat])
        do throws(Misfit) {
            var result = try RunResult(stored: .object(members))
            result.spectra = result.spectra.map(\.ofAllThatWereDue)
            try result.check()
            if case .string(formerFormat) = members[0].1 {
                result.origin = RunOrigin(formerly: members)
            } else {
                result.isAltered = try isAltered(members)
            }
            return result
        } catch {
            throw ResultFileError(error, in: file)
        }
    }

    /// What format 1 had in the result itself.
    private static let formerFormat = "hubbub-result-1"

    /// How the text is laid out is nobody's affair; what it says is.
    private static func isAltered(_ members: [(String, JSON)]) throws(Misfit) -> Bool {
        guard let sum = members.first(where: { $0.0 == checksumKey })?.1 else {
            throw Misfit("the key '\(checksumKey)' is missing")
        }
        let rest = members.filter { $0.0 != checksumKey && $0.0 != "format" }
        do throws(Misfit) {
            return try Digits(stored: sum) != checksum(of: rest)
        } catch {
            throw error.within(".\(checksumKey)")
        }
    }

    public static func machine(parsing text: String, file: String) throws(ResultFileError) -> MachineRecord {
        try record(parsing: text, file: file, format: machineFormat)
    }

    public static func control(parsing text: String, file: String) throws(ResultFileError) -> ControlRecord {
        var control: ControlRecord = try record(parsing: text, file: file, format: controlFormat)
        control.spectra = control.spectra.map(\.ofAllThatWereDue)
        return control
    }

    /// The JSON Schemas, draft 7, of `result.json` and of `control.json`.
    public static var schema: String {
        let checksum: [(String, JSON)] = [
            (
                checksumKey,
                .object(
                    [("description", .string("of all the rest: one that does not fit was changed later"))]
                        + Digits.schema)
            )
        ]
        return schema(of: RunResult.self, format, "The result of a run of Hubbub", also: checksum)
    }

    public static var controlSchema: String {
        schema(of: ControlRecord.self, controlFormat, "What the same seed did without the faults")
    }

    private static func schema(
        of record: (some Record).Type, _ format: String, _ title: String, also: [(String, JSON)] = []
    ) -> String {
        let first: [(String, JSON)] = [("format", .object([("const", .string(format))]))] + also
        let members = record.schema.map { key, value in
            switch (key, value) {
            case ("properties", .object(let properties)): (key, JSON.object(first + properties))
            case ("required", .array(let keys)): (key, JSON.array(first.map { .string($0.0) } + keys))
            default: (key, value)
            }
        }
        let head: [(String, JSON)] = [
            ("$schema", .string("http://json-schema.org/draft-07/schema#")),
            ("title", .string("\(title), \(format)")),
        ]
        return JSON.object(head + members).document
    }

    package static func text(of record: some Record, format: String) -> String {
        guard case .object(let members) = record.stored else {
            preconditionFailure("a record is an object")
        }
        return JSON.object([("format", .string(format))] + members).document
    }

    package static func record<Kind: Record>(
        parsing text: String, file: String, format: String
    ) throws(ResultFileError) -> Kind {
        let members = try members(of: text, file: file, formats: [format])
        do throws(Misfit) {
            return try Kind(stored: .object(members))
        } catch {
            throw ResultFileError(error, in: file)
        }
    }

    /// The keys of a document that says that it is of one of these formats.
    private static func members(
        of text: String, file: String, formats: [String]
    ) throws(ResultFileError) -> [(String, JSON)] {
        let document: JSON
        do {
            document = try JSON(parsing: text)
        } catch {
            throw ResultFileError(file: file, position: error.position, message: error.message)
        }
        guard case .object(let members) = document, members.first?.0 == "format",
            case .string(let found)? = members.first?.1
        else { throw ResultFileError(file: file, message: "not a result: its first key should be 'format'") }
        guard formats.contains(found) else {
            let read = formats.map { "'\($0)'" }.joined(separator: " and ")
            throw ResultFileError(
                file: file, message: "its format is \(quoted(found)); this Hubbub reads \(read)")
        }
        return members
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
