package import Vocabulary

/// A value that a result file holds, and how: writing, reading and the schema come from one declaration, so
/// that they cannot part.
package protocol Stored: Sendable {
    init(stored: JSON) throws(Misfit)
    var stored: JSON { get }
    /// What JSON Schema says of it, the keywords of draft 7.
    static var schema: [(String, JSON)] { get }
}

/// A value that is an object in the file: it begins empty, and its fields are filled in one by one.
package protocol Record: Stored, Hashable {
    init()
    static var fields: [Field<Self>] { get }
}

/// One key of a record. Its name carries the unit, its sentence goes into the schema.
package struct Field<Owner>: Sendable {
    let key: String
    let about: String
    /// Whether files of this format lack it that were written before it came: then what an empty record has
    /// stands for it.
    let isAdded: Bool
    let schema: @Sendable () -> [(String, JSON)]
    let stored: @Sendable (Owner) -> JSON
    let read: @Sendable (JSON, inout Owner) throws(Misfit) -> Void

    package init<Value: Stored>(
        _ key: String, _ path: WritableKeyPath<Owner, Value> & Sendable, _ about: String,
        added isAdded: Bool = false
    ) {
        self.key = key
        self.about = about
        self.isAdded = isAdded
        schema = { Value.schema }
        stored = { $0[keyPath: path].stored }
        read = { json, owner throws(Misfit) in owner[keyPath: path] = try Value(stored: json) }
    }
}

/// Why a value of a result file cannot be what it should: where, `thresholds[3].value`, and what is wrong.
package struct Misfit: Error, Equatable {
    var path: [String] = []
    var message: String

    package init(_ message: String) { self.message = message }

    func within(_ step: String) -> Misfit {
        var outer = self
        outer.path.insert(step, at: 0)
        return outer
    }
}

extension Record {
    package init(stored: JSON) throws(Misfit) {
        guard case .object(let members) = stored else { throw Misfit("expected an object") }
        self.init()
        for field in Self.fields {
            // Keys that a later Hubbub added are passed over: within a format number keys are only added.
            guard let member = members.first(where: { $0.0 == field.key }) else {
                if field.isAdded { continue }
                throw Misfit("the key '\(field.key)' is missing")
            }
            do { try field.read(member.1, &self) } catch { throw error.within(".\(field.key)") }
        }
    }

    package var stored: JSON { .object(Self.fields.map { ($0.key, $0.stored(self)) }) }

    package static var schema: [(String, JSON)] {
        [
            ("type", .string("object")),
            ("required", .array(fields.filter { !$0.isAdded }.map { .string($0.key) })),
            (
                "properties",
                .object(
                    fields.map { field in
                        (field.key, .object([("description", .string(field.about))] + field.schema()))
                    })
            ),
        ]
    }
}
